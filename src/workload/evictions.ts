/** How many entries the server dropped in the window. `dealloc` is cumulative like the counters; nobody saying it means unknown, not none. */
import { byNumberedName, type Workload } from '../model/index.js';
import type { Series } from './series.js';
import { defined, type EvictionCount } from './snapshots.js';

type Evictions = Workload['evictions'];

/** `counts` are the rows of pg_stat_statements_info beside the exports. */
export function evictionsIn(series: readonly Series[], counts: readonly EvictionCount[]): Evictions {
  const own = series.map(ownCounts);
  if (own.some((points) => points.length > 0)) return total(series.map((one, i) => grown(one, own[i] ?? [])));
  const [only] = series;
  if (counts.length === 0 || only === undefined) return 'unknown';
  if (series.length === 1) return grown(only, inOrder(counts));
  return counts.reduce((all, { evictions }) => all + evictions, 0);
}

function ownCounts({ snapshots }: Series): readonly EvictionCount[] {
  return snapshots.flatMap(({ file, evictions, statsReset }) =>
    evictions === undefined ? [] : [{ file, evictions, ...defined({ statsReset }) }],
  );
}

function inOrder(counts: readonly EvictionCount[]): readonly EvictionCount[] {
  return [...counts].sort(
    (a, b) => (a.capturedAt ?? 0) - (b.capturedAt ?? 0) || byNumberedName(a.file, b.file),
  );
}

/** A single count is taken whole: it began before the window, so it says too much rather than too little. */
function grown({ firstCounts }: Series, points: readonly EvictionCount[]): Evictions {
  const [first, ...later] = points;
  if (first === undefined) return 'unknown';
  let evictions = firstCounts || later.length === 0 ? first.evictions : 0;
  let before = first;
  for (const point of later) {
    evictions += startedAgain(before, point) ? point.evictions : point.evictions - before.evictions;
    before = point;
  }
  return evictions;
}

function startedAgain(before: EvictionCount, after: EvictionCount): boolean {
  if (after.evictions < before.evictions) return true;
  const known = before.statsReset !== undefined && after.statsReset !== undefined;
  return known && before.statsReset !== after.statsReset;
}

function total(all: readonly Evictions[]): Evictions {
  return all.reduce<Evictions>(
    (sum, one) => (sum === 'unknown' || one === 'unknown' ? 'unknown' : sum + one),
    0,
  );
}
