/**
 * Chooses a way of each piece so that budgets are filled and little is paid beyond the cheapest plan under their prices.
 * Pieces are gone through one after the other, those that take or give most first, with the most promising choices so far;
 * then a few pieces at a time are exchanged while that makes the plan cheaper.
 */

import { usedOf } from './climb.js';
import type { Dense } from './dense.js';
import type { Cut, Piece, Way } from './pieces.js';

/** Choices so far that are followed. */
const WIDTH = 30;
/** Pieces that are exchanged together, and exchanges looked at. */
const MOST_EXCHANGED = 3;
const MOST_TRIES = 300_000;

/** A way against another one of its piece. */
interface Change {
  readonly piece: number;
  readonly way: number;
  readonly cost: number;
  /** The cost under the prices. */
  readonly extra: number;
  /** By limit, in units of the cost. */
  readonly takes: readonly number[];
}

/** `care`: how much what a choice leaves of budgets or has too much counts beside what it costs. Undefined when nothing fits. */
export function fill(
  dense: Dense,
  prices: Float64Array,
  { anchor, pieces }: Cut,
  gap: number,
  care: number,
): Int32Array | undefined {
  // A limit without a price still has to be kept.
  const worth = dense.limits.map((limit, at) =>
    Math.max(prices[at] as number, (1e-3 * gap) / Math.max(limit, Number.MIN_VALUE)),
  );
  const over = dense.limits.map((limit, at) => (worth[at] as number) * (usedOf(dense, anchor, at) - limit));
  const choices = pieces.map((piece, at) => changesOf(piece, at, 0, worth));
  const chosen = choose(choices, over, care);
  if (chosen === undefined) return undefined;
  while (exchange(pieces, chosen, over, worth));
  const ranks = anchor.slice();
  for (const [at, { tables, ways }] of pieces.entries()) {
    const way = ways[chosen[at] as number] as Way;
    for (const [slot, table] of tables.entries()) ranks[table] = way.ranks[slot] as number;
  }
  return ranks;
}

/** All ways of a piece against the one it has now. */
function changesOf({ ways }: Piece, piece: number, now: number, worth: readonly number[]): readonly Change[] {
  const from = ways[now] as Way;
  return ways.map(({ cost, priced, loads }, way) => ({
    piece,
    way,
    cost: cost - from.cost,
    extra: priced - from.priced,
    takes: worth.map((unit, at) => unit * ((loads[at] as number) - (from.loads[at] as number))),
  }));
}

// ── one piece after the other ────────────────────────────────────────────────────────────────────────────────────────

interface Chosen {
  readonly before: Chosen | undefined;
  readonly change: Change | undefined;
  readonly cost: number;
  readonly extra: number;
  /** By limit, what is taken too much; less than nothing when there is room. */
  readonly over: readonly number[];
  readonly score: number;
}

/** Of each piece the way that it has in the cheapest choice that fits. */
function choose(
  choices: readonly (readonly Change[])[],
  over: readonly number[],
  care: number,
): number[] | undefined {
  const ordered = [...choices].sort((a, b) => largestTake(b) - largestTake(a));
  const relief = reliefAfter(ordered, over.length);
  let followed: readonly Chosen[] = [
    { before: undefined, change: undefined, cost: 0, extra: 0, over, score: 0 },
  ];
  let best: Chosen | undefined = over.every((much) => much <= 0) ? followed[0] : undefined;
  for (const [step, changes] of ordered.entries()) {
    const left = relief[step] as readonly number[];
    const next = followed
      .flatMap((chosen) => changes.map((change) => choseAlso(chosen, change, care)))
      .filter((chosen) => chosen.over.every((much, at) => much <= (left[at] as number)));
    for (const chosen of next)
      if (chosen.over.every((much) => much <= 0) && (best === undefined || chosen.cost < best.cost))
        best = chosen;
    followed = next.sort((a, b) => a.score - b.score).slice(0, WIDTH);
  }
  if (best === undefined) return undefined;
  const ways = choices.map(() => 0);
  for (let at: Chosen | undefined = best; at?.change !== undefined; at = at.before)
    ways[at.change.piece] = at.change.way;
  return ways;
}

function largestTake(changes: readonly Change[]): number {
  const size = ({ takes }: Change): number => takes.reduce((sum, take) => sum + Math.abs(take), 0);
  return changes.reduce((most, change) => Math.max(most, size(change)), 0);
}

/** By step and limit, what the pieces that follow can give back at most. */
function reliefAfter(
  ordered: readonly (readonly Change[])[],
  limits: number,
): readonly (readonly number[])[] {
  let left: readonly number[] = Array<number>(limits).fill(0);
  const relief = ordered.toReversed().map((changes) => {
    const after = left;
    left = after.map((sum, at) =>
      changes.reduce((most, { takes }) => Math.max(most, sum - (takes[at] as number)), sum),
    );
    return after;
  });
  return relief.reverse();
}

function choseAlso(before: Chosen, change: Change, care: number): Chosen {
  const over = before.over.map((much, at) => much + (change.takes[at] as number));
  const extra = before.extra + change.extra;
  const off = over.reduce((sum, much) => sum + Math.abs(much), 0);
  return { before, change, cost: before.cost + change.cost, extra, over, score: extra + care * off };
}

// ── exchanges ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Makes the exchange of as few pieces as possible that saves most. False when none saves anything. */
function exchange(
  pieces: readonly Piece[],
  chosen: number[],
  over: readonly number[],
  worth: readonly number[],
): boolean {
  const now = over.map((much, at) =>
    pieces.reduce((sum, { ways }, piece) => {
      const way = ways[chosen[piece] as number] as Way;
      return (
        sum + (worth[at] as number) * ((way.loads[at] as number) - ((ways[0] as Way).loads[at] as number))
      );
    }, much),
  );
  const changes = pieces
    .flatMap((piece, at) => changesOf(piece, at, chosen[at] as number, worth))
    .filter(({ piece, way }) => way !== chosen[piece])
    .sort((a, b) => a.extra - b.extra);
  for (let most = 1; most <= MOST_EXCHANGED; most += 1) {
    const found = cheapestTogether(changes, now, most);
    for (const { piece, way } of found) chosen[piece] = way;
    if (found.length > 0) return true;
  }
  return false;
}

/** The changes of at most so many pieces that save most and fit; none when nothing is saved. */
function cheapestTogether(
  changes: readonly Change[],
  over: readonly number[],
  most: number,
): readonly Change[] {
  // What fits takes no more than there is room, so what saves anything costs less than the room under the prices.
  const room = over.reduce((sum, much) => sum - much, 0);
  const much = [...over];
  const made: Change[] = [];
  let best: { readonly saves: number; readonly changes: readonly Change[] } = {
    saves: 1e-9 * Math.abs(room),
    changes: [],
  };
  let tries = 0;
  const add = (from: number, extra: number, cost: number): void => {
    const left = most - made.length;
    for (let at = from; at < changes.length && tries < MOST_TRIES; at += 1) {
      const change = changes[at] as Change;
      // Those that follow cost at least as much.
      if (extra + change.extra * (change.extra < 0 ? left : 1) >= room - best.saves) return;
      if (made.some(({ piece }) => piece === change.piece)) continue;
      tries += 1;
      let fits = true;
      for (let limit = 0; limit < much.length; limit += 1) {
        much[limit] = (much[limit] as number) + (change.takes[limit] as number);
        if ((much[limit] as number) > 0) fits = false;
      }
      made.push(change);
      const saves = -cost - change.cost;
      if (fits && saves > best.saves) best = { saves, changes: [...made] };
      if (left > 1) add(at + 1, extra + change.extra, cost + change.cost);
      made.pop();
      for (let limit = 0; limit < much.length; limit += 1)
        much[limit] = (much[limit] as number) - (change.takes[limit] as number);
    }
  };
  add(0, 0, 0);
  return best.changes;
}
