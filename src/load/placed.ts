/** Measures over all simulated runs: the hottest shard for several numbers of shards, and what pins and own shards do. */

import type {
  HottestShares,
  PlacedLoad,
  ShardCountLoad,
  ShardShare,
  Spread,
  TableName,
  Whale,
} from '../model/index.js';
import { WHALE_FRACTION } from '../planner/index.js';
import {
  type CommonKey,
  layOut,
  type Measure,
  type MovableKey,
  type Part,
  pinned,
  totalOf,
  weightOfKey,
  withOwnShard,
} from './measure.js';
import type { SimulatedRuns } from './runs.js';

/** What is to be laid out; a measure of which nothing is known is absent. */
export interface Measures {
  readonly rows?: Measure;
  readonly bytes?: Measure;
  readonly load?: Measure;
}

/** A table's keys with their names, for telling whales. */
export interface NamedPart extends Part {
  readonly groupName: string;
  readonly table: TableName;
}

export function placedLoad(
  measures: Measures,
  named: readonly NamedPart[],
  counts: readonly SimulatedRuns[],
  shards: number,
): PlacedLoad {
  const measure = measures.load !== undefined ? 'load' : measures.rows !== undefined ? 'rows' : 'none';
  const deciding = measures.load ?? measures.rows;
  if (measure === 'none' || deciding === undefined)
    return { measure: 'none', at: [], shards: [], whales: [] };
  const planned = counts.find((count) => count.shards === shards);
  return {
    measure,
    at: counts.map((simulated) => shardCountLoad(measures, deciding, named, simulated)),
    shards: planned === undefined ? [] : medianRun(measures, deciding, planned),
    whales: whalesOf(named, shards).map((key) => whale(measures, named, key)),
  };
}

function shardCountLoad(
  measures: Measures,
  deciding: Measure,
  named: readonly NamedPart[],
  simulated: SimulatedRuns,
): ShardCountLoad {
  const { shards } = simulated;
  const whales = whalesOf(named, shards)
    .map((key): MovableKey => ({ ...key, weight: weightOfKey(deciding, key) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.group - b.group || a.rank - b.rank);
  const [heaviest] = whales;
  const total = totalOf(deciding, shards);
  const over = (loadsOf: (loads: readonly number[], run: number) => readonly number[]): Spread =>
    spreadOf(simulated.runs.map((_, run) => hottest(loadsOf(layOut(deciding, simulated, run), run)) / total));
  const alone = heaviest === undefined ? 0 : (heaviest.weight + deciding.everywhere) / total;
  return {
    shards,
    hottest: hottestShares(measures, simulated),
    limit: Math.max(1 / shards, alone),
    ...(heaviest === undefined
      ? {}
      : {
          pinned: over((loads, run) => pinned(loads, whales, simulated, run)),
          ownShard: over((loads, run) => withOwnShard(loads, heaviest, deciding.everywhere, simulated, run)),
        }),
  };
}

function hottestShares(measures: Measures, simulated: SimulatedRuns): HottestShares {
  const of = (measure: Measure | undefined): Spread | undefined => {
    if (measure === undefined) return undefined;
    const total = totalOf(measure, simulated.shards);
    return spreadOf(simulated.runs.map((_, run) => hottest(layOut(measure, simulated, run)) / total));
  };
  return present({ rows: of(measures.rows), bytes: of(measures.bytes), load: of(measures.load) });
}

/** The shards of a run in the middle by its hottest shard: a picture of what to expect. */
function medianRun(measures: Measures, deciding: Measure, simulated: SimulatedRuns): readonly ShardShare[] {
  const byHeat = simulated.runs
    .map((_, run) => ({ run, heat: hottest(layOut(deciding, simulated, run)) }))
    .sort((a, b) => a.heat - b.heat || a.run - b.run);
  const run = byHeat[(byHeat.length - 1) / 2]?.run ?? 0;
  const sharesOf = (measure: Measure | undefined): readonly number[] | undefined => {
    if (measure === undefined) return undefined;
    const total = totalOf(measure, simulated.shards);
    return layOut(measure, simulated, run).map((load) => load / total);
  };
  const [rows, bytes, load] = [measures.rows, measures.bytes, measures.load].map(sharesOf);
  return Array.from({ length: simulated.shards }, (_, shard) => ({
    shard,
    ...present({ rows: rows?.[shard], bytes: bytes?.[shard], load: load?.[shard] }),
  }));
}

// ── whales ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** By group, then rank. The same rule as the flag `hot-key`. */
function whalesOf(named: readonly NamedPart[], shards: number): readonly CommonKey[] {
  const most = new Map<number, number>();
  for (const { group, spread } of named) {
    const count = spread.frequencies.filter((frequency) => frequency * shards >= WHALE_FRACTION).length;
    most.set(group, Math.max(most.get(group) ?? 0, count));
  }
  return [...most]
    .sort(([a], [b]) => a - b)
    .flatMap(([group, count]) => Array.from({ length: count }, (_, rank) => ({ group, rank })));
}

function whale(measures: Measures, named: readonly NamedPart[], key: CommonKey): Whale {
  const frequencyIn = ({ spread }: NamedPart): number => spread.frequencies[key.rank] ?? 0;
  const [first, ...others] = named.filter(({ group }) => group === key.group);
  if (first === undefined) throw new Error('a whale is of a table');
  const most = others.reduce((best, part) => (frequencyIn(part) > frequencyIn(best) ? part : best), first);
  const shareOf = (measure: Measure | undefined): number | undefined => {
    if (measure === undefined) return undefined;
    const placed = measure.parts.reduce((sum, { weight }) => sum + weight, 0);
    return placed === 0 ? undefined : weightOfKey(measure, key) / placed;
  };
  return {
    group: most.groupName,
    rank: key.rank + 1,
    table: most.table,
    frequency: frequencyIn(most),
    ...present({ rowShare: shareOf(measures.rows), loadShare: shareOf(measures.load) }),
  };
}

// ── figures ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function hottest(loads: readonly number[]): number {
  return loads.reduce((most, load) => Math.max(most, load), 0);
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return { median: at(0.5), low: at(0.05), high: at(0.95) };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}
