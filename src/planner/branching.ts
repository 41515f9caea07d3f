/**
 * Which table to split a puzzle at, so that both halves get a better bound: one on which budgets hang and that the rounds
 * put now here, now there; or one whose neighbours disagree with it. Candidates are tried out in their neighbourhood.
 */

import type { Ascent } from './ascend.js';
import { termCost } from './climb.js';
import type { Dense } from './dense.js';
import { openDual, plainBound, type Sweeper, visit } from './dual.js';

export interface Split {
  readonly table: number;
  /** The table has this rank in the first half, another one in the second. */
  readonly rank: number;
  /** What hangs on it by the prices of budgets. */
  readonly weighs: number;
}

interface Candidate extends Split {
  /** What the cheapest plan under the prices pays more there than the dual says. */
  readonly disputed: number;
}

const MOST_CANDIDATES = 8;
/** Tables around a candidate that are swept to try it out. */
const NEIGHBOURHOOD = 40;
const TRIAL_PASSES = 2;
/** Positions within this share of the gap are near ones. */
const NEAR = 0.25;

/** `trust`: the share of what hangs on a table that splits brought so far. Undefined when every table has one open position. */
export function chooseSplit(dense: Dense, ascent: Ascent, gap: number, trust: number): Split | undefined {
  const sweeper = openDual(dense, ascent.dual);
  const disputes = disputesOf(sweeper, ascent);
  const candidates = mostPromising(
    dense.tables.flatMap((_, table) =>
      candidateOf(dense, ascent, table, gap, Math.min(gap, disputes[table] as number)),
    ),
  );
  if (candidates.length < 2) return candidates[0];
  let best: Candidate | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const candidate of candidates) {
    const [one, other] = tryOut(sweeper, candidate, gap);
    const score = Math.min(one, other) + 0.01 * Math.max(one, other) + trust * candidate.weighs;
    if (score > most) [best, most] = [candidate, score];
  }
  return best;
}

function candidateOf(
  dense: Dense,
  { rises, shares, dual }: Ascent,
  table: number,
  gap: number,
  disputed: number,
): Candidate[] {
  const [start, end] = [dense.tableStart[table] as number, dense.tableStart[table + 1] as number];
  if (end - start < 2) return [];
  const [share, rise] = [(at: number) => shares[at] as number, (at: number) => rises[at] as number];
  let usual = start;
  let least = start;
  for (let at = start + 1; at < end; at += 1) {
    if (share(at) > share(usual) || (share(at) === share(usual) && rise(at) < rise(usual))) usual = at;
    if (rise(at) < rise(least)) least = at;
  }
  let weighs = 0;
  for (let at = start; at < end; at += 1) {
    if (at === usual) continue;
    const nearness = Math.max(0, 1 - rise(at) / (NEAR * gap + Number.MIN_VALUE));
    const moves = Math.min(share(at), 0.5) + 0.05 * nearness;
    weighs = Math.max(weighs, moves * worthBetween(dense, dual.prices, at, usual));
  }
  return [{ table, rank: (weighs > 0 ? usual : least) - start, weighs, disputed }];
}

/** By table, what the cheapest plan under the prices pays more than the dual says: there, and in terms shared with others. */
function disputesOf({ dense, messages, left }: Sweeper, { rises, cheapest }: Ascent): Float64Array {
  const disputes = Float64Array.from(
    cheapest,
    (rank, table) => rises[(dense.tableStart[table] as number) + rank] as number,
  );
  for (let term = 0; term < dense.boxStart.length - 1; term += 1) {
    const [first, end] = [dense.memberStart[term] as number, dense.memberStart[term + 1] as number];
    let least = Number.POSITIVE_INFINITY;
    for (let box = dense.boxStart[term] as number; box < (dense.boxStart[term + 1] as number); box += 1)
      least = Math.min(least, left[box] as number);
    let paid = termCost(dense, cheapest, term);
    for (let member = first; member < end; member += 1) {
      const rank = cheapest[dense.memberTable[member] as number] as number;
      paid -= messages[(dense.memberOffset[member] as number) + rank] as number;
    }
    for (let member = first; member < end; member += 1) {
      const table = dense.memberTable[member] as number;
      disputes[table] = (disputes[table] as number) + (paid - least) / (end - first);
    }
  }
  return disputes;
}

/** What the budgets that two positions take differ by, at their prices. */
function worthBetween(dense: Dense, prices: Float64Array, one: number, other: number): number {
  return dense.loads.reduce(
    (sum, load, at) =>
      sum + (prices[at] as number) * Math.abs((load[one] as number) - (load[other] as number)),
    0,
  );
}

/** Half of them by weight, the rest by dispute, then whatever there is. */
function mostPromising(candidates: readonly Candidate[]): readonly Candidate[] {
  const byWeight = candidates.filter(({ weighs }) => weighs > 0).sort((a, b) => b.weighs - a.weighs);
  const byDispute = candidates.filter(({ disputed }) => disputed > 0).sort((a, b) => b.disputed - a.disputed);
  const chosen = new Set([
    ...byWeight.slice(0, MOST_CANDIDATES / 2),
    ...byDispute.slice(0, MOST_CANDIDATES),
    ...candidates.slice(0, MOST_CANDIDATES),
  ]);
  return [...chosen].slice(0, MOST_CANDIDATES);
}

/** By how much the bound rises in each half when only the tables around are swept. Leaves the sweeper as it was. */
function tryOut(sweeper: Sweeper, { table, rank }: Split, gap: number): readonly [number, number] {
  const { dense, messages, most, left } = sweeper;
  const around = neighbourhood(dense, table);
  const start = dense.tableStart[table] as number;
  const own = dense.charges.slice(start, dense.tableStart[table + 1]);
  const before = { messages: messages.slice(), most: most.slice(), left: left.slice() };
  const base = plainBound(sweeper);
  const gain = (isFirst: boolean): number => {
    // What is not in the half is made dear instead of closed: the bound cannot rise by more than the gap then.
    for (const [at, charge] of own.entries())
      dense.charges[start + at] = charge + ((at === rank) === isFirst ? 0 : gap);
    for (let pass = 0; pass < TRIAL_PASSES; pass += 1) {
      for (const near of around) visit(sweeper, near, true);
      for (const near of around.toReversed()) visit(sweeper, near, false);
    }
    const risen = plainBound(sweeper) - base;
    dense.charges.set(own, start);
    messages.set(before.messages);
    most.set(before.most);
    left.set(before.left);
    return Math.min(risen, gap);
  };
  return [gain(true), gain(false)];
}

/** The table and those nearest to it. */
function neighbourhood(dense: Dense, table: number): readonly number[] {
  const { touchStart, touchMember, termOfMember, memberStart, memberTable } = dense;
  const found = new Set([table]);
  for (const near of found) {
    for (let at = touchStart[near] as number; at < (touchStart[near + 1] as number); at += 1) {
      const term = termOfMember[touchMember[at] as number] as number;
      for (let member = memberStart[term] as number; member < (memberStart[term + 1] as number); member += 1)
        found.add(memberTable[member] as number);
      if (found.size >= NEIGHBOURHOOD) return [...found].slice(0, NEIGHBOURHOOD);
    }
  }
  return [...found];
}
