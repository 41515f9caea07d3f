/**
 * Hill climbing: change one table at a time to its cheapest open position until nothing gets cheaper. Gives an answer at
 * once, and the bounds something to be measured against. No randomness: starts and order are given.
 */

import { isLess } from './assignment.js';
import type { Dense } from './dense.js';

/** A climb nearly always ends after two or three rounds; this only bounds what is not worth waiting for. */
const MOST_ROUNDS = 50;

/**
 * Climbs from a start, first brought within the limits; undefined when it could not be. Swaps find more where limits
 * press, and take most of the time.
 */
export function climb(dense: Dense, start: Int32Array, withSwaps = true): Int32Array | undefined {
  const ranks = start.slice();
  const used = dense.loads.map((_, limit) => usedOf(dense, ranks, limit));
  for (const limit of dense.limits.keys()) if (!bringWithin(dense, ranks, used, limit)) return undefined;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    moveAll(dense, ranks, used);
    if (!withSwaps || !swapBest(dense, ranks, used)) break;
  }
  return ranks;
}

/** Tables are asked again only when one that shares a term with them has moved. */
function moveAll(dense: Dense, ranks: Int32Array, used: number[]): void {
  const asked = Uint8Array.from(dense.tables, (_, table) => Number(countOf(dense, table) > 1));
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    let moved = false;
    for (let table = 0; table < asked.length; table += 1) {
      if (asked[table] !== 1) continue;
      asked[table] = 0;
      if (!moveBest(dense, ranks, used, table)) continue;
      moved = true;
      askNeighbours(dense, table, asked);
    }
    if (!moved) return;
  }
}

function askNeighbours(dense: Dense, table: number, asked: Uint8Array): void {
  const { touchStart, touchMember, termOfMember, memberStart, memberTable } = dense;
  for (let at = touchStart[table] as number; at < (touchStart[table + 1] as number); at += 1) {
    const term = termOfMember[touchMember[at] as number] as number;
    for (let member = memberStart[term] as number; member < (memberStart[term + 1] as number); member += 1) {
      const other = memberTable[member] as number;
      if (other !== table && countOf(dense, other) > 1) asked[other] = 1;
    }
  }
}

export function costOf(dense: Dense, ranks: Int32Array): number {
  let cost = dense.constant;
  for (let term = 0; term < dense.boxStart.length - 1; term += 1) cost += termCost(dense, ranks, term);
  for (const [table, rank] of ranks.entries())
    cost += dense.charges[(dense.tableStart[table] as number) + rank] as number;
  return cost;
}

export function usedOf(dense: Dense, ranks: Int32Array, limit: number): number {
  let used = 0;
  for (let table = 0; table < ranks.length; table += 1)
    used += loadOf(dense, limit, table, ranks[table] as number);
  return used;
}

function loadOf(dense: Dense, limit: number, table: number, rank: number): number {
  return (dense.loads[limit] as Float64Array)[(dense.tableStart[table] as number) + rank] as number;
}

/** Boxes are cheapest first and the last one allows all, so the first that is met decides. */
export function termCost(dense: Dense, ranks: Int32Array, term: number): number {
  const { memberStart, memberTable, memberOffset, boxStart, boxRow, boxCost, allows } = dense;
  const [first, end] = [memberStart[term] as number, memberStart[term + 1] as number];
  const base = memberOffset[first] as number;
  for (let box = boxStart[term] as number; ; box += 1) {
    const shift = (boxRow[box] as number) - base;
    let met = true;
    for (let member = first; met && member < end; member += 1) {
      met =
        allows[
          shift + (memberOffset[member] as number) + (ranks[memberTable[member] as number] as number)
        ] === 1;
    }
    if (met) return boxCost[box] as number;
  }
}

/** What the cost has that depends on one table, with the table at a rank. */
function shareOf(dense: Dense, ranks: Int32Array, table: number, rank: number): number {
  const { touchStart, touchMember, termOfMember } = dense;
  const now = ranks[table] as number;
  ranks[table] = rank;
  let cost = dense.charges[(dense.tableStart[table] as number) + rank] as number;
  for (let at = touchStart[table] as number; at < (touchStart[table + 1] as number); at += 1)
    cost += termCost(dense, ranks, termOfMember[touchMember[at] as number] as number);
  ranks[table] = now;
  return cost;
}

function fits(
  dense: Dense,
  ranks: Int32Array,
  used: readonly number[],
  table: number,
  rank: number,
): boolean {
  for (let at = 0; at < dense.limits.length; at += 1) {
    const more = loadOf(dense, at, table, rank) - loadOf(dense, at, table, ranks[table] as number);
    if (more > 0 && isLess(dense.limits[at] as number, (used[at] as number) + more)) return false;
  }
  return true;
}

function move(dense: Dense, ranks: Int32Array, used: number[], table: number, rank: number): void {
  for (const at of used.keys())
    used[at] =
      (used[at] as number) +
      loadOf(dense, at, table, rank) -
      loadOf(dense, at, table, ranks[table] as number);
  ranks[table] = rank;
}

function countOf(dense: Dense, table: number): number {
  return (dense.tableStart[table + 1] as number) - (dense.tableStart[table] as number);
}

function moveBest(dense: Dense, ranks: Int32Array, used: number[], table: number): boolean {
  const now = ranks[table] as number;
  let best = now;
  let least = shareOf(dense, ranks, table, now);
  for (let rank = 0; rank < countOf(dense, table); rank += 1) {
    if (rank === now || !fits(dense, ranks, used, table, rank)) continue;
    const cost = shareOf(dense, ranks, table, rank);
    if (isLess(cost, least)) [best, least] = [rank, cost];
  }
  if (best === now) return false;
  move(dense, ranks, used, table, best);
  return true;
}

// ── budgets ──────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Move {
  readonly table: number;
  readonly rank: number;
  /** What it costs more. */
  readonly costs: number;
  /** What it takes off the limit. */
  readonly frees: number;
}

/** Moves that cost least for what they free, until the limit is kept. */
function bringWithin(dense: Dense, ranks: Int32Array, used: number[], limit: number): boolean {
  const isKept = (): boolean => !isLess(dense.limits[limit] as number, used[limit] as number);
  if (isKept()) return true;
  const price = ({ costs, frees }: Move): number => costs / frees;
  const all = dense.tables.flatMap((_, table) => freeing(dense, ranks, limit, table) ?? []);
  for (const { table } of all.sort((a, b) => price(a) - price(b) || a.table - b.table)) {
    const best = freeing(dense, ranks, limit, table);
    if (best === undefined) continue;
    move(dense, ranks, used, table, best.rank);
    if (isKept()) return true;
  }
  return false;
}

/** The move of a table that is cheapest for what it frees, and adds to no other limit. */
function freeing(dense: Dense, ranks: Int32Array, limit: number, table: number): Move | undefined {
  const now = ranks[table] as number;
  if (loadOf(dense, limit, table, now) === 0) return undefined;
  const before = shareOf(dense, ranks, table, now);
  let best: Move | undefined;
  for (let rank = 0; rank < countOf(dense, table); rank += 1) {
    const frees = loadOf(dense, limit, table, now) - loadOf(dense, limit, table, rank);
    const adds = dense.limits.some((_, at) => loadOf(dense, at, table, rank) > loadOf(dense, at, table, now));
    if (frees <= 0 || adds) continue;
    const costs = shareOf(dense, ranks, table, rank) - before;
    if (best === undefined || costs / frees < best.costs / best.frees) best = { table, rank, costs, frees };
  }
  return best;
}

/** Makes room for a table that a limit keeps out by moving one other out, where that is cheaper on the whole. */
function swapBest(dense: Dense, ranks: Int32Array, used: number[]): boolean {
  let moved = false;
  for (const limit of dense.limits.keys()) {
    const leaving = dense.tables.flatMap((_, table) => freeing(dense, ranks, limit, table) ?? []);
    for (let table = 0; table < dense.tables.length; table += 1)
      moved = swapIn(dense, ranks, used, limit, table, leaving) || moved;
  }
  return moved;
}

function swapIn(
  dense: Dense,
  ranks: Int32Array,
  used: number[],
  limit: number,
  table: number,
  leaving: readonly Move[],
): boolean {
  const now = ranks[table] as number;
  const before = shareOf(dense, ranks, table, now);
  for (let rank = 0; rank < countOf(dense, table); rank += 1) {
    if (fits(dense, ranks, used, table, rank)) continue;
    const saves = before - shareOf(dense, ranks, table, rank);
    const more = loadOf(dense, limit, table, rank) - loadOf(dense, limit, table, now);
    const needs = (used[limit] as number) + more - (dense.limits[limit] as number);
    if (saves <= 0 || more <= 0) continue;
    for (const out of leaving) {
      if (out.table === table || out.frees < needs || out.costs >= saves) continue;
      if (trySwap(dense, ranks, used, out, table, rank)) return true;
    }
  }
  return false;
}

function trySwap(
  dense: Dense,
  ranks: Int32Array,
  used: number[],
  out: Move,
  table: number,
  rank: number,
): boolean {
  const [was, stood] = [ranks[out.table] as number, ranks[table] as number];
  const before = shareOf(dense, ranks, out.table, was);
  const freed = shareOf(dense, ranks, out.table, out.rank);
  move(dense, ranks, used, out.table, out.rank);
  const stays = shareOf(dense, ranks, table, stood);
  const goes = shareOf(dense, ranks, table, rank);
  if (fits(dense, ranks, used, table, rank) && isLess(freed + goes, before + stays)) {
    move(dense, ranks, used, table, rank);
    return true;
  }
  move(dense, ranks, used, out.table, was);
  return false;
}
