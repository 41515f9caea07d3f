/** Prices of budgets: what a unit of each is worth, so that a puzzle without limits asks for about what they allow. */

import type { Dense } from './dense.js';

/** How the price of one limit moves. */
export interface Pricing {
  /** How strongly the price answers to its limit being missed by a share. */
  readonly answer: number;
  /** Whether the limit was asked for too much; undefined before the first round. */
  readonly wasOver: boolean | undefined;
}

/** A limit without a price that is asked for too much: all of it is worth this share of the cost. */
const FIRST_SHARE = { far: 0.02, near: 0.002 };
const FIRST_ANSWER = { far: 0.1, near: 0.05 };
/** No round moves what all of a limit is worth by more than this share of the cost. */
const LARGEST_STEP = 0.03;
/** A limit worth less than this share of the cost is free. */
const FREE_SHARE = 1e-7;

/** Far: nothing is known of the prices yet. Near: they were found for nearly the same puzzle. */
export type Distance = 'far' | 'near';

export function startPricing(dense: Dense, distance: Distance): readonly Pricing[] {
  return dense.limits.map(() => ({ answer: FIRST_ANSWER[distance], wasOver: undefined }));
}

/** The puzzle with its limits turned into charges. For any prices no plan within the limits costs more in it. */
export function priced(dense: Dense, prices: Float64Array): Dense {
  const charges = dense.charges.slice();
  let constant = dense.constant;
  for (const [limit, price] of prices.entries()) {
    const loads = dense.loads[limit] as Float64Array;
    for (let at = 0; at < charges.length; at += 1)
      charges[at] = (charges[at] as number) + price * (loads[at] as number);
    constant -= price * (dense.limits[limit] as number);
  }
  return { ...dense, charges, constant, loads: [], limits: [] };
}

/**
 * A limit asked for too much gets dearer, one that is not used up cheaper; less so each time it turns. Changes the prices;
 * `cost` says how large the whole is.
 */
export function reprice(
  { limits }: Dense,
  prices: Float64Array,
  pricing: readonly Pricing[],
  used: readonly number[],
  cost: number,
  distance: Distance,
): readonly Pricing[] {
  return pricing.map(({ answer: before, wasOver }, at) => {
    const limit = Math.max(limits[at] as number, Number.MIN_VALUE);
    const worth = cost / limit;
    const excess = (used[at] as number) / limit - 1;
    const isOver = excess > 0;
    const turned = wasOver !== undefined && wasOver !== isOver;
    const answer = before * (turned ? 0.6 : 1.1);
    const price = prices[at] as number;
    const step = Math.max(-LARGEST_STEP, Math.min(LARGEST_STEP, answer * excess));
    const moved = price === 0 ? (isOver ? FIRST_SHARE[distance] : 0) * worth : price + step * worth;
    prices[at] = moved < FREE_SHARE * worth ? 0 : moved;
    return { answer, wasOver: isOver };
  });
}
