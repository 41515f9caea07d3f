/**
 * What the statements cost under any placement. Those of one shape, which cost the same wherever the tables lie, count as one
 * with their weights together: a big export has few shapes, and the planner need not hold more.
 */

import {
  type Box,
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
  const boxes = heldOnce();
  // In order of ids, so that sums of weights do not depend on the order of rows.
  for (const { source, query } of [...statements].sort((a, b) => byCodeUnit(a.source.id, b.source.id))) {
    const cost = costOf(query, options, costs, source.id, weightOf(source, weight));
    const held = cost.boxes.map(boxes);
    const shape = [...cost.tables, held.map(({ number }) => number).join(' '), cost.otherwise].join('|');
    const known = shapes.get(shape);
    shapes.set(
      shape,
      known === undefined
        ? { ...cost, boxes: held.map(({ box }) => box) }
        : { ...known, weight: known.weight + cost.weight },
    );
  }
  return [...shapes.values()];
}

interface HeldBox {
  readonly box: Box;
  readonly number: number;
}

/** Numbers boxes, equal ones alike: many shapes have the same ones. */
function heldOnce(): (box: Box) => HeldBox {
  const known = new Map<string, HeldBox>();
  return (box) => {
    const text = printed(box);
    const held = known.get(text) ?? { box, number: known.size };
    known.set(text, held);
    return held;
  };
}

function printed({ tier, cost, assumedCost, allowed }: Box): string {
  let text = `${tier} ${cost} ${assumedCost}`;
  for (const [table, positions] of allowed) text += ` ${JSON.stringify(table)} ${positions.join()}`;
  return text;
}
