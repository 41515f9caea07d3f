/**
 * Messages fitted to the joints that they are for. The solve's terms are not always those of the proof, so what it sends may
 * miss a little: table by table, all that its joints cost is collected and shared out evenly, which never lowers the bound.
 */

import type { Open } from '../assignment.js';
import type { Multipliers } from './bound.js';
import { toNumber } from './exact.js';
import type { Joint } from './joint.js';
import { multipliersOf } from './messages.js';
import { MULTIPLIER_BITS } from './model.js';
import type { ProofScope } from './scope.js';

const SWEEPS = 6;

/** A joint in doubles; ranks are places among a table's open positions. */
interface Figures {
  readonly at: number;
  readonly costs: Float64Array;
  /** For each table how many classes it has, and the class of each rank. */
  readonly widths: readonly number[];
  readonly classOf: readonly (readonly number[])[];
  readonly messages: readonly Float64Array[];
}

interface Touch {
  readonly figures: Figures;
  readonly member: number;
}

/** Assumes that the scope is narrowed to the open positions. */
export function tuned(multipliers: Multipliers, open: Open): Multipliers {
  const { scope } = multipliers;
  const tolls = multipliers.tolls.map((toll) => toNumber(toll, MULTIPLIER_BITS));
  const all = figuresOf(multipliers, open);
  const touches = touchesOf(scope, all);
  const own = new Map(scope.tables.map((table) => [table, ownOf(scope, open, tolls, table)]));
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const order = sweep % 2 === 0 ? scope.tables : scope.tables.toReversed();
    for (const table of order) shareOut(touches.get(table) ?? [], own.get(table) as Float64Array);
  }
  const drafts = new Map(
    all.map(({ at, messages }) => {
      const { tables } = scope.joints[at] as Joint;
      const draft = tables.map(
        (table, member) =>
          new Map(
            (open[table] as readonly number[]).map((position, rank) => [
              position,
              messages[member]?.[rank] as number,
            ]),
          ),
      );
      return [at, draft] as const;
    }),
  );
  return multipliersOf(scope, open, drafts, tolls);
}

function figuresOf({ scope, bits, messages }: Multipliers, open: Open): readonly Figures[] {
  return scope.joints.flatMap(({ tables, spelt }, at) => {
    if (spelt === undefined) return [];
    const lists = messages.get(at);
    return {
      at,
      costs: Float64Array.from(spelt.costs, (cost) => toNumber(cost, scope.model.bits)),
      widths: spelt.classes.map(({ length }) => length),
      classOf: tables.map((table, member) =>
        (open[table] as readonly number[]).map((position) =>
          (spelt.classes[member] as readonly (readonly number[])[]).findIndex((list) =>
            list.includes(position),
          ),
        ),
      ),
      messages: tables.map((table, member) =>
        Float64Array.from(
          open[table] as readonly number[],
          (position) => (lists?.[member]?.[position] ?? 0) / 2 ** bits,
        ),
      ),
    };
  });
}

function touchesOf({ joints }: ProofScope, all: readonly Figures[]): ReadonlyMap<number, readonly Touch[]> {
  const touches = new Map<number, Touch[]>();
  for (const figures of all) {
    for (const [member, table] of (joints[figures.at] as Joint).tables.entries()) {
      const known = touches.get(table);
      if (known === undefined) touches.set(table, [{ figures, member }]);
      else known.push({ figures, member });
    }
  }
  return touches;
}

/** What the open positions of a table cost by themselves. */
function ownOf(
  { model, linear, limits }: ProofScope,
  open: Open,
  tolls: readonly number[],
  table: number,
): Float64Array {
  return Float64Array.from(open[table] as readonly number[], (position) =>
    limits.reduce(
      (sum, { loads, loadBits }, at) =>
        sum + (tolls[at] ?? 0) * toNumber(loads[table]?.[position] ?? 0n, loadBits),
      toNumber(linear[table]?.[position] ?? 0n, model.bits),
    ),
  );
}

function shareOut(touches: readonly Touch[], own: Float64Array): void {
  const collected = touches.map(({ figures, member }) => collect(figures, member));
  const totals = own.map((cost, rank) =>
    touches.reduce(
      (sum, { figures, member }, at) =>
        sum + (collected[at]?.[figures.classOf[member]?.[rank] as number] as number),
      cost,
    ),
  );
  for (const [at, { figures, member }] of touches.entries()) {
    const list = figures.messages[member] as Float64Array;
    for (let rank = 0; rank < list.length; rank += 1) {
      const least = collected[at]?.[figures.classOf[member]?.[rank] as number] as number;
      list[rank] = least - (totals[rank] as number) / touches.length;
    }
  }
}

/** By class of one table, the least that the joint costs with it, the other tables' messages taken off. */
function collect({ costs, widths, classOf, messages }: Figures, of: number): Float64Array {
  const tops = widths.map((width, member) => {
    const top = new Float64Array(width).fill(member === of ? 0 : Number.NEGATIVE_INFINITY);
    if (member === of) return top;
    for (const [rank, which] of (classOf[member] as readonly number[]).entries())
      top[which] = Math.max(top[which] as number, messages[member]?.[rank] as number);
    return top;
  });
  const found = new Float64Array(widths[of] as number).fill(Number.POSITIVE_INFINITY);
  const walk = (member: number, at: number, taken: number, which: number): void => {
    const top = tops[member];
    if (top === undefined) {
      found[which] = Math.min(found[which] as number, (costs[at] as number) - taken);
      return;
    }
    for (let own = 0; own < top.length; own += 1)
      walk(member + 1, at * top.length + own, taken + (top[own] as number), member === of ? own : which);
  };
  walk(0, 0, 0, 0);
  return found;
}
