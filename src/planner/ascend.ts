/**
 * Raises the bound of a flat puzzle: sweeps, and prices that follow what the budgets are asked for. What is cheapest under
 * the prices says where they have to go, and what to climb from within the budgets.
 */

import { climb, usedOf } from './climb.js';
import type { Dense } from './dense.js';
import { type Bounding, boundOf, type Dual, openDual, type Sweeper, sweep } from './dual.js';
import { type Distance, priced, reprice, startPricing } from './prices.js';

export interface Ascent extends Bounding {
  /** Messages and prices of the bound. */
  readonly dual: Dual;
  /** What was cheapest under the prices of the last round, limits aside. */
  readonly cheapest: Int32Array;
  /** Of each position, the share of rounds in which it was the cheapest one's. */
  readonly shares: Float64Array;
}

export interface Climbing {
  readonly rounds: number;
  readonly distance: Distance;
  /** The cost of the plan in hand: a bound that reaches it is enough. */
  readonly known: number;
  /** Asked after each round; one is always made. */
  readonly isOver: () => boolean;
}

const SWEEPS = 2;

export function ascend(dense: Dense, start: Dual, climbing: Climbing): Ascent {
  const { rounds, distance, known, isOver } = climbing;
  const sweeper = openDual(dense, start);
  const counts = new Float64Array(dense.charges.length);
  let pricing = startPricing(dense, distance);
  let best: (Bounding & { readonly dual: Dual }) | undefined;
  let cheapest = new Int32Array(dense.tables.length);
  let made = 0;
  while (made < rounds) {
    for (let at = 0; at < SWEEPS; at += 1) sweep(sweeper);
    const now = boundOf(sweeper);
    if (best === undefined || now.bound > best.bound) best = { ...now, dual: copyOf(sweeper) };
    cheapest = cheapestUnder(sweeper, pointedAt(dense, now.rises));
    for (const [table, rank] of cheapest.entries()) {
      const at = (dense.tableStart[table] as number) + rank;
      counts[at] = (counts[at] as number) + 1;
    }
    made += 1;
    if (best.bound >= known || isOver()) break;
    const used = dense.limits.map((_, limit) => usedOf(dense, cheapest, limit));
    pricing = reprice(dense, sweeper.prices, pricing, used, scaleOf(known, best.bound), distance);
  }
  const found = best as Bounding & { readonly dual: Dual };
  return { ...found, cheapest, shares: counts.map((count) => count / made) };
}

/** How large costs are, while no plan is known. */
function scaleOf(known: number, bound: number): number {
  return Number.isFinite(known) ? known : Math.abs(bound);
}

function copyOf({ messages, prices }: Sweeper): Dual {
  return { messages: messages.slice(), prices: prices.slice() };
}

function cheapestUnder({ dense, prices }: Sweeper, start: Int32Array): Int32Array<ArrayBuffer> {
  return (climb(priced(dense, prices), start, false) ?? start) as Int32Array<ArrayBuffer>;
}

/** The positions that raise the bound least. */
export function pointedAt(dense: Dense, rises: Float64Array): Int32Array {
  const ranks = new Int32Array(dense.tables.length);
  for (let table = 0; table < ranks.length; table += 1) {
    const [start, end] = [dense.tableStart[table] as number, dense.tableStart[table + 1] as number];
    let least = start;
    for (let at = start + 1; at < end; at += 1)
      if ((rises[at] as number) < (rises[least] as number)) least = at;
    ranks[table] = least - start;
  }
  return ranks;
}
