/**
 * Bound and plan from both sides: sweeps raise the dual bound, prices follow what the budgets are asked for, and what the
 * dual points at is climbed from. Ends when both sides meet, when rounds bring no more, or when time is over.
 */

import { isEqual, isLess } from './assignment.js';
import { climb, costOf, usedOf } from './climb.js';
import type { Dense } from './dense.js';
import { type Bounding, boundOf, type Dual, openDual, sweep } from './dual.js';
import { type Pricing, priced, reprice, startPricing } from './prices.js';

export interface Ascent extends Bounding {
  /** Messages and prices of the bound. */
  readonly dual: Dual;
  /** The cheapest found that keeps the limits. */
  readonly ranks: Int32Array | undefined;
  readonly cost: number;
}

/** Rounds in which prices move. */
const PRICING_ROUNDS = 30;
const SWEEPS_WHILE_PRICING = 4;
/** Climbing within the limits takes longer than sweeping. */
const OFFER_EVERY = 5;
/** Rounds after that, in which the bound settles under prices that stay. */
const SETTLING_ROUNDS = 30;
const SWEEPS_WHILE_SETTLING = 8;
const LEAST_SETTLING = 12;
/** Made even when time is over: a bound worth saying takes that many. */
const LEAST_ROUNDS = 5;
/** A round that raises the bound by less than this share is the last one. */
const SETTLED = 1e-7;

interface Search {
  readonly dense: Dense;
  readonly dual: Dual;
  readonly isOver: () => boolean;
  best: Bounding;
  bestDual: Dual;
  ranks: Int32Array | undefined;
  cost: number;
  rounds: number;
}

export function ascend(dense: Dense, starts: readonly Int32Array[], isOver: () => boolean): Ascent {
  const dual = openDual(dense);
  const best = boundOf(dense, dual);
  const search: Search = {
    dense,
    dual,
    isOver,
    best,
    bestDual: copyOf(dual),
    ranks: undefined,
    cost: Number.POSITIVE_INFINITY,
    rounds: 0,
  };
  // One climb at once, so that there is an answer; the other starts wait until there is a bound as well.
  const [first, ...later] = starts;
  if (first !== undefined) offer(search, first, false);
  if (dense.limits.length > 0) findPrices(search, later);
  settle(search, later);
  return { ...search.best, dual: search.bestDual, ranks: search.ranks, cost: search.cost };
}

/** Moves the prices until what is cheapest under them takes about what the limits allow. */
function findPrices(search: Search, starts: readonly Int32Array[]): void {
  const { dense, dual } = search;
  let pricing: Pricing = startPricing(dense);
  for (let round = 0; round < PRICING_ROUNDS && mayGoOn(search); round += 1) {
    const pointed = improve(search, SWEEPS_WHILE_PRICING);
    const cheapest = climb(priced(dense, dual.prices), pointed) ?? pointed;
    if (round % OFFER_EVERY === OFFER_EVERY - 1) offer(search, cheapest, !search.isOver());
    if (round >= OFFER_EVERY) offerNext(search, starts, round - OFFER_EVERY);
    const used = dense.limits.map((_, limit) => usedOf(dense, cheapest, limit));
    pricing = reprice(dense, pricing, used, search.cost);
    dual.prices.set(pricing.prices);
  }
  dual.prices.set(search.bestDual.prices);
}

function settle(search: Search, starts: readonly Int32Array[]): void {
  for (let round = 0; round < SETTLING_ROUNDS && mayGoOn(search); round += 1) {
    const before = search.best.bound;
    const pointed = improve(search, SWEEPS_WHILE_SETTLING);
    if (round % OFFER_EVERY === 0) offer(search, pointed);
    if (search.dense.limits.length === 0) offerNext(search, starts, round);
    // The first rounds may only make up for prices that were set back.
    const isSettled = search.best.bound - before < SETTLED * Math.abs(search.best.bound);
    if (round >= LEAST_SETTLING && isSettled) break;
  }
}

function mayGoOn({ ranks, best, cost, rounds, isOver }: Search): boolean {
  if (ranks !== undefined && isEqual(best.bound, cost)) return false;
  return rounds < LEAST_ROUNDS || !isOver();
}

/** Sweeps, keeps the bound if it is the best, and gives what the dual points at. */
function improve(search: Search, sweeps: number): Int32Array {
  const { dense, dual } = search;
  search.rounds += 1;
  for (let at = 0; at < sweeps && (at === 0 || !search.isOver()); at += 1) sweep(dense, dual);
  const now = boundOf(dense, dual);
  if (now.bound > search.best.bound) {
    search.best = now;
    search.bestDual = copyOf(dual);
  }
  return pointedAt(dense, now.rises);
}

function copyOf({ messages, prices }: Dual): Dual {
  return { messages: messages.slice(), prices: prices.slice() };
}

function offer(search: Search, start: Int32Array, withSwaps = true): void {
  const top = climb(search.dense, start, withSwaps);
  if (top === undefined) return;
  const reached = costOf(search.dense, top);
  if (search.ranks !== undefined && !isLess(reached, search.cost)) return;
  search.ranks = top;
  search.cost = reached;
}

function offerNext(search: Search, starts: readonly Int32Array[], round: number): void {
  const next = starts[round];
  if (next !== undefined && !search.isOver()) offer(search, next);
}

function pointedAt(dense: Dense, rises: Float64Array): Int32Array {
  return Int32Array.from(dense.tables, (_, table) => {
    const own = rises.subarray(dense.tableStart[table], dense.tableStart[table + 1]);
    return own.indexOf(Math.min(...own));
  });
}
