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

export function openDual(dense: Dense): Dual {
  return {
    messages: new Float64Array(dense.memberOffset.at(-1) ?? 0),
    prices: new Float64Array(dense.limits.length),
  };
}

/** One pass over all tables, in order and back. */
export function sweep(dense: Dense, dual: Dual): void {
  const room = roomFor(dense);
  for (let table = 0; table < dense.tables.length; table += 1) visit(dense, dual, table, true, room);
  for (let table = dense.tables.length - 1; table >= 0; table -= 1) visit(dense, dual, table, false, room);
}

export function boundOf(dense: Dense, dual: Dual): Bounding {
  const { tableStart, touchStart, touchMember, memberStart } = dense;
  const { reach } = roomFor(dense);
  const rises = new Float64Array(dense.charges.length);
  let bound =
    dense.constant - dense.limits.reduce((sum, limit, at) => sum + limit * (dual.prices[at] as number), 0);
  for (let table = 0; table < dense.tables.length; table += 1) {
    const own = rises.subarray(tableStart[table], tableStart[table + 1]);
    collectOwn(dense, dual, table, own);
    bound += leastOf(own, own.length);
    const base = leastOf(own, own.length);
    for (let rank = 0; rank < own.length; rank += 1) own[rank] = (own[rank] as number) - base;
    for (let at = touchStart[table] as number; at < (touchStart[table + 1] as number); at += 1) {
      const member = touchMember[at] as number;
      minMarginals(dense, dual.messages, member, reach);
      const least = leastOf(reach, own.length);
      // Each term counts once, with its first member.
      if (member === memberStart[dense.termOfMember[member] as number]) bound += least;
      for (let rank = 0; rank < own.length; rank += 1)
        own[rank] = (own[rank] as number) + (reach[rank] as number) - least;
    }
  }
  return { bound, rises };
}

interface Room {
  readonly own: Float64Array;
  readonly reach: Float64Array;
}

function roomFor(dense: Dense): Room {
  const widest = dense.positions.reduce((most, list) => Math.max(most, list.length), 0);
  return { own: new Float64Array(widest), reach: new Float64Array(widest) };
}

function leastOf(list: Float64Array, count: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at < count; at += 1) least = Math.min(least, list[at] as number);
  return least;
}

/** Takes from every term what its table's positions make of it, and hands it on to the terms whose turn is yet to come. */
function visit(dense: Dense, dual: Dual, table: number, isForward: boolean, { own, reach }: Room): void {
  const { tableStart, touchStart, touchMember, memberOffset } = dense;
  const { messages } = dual;
  const count = (tableStart[table + 1] as number) - (tableStart[table] as number);
  const [from, to] = [touchStart[table] as number, touchStart[table + 1] as number];
  let ahead = 0;
  let behind = 0;
  for (let at = from; at < to; at += 1) {
    const member = touchMember[at] as number;
    if (!isLast(dense, member)) ahead += 1;
    if (!isFirst(dense, member)) behind += 1;
    minMarginals(dense, messages, member, reach);
    const offset = memberOffset[member] as number;
    for (let rank = 0; rank < count; rank += 1)
      messages[offset + rank] = (messages[offset + rank] as number) + (reach[rank] as number);
  }
  collectOwn(dense, dual, table, own);
  const share = 1 / Math.max(1, ahead, behind);
  for (let at = from; at < to; at += 1) {
    const member = touchMember[at] as number;
    if (isForward ? isLast(dense, member) : isFirst(dense, member)) continue;
    const offset = memberOffset[member] as number;
    for (let rank = 0; rank < count; rank += 1)
      messages[offset + rank] = (messages[offset + rank] as number) - share * (own[rank] as number);
  }
}

function isFirst({ memberStart, termOfMember }: Dense, member: number): boolean {
  return member === memberStart[termOfMember[member] as number];
}

function isLast({ memberStart, termOfMember }: Dense, member: number): boolean {
  return member === (memberStart[(termOfMember[member] as number) + 1] as number) - 1;
}

/** What each position of a table costs by itself: charge, prices, messages. */
function collectOwn(dense: Dense, { messages, prices }: Dual, table: number, own: Float64Array): void {
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

/** For each position of a member, the least its term costs with it, messages taken off. */
function minMarginals(dense: Dense, messages: Float64Array, member: number, reach: Float64Array): void {
  const { termOfMember, memberStart, memberOffset, boxStart, boxCost, boxRow, allows } = dense;
  const term = termOfMember[member] as number;
  const [first, end] = [memberStart[term] as number, memberStart[term + 1] as number];
  const base = memberOffset[first] as number;
  const [ownFrom, ownTo] = [memberOffset[member] as number, memberOffset[member + 1] as number];
  for (let at = 0; at < ownTo - ownFrom; at += 1) reach[at] = Number.POSITIVE_INFINITY;
  for (let box = boxStart[term] as number; box < (boxStart[term + 1] as number); box += 1) {
    const shift = (boxRow[box] as number) - base;
    let cost = boxCost[box] as number;
    for (let other = first; other < end; other += 1) {
      if (other === member) continue;
      let most = Number.NEGATIVE_INFINITY;
      for (let cell = memberOffset[other] as number; cell < (memberOffset[other + 1] as number); cell += 1) {
        const message = messages[cell] as number;
        if (message > most && allows[shift + cell] === 1) most = message;
      }
      cost -= most;
    }
    for (let cell = ownFrom; cell < ownTo; cell += 1) {
      if (allows[shift + cell] !== 1) continue;
      const with_ = cost - (messages[cell] as number);
      if (with_ < (reach[cell - ownFrom] as number)) reach[cell - ownFrom] = with_;
    }
  }
}
