/**
 * Where budgets press, the cheapest plan is not the cheapest under any prices, but differs from that one in a few places:
 * tables that could nearly as well be placed otherwise. They fall into small pieces that no term links, so that all ways to
 * place a piece can be tried through, and ways of different pieces be chosen each by itself.
 */

import { type Ascent, pointedAt } from './ascend.js';
import { climb, termCost } from './climb.js';
import type { Dense } from './dense.js';
import { priced } from './prices.js';

/** Tables that are placed together, and the ways to do it that could be of use; the first costs least under the prices. */
export interface Piece {
  readonly tables: readonly number[];
  readonly ways: readonly Way[];
}

export interface Way {
  /** Of each table of the piece. */
  readonly ranks: readonly number[];
  /** As far as it depends on the piece. */
  readonly cost: number;
  /** With what it takes of the budgets at their prices. */
  readonly priced: number;
  /** By limit. */
  readonly loads: readonly number[];
}

export interface Cut {
  /** The cheapest plan under the prices, as far as known: each piece as in its first way. */
  readonly anchor: Int32Array;
  /** Those that have a choice. */
  readonly pieces: readonly Piece[];
}

/** Ways that are tried through of one piece, and that are kept. */
const MOST_TRIED = 256;
const MOST_KEPT = 48;
/** Positions that raise the bound by less than a share of the gap may be of use. From few to many, each round from a better anchor. */
const NEAR_SHARES = [0.0125, 0.0625, 0.25];

/** `known`: positions of the best plan so far. `gap`: what that costs beyond the bound. */
export function cutIntoPieces(dense: Dense, ascent: Ascent, known: readonly number[], gap: number): Cut {
  const plain = priced(dense, ascent.dual.prices);
  const start = pointedAt(dense, ascent.rises);
  const anchor = climb(plain, start, false) ?? start;
  const best = dense.positions.map((list, table) => list.indexOf(known[table] as number));
  let pieces: readonly Piece[] = [];
  for (const share of NEAR_SHARES) {
    const open = openNear(dense, ascent.rises, anchor, best, share * gap);
    pieces = open.map((own) => tryThrough(dense, plain, anchor, own, gap));
    for (const { tables, ways } of pieces)
      for (const [slot, table] of tables.entries()) anchor[table] = (ways[0] as Way).ranks[slot] as number;
  }
  return { anchor, pieces: pieces.filter(({ ways }) => ways.length > 1) };
}

/** Of each table of a piece the ranks to try. */
type OpenPiece = ReadonlyMap<number, readonly number[]>;

interface Growing {
  readonly tables: readonly number[];
  readonly ways: number;
}

/** Lets positions in as long as pieces stay small: those of the best plan, then those that raise the bound least. */
function openNear(
  dense: Dense,
  rises: Float64Array,
  anchor: Int32Array,
  best: readonly number[],
  near: number,
): readonly OpenPiece[] {
  const open = Array.from(anchor, (rank) => [rank]);
  const pieceOf = new Map<number, Growing>();
  const letIn = (table: number, rank: number): void => {
    const own = open[table] as number[];
    if (own.includes(rank)) return;
    const touched = new Set([table, ...neighboursOf(dense, table)].flatMap((one) => pieceOf.get(one) ?? []));
    const ways = [...touched].reduce((product, piece) => product * piece.ways, (own.length + 1) / own.length);
    if (ways > MOST_TRIED) return;
    own.push(rank);
    const tables = [...new Set([...[...touched].flatMap((piece) => piece.tables), table])];
    const grown = { tables, ways };
    for (const one of tables) pieceOf.set(one, grown);
  };
  for (const [table, rank] of best.entries()) if (rank >= 0) letIn(table, rank);
  for (const { table, rank } of nearest(dense, rises, near)) letIn(table, rank);
  return [...new Set(pieceOf.values())].map(
    ({ tables }) => new Map(tables.map((table) => [table, open[table] as readonly number[]])),
  );
}

function neighboursOf(dense: Dense, table: number): readonly number[] {
  const { touchStart, touchMember, termOfMember, memberStart, memberTable } = dense;
  const found: number[] = [];
  for (let at = touchStart[table] as number; at < (touchStart[table + 1] as number); at += 1) {
    const term = termOfMember[touchMember[at] as number] as number;
    for (let member = memberStart[term] as number; member < (memberStart[term + 1] as number); member += 1)
      found.push(memberTable[member] as number);
  }
  return found;
}

function nearest({ tables, tableStart }: Dense, rises: Float64Array, near: number) {
  const places = tables.flatMap((_, table) => {
    const start = tableStart[table] as number;
    const own = rises.subarray(start, tableStart[table + 1]);
    return Array.from(own, (rise, rank) => ({ table, rank, rise })).filter(({ rise }) => rise <= near);
  });
  return places.sort((a, b) => a.rise - b.rise);
}

function tryThrough(dense: Dense, plain: Dense, anchor: Int32Array, open: OpenPiece, gap: number): Piece {
  const tables = [...open.keys()];
  const terms = termsOf(dense, tables);
  const ranks = anchor.slice();
  const ways: Way[] = [];
  const place = (slot: number): void => {
    const table = tables[slot];
    if (table === undefined) {
      ways.push(wayOf(dense, plain, ranks, tables, terms));
      return;
    }
    for (const rank of open.get(table) as readonly number[]) {
      ranks[table] = rank;
      place(slot + 1);
    }
  };
  place(0);
  return {
    tables,
    ways: worthKeeping(
      ways.sort((a, b) => a.priced - b.priced),
      gap,
    ),
  };
}

function termsOf({ touchStart, touchMember, termOfMember }: Dense, tables: readonly number[]) {
  const members = tables.flatMap((table) =>
    Array.from(touchMember.subarray(touchStart[table], touchStart[table + 1])),
  );
  return new Set(members.map((member) => termOfMember[member] as number));
}

function wayOf(
  dense: Dense,
  plain: Dense,
  ranks: Int32Array,
  tables: readonly number[],
  terms: Iterable<number>,
): Way {
  let shared = 0;
  for (const term of terms) shared += termCost(dense, ranks, term);
  const places = tables.map((table) => (dense.tableStart[table] as number) + (ranks[table] as number));
  const sum = (figures: Float64Array): number => places.reduce((all, at) => all + (figures[at] as number), 0);
  return {
    ranks: tables.map((table) => ranks[table] as number),
    cost: shared + sum(dense.charges),
    priced: shared + sum(plain.charges),
    loads: dense.loads.map(sum),
  };
}

/** Without those that another beats in cost and all loads, and those too dear for a better plan. */
function worthKeeping(ways: readonly Way[], gap: number): readonly Way[] {
  const kept: Way[] = [];
  for (const way of ways) {
    if (kept.length === MOST_KEPT || way.priced - (ways[0] as Way).priced > gap) break;
    const isBeaten = kept.some(
      ({ cost, loads }) => cost <= way.cost && loads.every((load, at) => load <= (way.loads[at] as number)),
    );
    if (!isBeaten) kept.push(way);
  }
  return kept;
}
