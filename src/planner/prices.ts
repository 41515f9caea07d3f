/** Prices of budgets: what a unit of each is worth, so that a puzzle without limits asks for about what they allow. */

import type { Dense } from './dense.js';

export interface Pricing {
  readonly prices: readonly number[];
  /** How strongly each price answers to its limit being missed by a share. */
  readonly answers: readonly number[];
  /** Whether each limit was asked for too much. */
  readonly wasOver: readonly boolean[];
}

/** A first price: all of the limit is worth this share of the cost. */
const FIRST_SHARE = 0.05;
/** A limit worth less than this share of the cost is free. */
const FREE_SHARE = 1e-6;
const FIRST_ANSWER = 3;
/** No price changes by more than this factor at once. */
const LARGEST_STEP = Math.LN2;

export function startPricing(dense: Dense): Pricing {
  return {
    prices: dense.limits.map(() => 0),
    answers: dense.limits.map(() => FIRST_ANSWER),
    wasOver: dense.limits.map(() => false),
  };
}

/** The puzzle with its limits turned into charges. For any prices no plan within the limits costs more in it. */
export function priced(dense: Dense, prices: Float64Array): Dense {
  const charges = dense.charges.slice();
  let constant = dense.constant;
  for (const [limit, price] of prices.entries()) {
    const loads = dense.loads[limit] as Float64Array;
    for (const [at, load] of loads.entries()) charges[at] = (charges[at] as number) + price * load;
    constant -= price * (dense.limits[limit] as number);
  }
  return { ...dense, charges, constant, loads: [], limits: [] };
}

/** A limit asked for too much gets dearer, one that is not used up cheaper; less so each time it turns. */
export function reprice(dense: Dense, pricing: Pricing, used: readonly number[], cost: number): Pricing {
  const next = dense.limits.map((limit, at) => {
    const price = pricing.prices[at] as number;
    const excess = (used[at] as number) / Math.max(limit, Number.MIN_VALUE) - 1;
    const isOver = excess > 0;
    const worth = cost / Math.max(limit, Number.MIN_VALUE);
    if (price === 0) return { price: isOver ? FIRST_SHARE * worth : 0, answer: FIRST_ANSWER, isOver };
    const turned = isOver !== pricing.wasOver[at];
    const answer = (pricing.answers[at] as number) * (turned ? 0.5 : 1.15);
    const step = Math.max(-LARGEST_STEP, Math.min(LARGEST_STEP, answer * excess));
    const moved = price * Math.exp(step);
    return { price: !isOver && moved < FREE_SHARE * worth ? 0 : moved, answer, isOver };
  });
  return {
    prices: next.map(({ price }) => price),
    answers: next.map(({ answer }) => answer),
    wasOver: next.map(({ isOver }) => isOver),
  };
}
