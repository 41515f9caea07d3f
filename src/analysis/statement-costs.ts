/**
 * What the statements cost under any placement. Those of one shape, which cost the same wherever the tables lie, count as one
 * with their weights together: a big export has few shapes, and the planner need not hold more.
 */

import {
  type Box,
  byCodeUnit,
  type CostTable,
  type Query,
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
  const shapes = new Map<string, Growing>();
  const ofQuery = new Map<Query, Growing>();
  const boxes = heldOnce();
  // In order of ids, so that sums of weights do not depend on the order of rows.
  for (const { source, query } of [...statements].sort((a, b) => byCodeUnit(a.source.id, b.source.id))) {
    const own = weightOf(source, weight);
    const same = ofQuery.get(query);
    if (same !== undefined) {
      same.weight += own;
      continue;
    }
    const cost = costOf(query, options, costs, source.id, own);
    const held = cost.boxes.map(boxes);
    const shape = [...cost.tables, held.map(({ number }) => number).join(' '), cost.otherwise].join('|');
    const known = shapes.get(shape);
    if (known !== undefined) known.weight += own;
    const growing = known ?? { ...cost, boxes: held.map(({ box }) => box) };
    shapes.set(shape, growing);
    ofQuery.set(query, growing);
  }
  return [...shapes.values()];
}

type Growing = Omit<StatementCost, 'weight'> & { weight: number };

interface HeldBox {
  readonly box: Box;
  readonly number: number;
}

/** Numbers boxes, equal ones alike: many shapes have the same ones, and many boxes allow the same. */
function heldOnce(): (box: Box) => HeldBox {
  const known = new Map<string, HeldBox>();
  const positions = new Map<string, readonly number[]>();
  const allowed = new Map<string, Box['allowed']>();
  return (box) => {
    const allowing = printed(box.allowed);
    const text = `${box.tier} ${box.cost} ${box.assumedCost}${allowing}`;
    const held = known.get(text);
    if (held !== undefined) return held;
    const same =
      allowed.get(allowing) ??
      new Map([...box.allowed].map(([table, at]) => [table, once(positions, at.join(), at)]));
    allowed.set(allowing, same);
    const fresh = { box: { ...box, allowed: same }, number: known.size };
    known.set(text, fresh);
    return fresh;
  };
}

function printed(allowed: Box['allowed']): string {
  let text = '';
  for (const [table, positions] of allowed) text += ` ${JSON.stringify(table)} ${positions.join()}`;
  return text;
}

function once<T>(known: Map<string, T>, name: string, thing: T): T {
  const same = known.get(name) ?? thing;
  known.set(name, same);
  return same;
}
