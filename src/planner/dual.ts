/**
 * A lower bound at any time, without a linear program: a dual of the puzzle that improves with every sweep.
 *
 * Messages m[term, table, position] move cost between terms and tables, prices ν put a price on each budget. For any
 * messages and any ν ≥ 0 no assignment within the budgets costs less than
 *   Σ terms  min over boxes (cost − Σ members min over allowed positions m)
 * + Σ tables min over positions (charge + Σ limits ν·load + Σ terms m) − Σ limits ν·limit,
 * since the messages cancel out when every table has one position. Sweeps of sequential reweighted message passing
 * (Kolmogorov, "A new look at reweighted message passing", 2015) never lower it while the prices stay as they are.
 */

import { type AllowedSets, allowedSets } from './allowed-sets.js';
import type { Dense } from './dense.js';

export interface Dual {
  readonly messages: Float64Array;
  readonly prices: Float64Array;
}

export interface Bounding {
  /** No assignment costs less. */
  readonly bound: number;
  /** By how much the bound rises when a table takes a position, as `dense.charges`. */
  readonly rises: Float64Array;
}

/** A dual at work: `most` and `left` follow from the messages and are kept up to date with them. */
export interface Sweeper extends Dual {
  readonly dense: Dense;
  readonly sets: AllowedSets;
  /** Of each set the largest message. */
  readonly most: Float64Array;
  /** What each box costs less the largest message of each of its sets. */
  readonly left: Float64Array;
  /** Room to work in: a figure for each set, one for each position of a table. */
  readonly ofSet: Float64Array;
  readonly own: Float64Array;
  readonly reach: Float64Array;
}

export function noDual(dense: Dense): Dual {
  return {
    messages: new Float64Array(dense.memberOffset.at(-1) ?? 0),
    prices: new Float64Array(dense.limits.length),
  };
}

/** Takes a dual up. What is done with it then does not change the dual that was given. */
export function openDual(dense: Dense, { messages, prices }: Dual): Sweeper {
  const sets = allowedSets(dense);
  const widest = dense.positions.reduce((most, list) => Math.max(most, list.length), 0);
  const count = sets.cellStart.length - 1;
  const sweeper = {
    dense,
    messages: messages.slice(),
    prices: prices.slice(),
    sets,
    most: new Float64Array(count),
    left: dense.boxCost.slice(),
    ofSet: new Float64Array(count),
    own: new Float64Array(widest),
    reach: new Float64Array(widest),
  };
  for (let member = 0; member < dense.memberTable.length; member += 1) takeIn(sweeper, member);
  return sweeper;
}

/** One pass over all tables, in order and back. */
export function sweep(sweeper: Sweeper): void {
  const count = sweeper.dense.tables.length;
  for (let table = 0; table < count; table += 1) visit(sweeper, table, true);
  for (let table = count - 1; table >= 0; table -= 1) visit(sweeper, table, false);
}

/** Takes from every term what its table's positions make of it, and hands it on to the terms whose turn is yet to come. */
export function visit(sweeper: Sweeper, table: number, isForward: boolean): void {
  const { dense, messages, reach, own } = sweeper;
  const { tableStart, touchStart, touchMember, memberOffset } = dense;
  const count = (tableStart[table + 1] as number) - (tableStart[table] as number);
  const [from, to] = [touchStart[table] as number, touchStart[table + 1] as number];
  let ahead = 0;
  let behind = 0;
  for (let at = from; at < to; at += 1) {
    const member = touchMember[at] as number;
    if (!isLast(dense, member)) ahead += 1;
    if (!isFirst(dense, member)) behind += 1;
    minMarginals(sweeper, member);
    const offset = memberOffset[member] as number;
    for (let rank = 0; rank < count; rank += 1)
      messages[offset + rank] = (messages[offset + rank] as number) + (reach[rank] as number);
  }
  collectOwn(sweeper, table);
  const share = 1 / Math.max(1, ahead, behind);
  for (let at = from; at < to; at += 1) {
    const member = touchMember[at] as number;
    const isPast = isForward ? isLast(dense, member) : isFirst(dense, member);
    const offset = memberOffset[member] as number;
    if (!isPast) {
      for (let rank = 0; rank < count; rank += 1)
        messages[offset + rank] = (messages[offset + rank] as number) - share * (own[rank] as number);
    }
    takeIn(sweeper, member);
  }
}

export function boundOf(sweeper: Sweeper): Bounding {
  const { dense, own, reach } = sweeper;
  const { tableStart, touchStart, touchMember } = dense;
  const rises = new Float64Array(dense.charges.length);
  let bound = boundOfTerms(sweeper);
  for (let table = 0; table < dense.tables.length; table += 1) {
    const start = tableStart[table] as number;
    const count = (tableStart[table + 1] as number) - start;
    collectOwn(sweeper, table);
    const base = leastOf(own, count);
    bound += base;
    for (let rank = 0; rank < count; rank += 1) rises[start + rank] = (own[rank] as number) - base;
    for (let at = touchStart[table] as number; at < (touchStart[table + 1] as number); at += 1) {
      const member = touchMember[at] as number;
      minMarginals(sweeper, member);
      const least = leastOf(reach, count);
      for (let rank = 0; rank < count; rank += 1)
        rises[start + rank] = (rises[start + rank] as number) + (reach[rank] as number) - least;
    }
  }
  return { bound, rises };
}

/** The bound alone: no rises. */
export function plainBound(sweeper: Sweeper): number {
  const { dense, own } = sweeper;
  let bound = boundOfTerms(sweeper);
  for (let table = 0; table < dense.tables.length; table += 1) {
    collectOwn(sweeper, table);
    bound += leastOf(own, (dense.tableStart[table + 1] as number) - (dense.tableStart[table] as number));
  }
  return bound;
}

function boundOfTerms({ dense, prices, left }: Sweeper): number {
  const { boxStart, limits } = dense;
  let bound = dense.constant - limits.reduce((sum, limit, at) => sum + limit * (prices[at] as number), 0);
  for (let term = 0; term < boxStart.length - 1; term += 1) {
    let least = Number.POSITIVE_INFINITY;
    for (let box = boxStart[term] as number; box < (boxStart[term + 1] as number); box += 1)
      if ((left[box] as number) < least) least = left[box] as number;
    bound += least;
  }
  return bound;
}

function leastOf(list: Float64Array, count: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at < count; at += 1) if ((list[at] as number) < least) least = list[at] as number;
  return least;
}

function isFirst({ memberStart, termOfMember }: Dense, member: number): boolean {
  return member === memberStart[termOfMember[member] as number];
}

function isLast({ memberStart, termOfMember }: Dense, member: number): boolean {
  return member === (memberStart[(termOfMember[member] as number) + 1] as number) - 1;
}

/** What each position of a table costs by itself: charge, prices, messages. Left in `own`. */
function collectOwn({ dense, messages, prices, own }: Sweeper, table: number): void {
  const { tableStart, charges, loads, touchStart, touchMember, memberOffset } = dense;
  const start = tableStart[table] as number;
  const count = (tableStart[table + 1] as number) - start;
  for (let rank = 0; rank < count; rank += 1) {
    let cost = charges[start + rank] as number;
    for (let limit = 0; limit < loads.length; limit += 1)
      cost += (prices[limit] as number) * ((loads[limit] as Float64Array)[start + rank] as number);
    own[rank] = cost;
  }
  for (let at = touchStart[table] as number; at < (touchStart[table + 1] as number); at += 1) {
    const offset = memberOffset[touchMember[at] as number] as number;
    for (let rank = 0; rank < count; rank += 1)
      own[rank] = (own[rank] as number) + (messages[offset + rank] as number);
  }
}

/** For each position of a member, the least its term costs with it, messages taken off. Left in `reach`. */
function minMarginals({ dense, messages, sets, most, left, ofSet, reach }: Sweeper, member: number): void {
  const { setStart, cellStart, cells, setOfBox } = sets;
  const term = dense.termOfMember[member] as number;
  const [firstSet, endSet] = [setStart[member] as number, setStart[member + 1] as number];
  for (let set = firstSet; set < endSet; set += 1) ofSet[set] = Number.POSITIVE_INFINITY;
  let at = sets.boxStart[member] as number;
  for (let box = dense.boxStart[term] as number; box < (dense.boxStart[term + 1] as number); box += 1) {
    const set = setOfBox[at] as number;
    at += 1;
    if ((left[box] as number) < (ofSet[set] as number)) ofSet[set] = left[box] as number;
  }
  const offset = dense.memberOffset[member] as number;
  const count = (dense.memberOffset[member + 1] as number) - offset;
  for (let rank = 0; rank < count; rank += 1) reach[rank] = Number.POSITIVE_INFINITY;
  for (let set = firstSet; set < endSet; set += 1) {
    const cost = (ofSet[set] as number) + (most[set] as number);
    for (let cell = cellStart[set] as number; cell < (cellStart[set + 1] as number); cell += 1) {
      const rank = (cells[cell] as number) - offset;
      if (cost < (reach[rank] as number)) reach[rank] = cost;
    }
  }
  for (let rank = 0; rank < count; rank += 1)
    reach[rank] = (reach[rank] as number) - (messages[offset + rank] as number);
}

/** Brings `most` and `left` up to date with the messages of a member. */
function takeIn({ dense, messages, sets, most, left, ofSet }: Sweeper, member: number): void {
  const { setStart, cellStart, cells, setOfBox } = sets;
  for (let set = setStart[member] as number; set < (setStart[member + 1] as number); set += 1) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let cell = cellStart[set] as number; cell < (cellStart[set + 1] as number); cell += 1) {
      const message = messages[cells[cell] as number] as number;
      if (message > largest) largest = message;
    }
    ofSet[set] = largest - (most[set] as number);
    most[set] = largest;
  }
  const term = dense.termOfMember[member] as number;
  let at = sets.boxStart[member] as number;
  for (let box = dense.boxStart[term] as number; box < (dense.boxStart[term + 1] as number); box += 1) {
    left[box] = (left[box] as number) - (ofSet[setOfBox[at] as number] as number);
    at += 1;
  }
}
