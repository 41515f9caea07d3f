/**
 * Consecutive snapshots of one server to what ran in the window between them.
 *
 * Counters are cumulative, so snapshots are subtracted entry by entry. The first one is the baseline, unless it says since
 * when it counts: then its counters are part of the window, which begins at that time. An entry whose counters went down,
 * whose `stats_since` moved, or that left and came back was started again in between: its later value counts from zero.
 */
import { byNumberedName, UserError } from '../model/index.js';
import { difference, type Exact, type ExactCounters, plus, sum, wentDown, zero } from './counters.js';
import { firstSource } from './order.js';
import { growingRows, type SnapshotRow } from './snapshot-rows.js';
import { betterContent, defined, least, type Snapshot } from './snapshots.js';

export interface Series {
  /** What ran, by entry. Each is made when it is asked for: there may be many. */
  readonly rows: () => Iterable<Entry>;
  readonly size: number;
  /** Milliseconds since 1970, when known. */
  readonly from?: number;
  readonly to?: number;
  readonly snapshots: readonly Snapshot[];
  /** What ran before each snapshot and after the one before it. Without the baseline. */
  readonly steps: readonly StepTotals[];
  /** The first snapshot's counters are part of the window. */
  readonly firstCounts: boolean;
  readonly restarted: { readonly entries: number; readonly calls: Exact };
  /** Entries that were there but did not run in the window. */
  readonly idle: number;
}

export interface StepTotals {
  readonly from?: number;
  readonly to?: number;
  readonly counters: ExactCounters;
}

export type Entry = readonly [key: string, row: SnapshotRow];

/** By the time when they were taken when all of them say it, else by name. */
function inOrder(snapshots: readonly Snapshot[]): readonly Snapshot[] {
  const timed = snapshots.every(({ capturedAt }) => capturedAt !== undefined);
  return [...snapshots].sort(
    (a, b) => (timed ? (a.capturedAt ?? 0) - (b.capturedAt ?? 0) : 0) || byNumberedName(a.file, b.file),
  );
}

/** @throws UserError 'snapshots-differ' when two neighbours have less than half of their entries in common. */
export function subtracted(snapshots: readonly Snapshot[]): Series {
  const ordered = inOrder(snapshots);
  const [first, second] = ordered;
  if (first !== undefined && second === undefined) return alone(first);
  const firstCounts = first !== undefined && countsSince(first) !== undefined;
  const window = growingRows();
  /** The snapshot that an entry was last seen in. */
  const seen = new Map<string, number>();
  const restarted: { entries: number; calls: Exact } = { entries: 0, calls: 0 };
  const steps: StepTotals[] = [];
  ordered.forEach((snapshot, at) => {
    const before = ordered[at - 1];
    if (before !== undefined) refuseStrangers(before, snapshot);
    let total = zero;
    const reset = before !== undefined && wasReset(before, snapshot);
    for (const [key, row] of snapshot.rows.entries()) {
      const { counters, again } =
        at === 0 ? firstStep(row, firstCounts) : nextStep(row, lastSeen(key, seen, ordered), at, reset);
      if (again) {
        restarted.entries += 1;
        restarted.calls = plus(restarted.calls, counters.calls);
      }
      if (isTopLevel(row)) total = sum(total, counters);
      window.set(key, grown(window.get(key), { ...row, counters: () => counters }));
      seen.set(key, at);
    }
    const from = before === undefined ? startOf(first, firstCounts) : before.capturedAt;
    if (before !== undefined || firstCounts) {
      steps.push({ counters: total, ...defined({ from, to: snapshot.capturedAt }) });
    }
  });
  const ran = (): Iterable<Entry> => entriesThatRan(window.entries());
  const size = countOf(ran());
  return {
    rows: ran,
    size,
    snapshots: ordered,
    steps,
    firstCounts,
    restarted,
    idle: window.size() - size,
    ...defined({ from: startOf(first, firstCounts), to: ordered.at(-1)?.capturedAt }),
  };
}

/** A snapshot by itself counts whole. */
function alone(snapshot: Snapshot): Series {
  return {
    rows: snapshot.rows.entries,
    size: snapshot.rows.size(),
    snapshots: [snapshot],
    steps: [],
    firstCounts: true,
    restarted: { entries: 0, calls: 0 },
    idle: 0,
    ...defined({ from: startOf(snapshot, true), to: snapshot.capturedAt }),
  };
}

/** Counted in the totals of the server: not what the outer call counts already, nor another database's. */
export function isTopLevel({ content }: SnapshotRow): boolean {
  return content !== 'nested' && content !== 'otherDatabase';
}

function* entriesThatRan(entries: Iterable<Entry>): Generator<Entry> {
  for (const entry of entries) if (entry[1].counters().calls > 0) yield entry;
}

function countOf(entries: Iterable<Entry>): number {
  let count = 0;
  for (const _ of entries) count += 1;
  return count;
}

/** An entry as it was last seen, in the snapshot of this number. */
interface Seen {
  readonly row: SnapshotRow;
  readonly at: number;
}

function lastSeen(
  key: string,
  seen: ReadonlyMap<string, number>,
  ordered: readonly Snapshot[],
): Seen | undefined {
  const at = seen.get(key);
  const row = at === undefined ? undefined : ordered[at]?.rows.get(key);
  return at === undefined || row === undefined ? undefined : { row, at };
}

interface Step {
  readonly counters: ExactCounters;
  readonly again: boolean;
}

function firstStep(row: SnapshotRow, counts: boolean): Step {
  return { counters: counts ? row.counters() : zero, again: false };
}

function nextStep(row: SnapshotRow, seen: Seen | undefined, at: number, reset: boolean): Step {
  const counters = row.counters();
  if (seen === undefined) return { counters, again: false };
  const before = seen.row.counters();
  if (reset || !isSameEntry(row, seen, at) || wentDown(counters, before)) return { counters, again: true };
  return { counters: difference(counters, before), again: false };
}

/** An entry that was missing in between is the same only when `stats_since` proves it; else it was evicted. */
function isSameEntry(row: SnapshotRow, seen: Seen, at: number): boolean {
  const { statsSince } = row;
  if (statsSince === undefined || seen.row.statsSince === undefined) return seen.at === at - 1;
  return statsSince === seen.row.statsSince;
}

function grown(known: SnapshotRow | undefined, row: SnapshotRow): SnapshotRow {
  if (known === undefined) return row;
  const counters = sum(known.counters(), row.counters());
  return {
    ...row,
    content: betterContent(known.content, row.content),
    counters: () => counters,
    source: firstSource(known.source, row.source),
    rows: Math.max(known.rows, row.rows),
  };
}

/** Since when all counters of a snapshot count, as far as it says so itself. */
function countsSince(snapshot: Snapshot): number | undefined {
  if (snapshot.statsReset !== undefined) return snapshot.statsReset;
  let earliest: number | undefined;
  for (const [, { statsSince }] of snapshot.rows.entries()) {
    if (statsSince === undefined) return undefined;
    earliest = least(earliest, statsSince);
  }
  return earliest;
}

function startOf(first: Snapshot | undefined, firstCounts: boolean): number | undefined {
  if (first === undefined) return undefined;
  return firstCounts ? countsSince(first) : first.capturedAt;
}

function wasReset(before: Snapshot, after: Snapshot): boolean {
  const known = before.statsReset !== undefined && after.statsReset !== undefined;
  return known && before.statsReset !== after.statsReset;
}

function refuseStrangers(before: Snapshot, after: Snapshot): void {
  const smaller = Math.min(before.rows.size(), after.rows.size());
  if (smaller === 0 || wasReset(before, after)) return;
  let shared = 0;
  for (const key of after.rows.keys()) if (before.rows.has(key)) shared += 1;
  if (shared * 2 >= smaller) return;
  throw new UserError(
    'snapshots-differ',
    `${before.file} and ${after.file} share ${shared} of ${smaller} entries: they do not look like snapshots of one server.`,
    'Add --sum when they are exports of different servers; else give only snapshots of one.',
    { file: after.file },
  );
}
