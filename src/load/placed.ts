/** Measures over all simulated runs: the hottest shard for several numbers of shards, and what pins and own shards do. */

import type { PlacedLoad, ShardCountLoad, ShardShare, Spread, TableName, Whale } from '../model/index.js';
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

/** More pins than this nobody keeps by hand. */
const MOST_PINS = 20;

/** The shares of the shards in each run. */
type Layouts = readonly (readonly number[])[];

interface Laid {
  readonly simulated: SimulatedRuns;
  readonly rows: Layouts | undefined;
  readonly bytes: Layouts | undefined;
  readonly load: Layouts | undefined;
}

export function placedLoad(
  measures: Measures,
  named: readonly NamedPart[],
  counts: readonly SimulatedRuns[],
  shards: number,
): PlacedLoad {
  const measure = measures.load !== undefined ? 'load' : measures.rows !== undefined ? 'rows' : 'none';
  if (measure === 'none') return { measure, at: [], shards: [], whales: [] };
  const laid = counts.map((simulated) => layOutAll(measures, simulated));
  const planned = laid.find(({ simulated }) => simulated.shards === shards);
  return {
    measure,
    at: laid.map((one) => shardCountLoad(measures[measure], one[measure], named, one)),
    shards: planned === undefined ? [] : medianRun(planned, planned[measure]),
    whales: whalesOf(named, shards).map((key) => whale(measures, named, key)),
  };
}

function layOutAll(measures: Measures, simulated: SimulatedRuns): Laid {
  const laid = (measure: Measure | undefined): Layouts | undefined => {
    if (measure === undefined) return undefined;
    const total = totalOf(measure, simulated.shards);
    return simulated.runs.map((_, run) => layOut(measure, simulated, run).map((load) => load / total));
  };
  return { simulated, rows: laid(measures.rows), bytes: laid(measures.bytes), load: laid(measures.load) };
}

function shardCountLoad(
  measure: Measure | undefined,
  layouts: Layouts | undefined,
  named: readonly NamedPart[],
  laid: Laid,
): ShardCountLoad {
  const { simulated } = laid;
  const { shards } = simulated;
  if (measure === undefined || layouts === undefined) throw new Error('a measure that is not known decides');
  const total = totalOf(measure, shards);
  const whales = whalesOf(named, shards)
    .map((key): MovableKey => ({ ...key, weight: weightOfKey(measure, key) / total }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.group - b.group || a.rank - b.rank)
    .slice(0, MOST_PINS);
  const [heaviest] = whales;
  const everywhere = measure.everywhere / total;
  return {
    shards,
    hottest: present({
      rows: hottestOf(laid.rows),
      bytes: hottestOf(laid.bytes),
      load: hottestOf(laid.load),
    }),
    limit: Math.max(1 / shards, heaviest === undefined ? 0 : heaviest.weight + everywhere),
    ...(heaviest === undefined
      ? {}
      : {
          pinned: spreadOf(layouts.map((shares, run) => hottest(pinned(shares, whales, simulated, run)))),
          ownShard: spreadOf(
            layouts.map((shares, run) => hottest(withOwnShard(shares, heaviest, everywhere, simulated, run))),
          ),
        }),
  };
}

function hottestOf(layouts: Layouts | undefined): Spread | undefined {
  return layouts === undefined ? undefined : spreadOf(layouts.map(hottest));
}

/** The shards of the run in the middle by its hottest shard: a picture of what to expect. */
function medianRun(
  { simulated, rows, bytes, load }: Laid,
  layouts: Layouts | undefined,
): readonly ShardShare[] {
  const byHeat = (layouts ?? [])
    .map((shares, run) => ({ run, heat: hottest(shares) }))
    .sort((a, b) => a.heat - b.heat || a.run - b.run);
  const run = byHeat[(byHeat.length - 1) / 2]?.run ?? 0;
  return Array.from({ length: simulated.shards }, (_, shard) => ({
    shard,
    ...present({ rows: rows?.[run]?.[shard], bytes: bytes?.[run]?.[shard], load: load?.[run]?.[shard] }),
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
