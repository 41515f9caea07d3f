/**
 * Bound and plan from both sides: sweeps raise the dual bound, prices follow what the budgets are asked for, and what the
 * dual points at is climbed from. Ends when both sides meet, when rounds bring no more, or when time is over.
 */

import { isEqual, isLess } from './assignment.js';
import { climb, costOf, usedOf } from './climb.js';
import type { Dense } from './dense.js';
import { type Bounding, boundOf, openDual, sweep } from './dual.js';

export interface Ascent extends Bounding {
  /** The cheapest found that keeps the limits. */
  readonly ranks: Int32Array | undefined;
  readonly cost: number;
  /** Rounds of sweeps that there was time for. */
  readonly rounds: number;
}

const MOST_ROUNDS = 150;
/** Rounds without progress before the step of the prices is halved. */
const PATIENCE = 4;
const SMALLEST_STEP = 1e-3;

export function ascend(dense: Dense, starts: readonly Int32Array[], isOver: () => boolean): Ascent {
  const dual = openDual(dense);
  let best: Bounding = boundOf(dense, dual);
  let ranks: Int32Array | undefined;
  let cost = Number.POSITIVE_INFINITY;
  const offer = (start: Int32Array): void => {
    const top = climb(dense, start);
    if (top === undefined) return;
    const reached = costOf(dense, top);
    if (ranks === undefined || isLess(reached, cost)) [ranks, cost] = [top, reached];
  };
  // One climb at once, so that there is an answer; the other starts wait until there is a bound as well.
  const [first, ...later] = starts;
  if (first !== undefined) offer(first);
  let rounds = 0;
  let step = 1;
  let stale = 0;
  let bestPrices = dual.prices.slice();
  for (; rounds < MOST_ROUNDS && !isOver(); rounds += 1) {
    sweep(dense, dual);
    const now = boundOf(dense, dual);
    const gain = now.bound - best.bound;
    const isProgress = gain > 1e-3 * Math.max(0, cost - best.bound);
    if (gain > 0) {
      best = now;
      bestPrices = dual.prices.slice();
    }
    if (ranks !== undefined && isEqual(best.bound, cost)) break;
    stale = isProgress ? 0 : stale + 1;
    const pointed = pointedAt(dense, now.rises);
    if (rounds % 8 === 0) offer(pointed);
    const next = later[rounds];
    if (next !== undefined) offer(next);
    if (stale > PATIENCE) {
      step /= 2;
      stale = 0;
      if (dense.limits.length === 0 || step < SMALLEST_STEP) break;
      dual.prices.set(bestPrices);
    }
    reprice(dense, dual.prices, pointed, step * Math.max(0, cost - now.bound));
  }
  return { ...best, ranks, cost, rounds };
}

function pointedAt(dense: Dense, rises: Float64Array): Int32Array {
  return Int32Array.from(dense.tables, (_, table) => {
    const own = rises.subarray(dense.tableStart[table], dense.tableStart[table + 1]);
    return own.indexOf(Math.min(...own));
  });
}

/** A budget asked for more than it has gets dearer, one that is not used up cheaper (Polyak's step). */
function reprice(dense: Dense, prices: Float64Array, pointed: Int32Array, distance: number): void {
  const excess = dense.limits.map(
    (limit, at) => (usedOf(dense, pointed, at) - limit) / Math.max(limit, Number.MIN_VALUE),
  );
  const slopes = excess.map((value, at) => (value < 0 && prices[at] === 0 ? 0 : value));
  const square = slopes.reduce((sum, slope) => sum + slope * slope, 0);
  if (square === 0) return;
  for (const [at, slope] of slopes.entries()) {
    const moved =
      (prices[at] as number) +
      ((distance / square) * slope) / Math.max(dense.limits[at] as number, Number.MIN_VALUE);
    prices[at] = Math.max(0, moved);
  }
}
