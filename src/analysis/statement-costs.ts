/**
 * What the statements cost under any placement. Those of one shape, which cost the same wherever the tables lie, count as one
 * with their weights together: a big export has few shapes, and the planner need not hold more.
 */

import {
  byCodeUnit,
  type CostTable,
  type StatementCost,
  type TableOptions,
  type Weight,
} from '../model/index.js';
import { costOf } from '../routability/index.js';
import { type Resolved, weightOf } from './judged.js';

export function statementCosts(
  statements: readonly Resolved[],
  options: TableOptions,
  costs: CostTable,
  weight: Weight,
): readonly StatementCost[] {
  const shapes = new Map<string, StatementCost>();
  // In order of ids, so that sums of weights do not depend on the order of rows.
  for (const { source, query } of [...statements].sort((a, b) => byCodeUnit(a.source.id, b.source.id))) {
    const cost = costOf(query, options, costs, source.id, weightOf(source, weight));
    const shape = shapeOf(cost);
    const known = shapes.get(shape);
    shapes.set(shape, known === undefined ? cost : { ...known, weight: known.weight + cost.weight });
  }
  return [...shapes.values()];
}

function shapeOf({ tables, boxes, otherwise }: StatementCost): string {
  return JSON.stringify([tables, boxes, otherwise], (_key, value) =>
    value instanceof Map ? [...value] : value,
  );
}
