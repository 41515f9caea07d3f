/** The simulation for each group of keys and for the whole plan, with half, as many and twice as many shards. */

import {
  byCodeUnit,
  type Catalog,
  type GroupLoad,
  type LoadReport,
  type Placements,
  type StatementReport,
} from '../model/index.js';
import { WHALE_FRACTION } from '../planner/index.js';
import type { KeySpread } from './keys.js';
import type { Measure, Part } from './measure.js';
import { type Measures, type NamedPart, placedLoad } from './placed.js';
import { hashedKeysFor, RUNS, type SimulatedRuns, simulatedRuns } from './runs.js';
import { type Weighed, type WeighedTable, weigh } from './weigh.js';

export interface LoadInput {
  readonly catalog: Catalog;
  readonly placements: Placements;
  readonly statements: readonly StatementReport[];
  readonly shards: number;
  /** Keys taken for a list of unknown length, as the plan's costs take it. */
  readonly listLength: number;
}

interface KnownTable extends WeighedTable {
  readonly spread: KeySpread;
  /** Number of the group. */
  readonly at: number;
}

export function loadByShard({ catalog, placements, statements, shards, listLength }: LoadInput): LoadReport {
  const weighed = weigh(catalog, placements, statements, Math.min(listLength, shards));
  const groups = [...new Set(weighed.tables.map(({ group }) => group))].sort(byCodeUnit);
  const known = weighed.tables.flatMap((table): readonly KnownTable[] =>
    table.keys.known ? [{ ...table, spread: table.keys.spread, at: groups.indexOf(table.group) }] : [],
  );
  const counts = simulated(shards, known);
  const whole = wholeLoad(weighed, shards);
  return {
    runs: RUNS,
    hashedKeys: counts.find((count) => count.shards === shards)?.hashedKeys ?? 0,
    whaleFraction: WHALE_FRACTION,
    plan: placedLoad(planMeasures(weighed, known), namedParts(known), counts, shards),
    groups: groups
      .map((group) => groupLoad(group, weighed, known, counts, shards, whole))
      .sort((a, b) => b.loadShare - a.loadShare || byCodeUnit(a.group, b.group)),
    kinds: kindsOf(weighed, shards, whole),
  };
}

function simulated(shards: number, known: readonly KnownTable[]): readonly SimulatedRuns[] {
  const common = known.reduce((most, { spread }) => Math.max(most, spread.frequencies.length), 0);
  const counts = [...new Set([Math.max(1, Math.floor(shards / 2)), shards, shards * 2])];
  return counts.map((count) => simulatedRuns(count, hashedKeysFor(count, common)));
}

function groupLoad(
  group: string,
  weighed: Weighed,
  known: readonly KnownTable[],
  counts: readonly SimulatedRuns[],
  shards: number,
  whole: number,
): GroupLoad {
  const all = weighed.tables.filter((table) => table.group === group);
  const told = known.filter((table) => table.group === group);
  const shareOf = (load: number): number => (whole === 0 ? 0 : load / whole);
  return {
    group,
    tables: all.map(({ name }) => name),
    loadShare: shareOf(sumOf(all, ({ load }) => load)),
    unknown: all.flatMap(({ name, keys, load }) =>
      keys.known ? [] : [{ table: name, why: keys.why, loadShare: shareOf(load) }],
    ),
    assumed: all.flatMap(({ name, keys }) =>
      keys.known && keys.assumed !== undefined ? [{ table: name, what: keys.assumed }] : [],
    ),
    ...placedLoad(keyMeasures(told), namedParts(told), counts, shards),
  };
}

// ── measures ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** By key alone. */
function keyMeasures(known: readonly KnownTable[]): Measures {
  return withSomething({
    rows: { parts: partsOf(known, ({ rows }) => rows), even: 0, everywhere: 0 },
    bytes: { parts: partsOf(known, ({ bytes }) => bytes), even: 0, everywhere: 0 },
    load: { parts: partsOf(known, ({ load }) => load), even: 0, everywhere: 0 },
  });
}

function planMeasures(weighed: Weighed, known: readonly KnownTable[]): Measures {
  const byKey = keyMeasures(known);
  const { copied, spreadLoad, everyShardLoad } = weighed;
  return withSomething({
    rows: { parts: byKey.rows?.parts ?? [], even: 0, everywhere: copied.rows },
    bytes: { parts: byKey.bytes?.parts ?? [], even: 0, everywhere: copied.bytes },
    load: { parts: byKey.load?.parts ?? [], even: spreadLoad, everywhere: everyShardLoad },
  });
}

function partsOf(
  tables: readonly KnownTable[],
  of: (table: KnownTable) => number | undefined,
): readonly Part[] {
  return tables.flatMap((table) => {
    const weight = of(table);
    return weight === undefined || weight === 0 ? [] : [{ group: table.at, spread: table.spread, weight }];
  });
}

/** Where nothing lies by key there is nothing to simulate. */
function withSomething(measures: Readonly<Record<keyof Measures, Measure>>): Measures {
  return Object.fromEntries(Object.entries(measures).filter(([, { parts }]) => parts.length > 0));
}

function namedParts(known: readonly KnownTable[]): readonly NamedPart[] {
  return known.map(({ name, group, at, spread, rows }) => ({
    group: at,
    groupName: group,
    table: name,
    spread,
    weight: rows ?? 0,
  }));
}

// ── the load as a whole ──────────────────────────────────────────────────────────────────────────────────────────────

function wholeLoad(weighed: Weighed, shards: number): number {
  const { tables, spreadLoad, everyShardLoad, unshardedLoad, unplacedLoad } = weighed;
  return (
    sumOf(tables, ({ load }) => load) + spreadLoad + everyShardLoad * shards + unshardedLoad + unplacedLoad
  );
}

function kindsOf(weighed: Weighed, shards: number, whole: number): LoadReport['kinds'] {
  const shareOf = (load: number): number => (whole === 0 ? 0 : load / whole);
  const [known, unknown] = [true, false].map((isKnown) =>
    sumOf(
      weighed.tables.filter(({ keys }) => keys.known === isKnown),
      ({ load }) => load,
    ),
  );
  return {
    byKey: shareOf(known ?? 0),
    unknownKeys: shareOf(unknown ?? 0),
    spread: shareOf(weighed.spreadLoad),
    everyShard: shareOf(weighed.everyShardLoad * shards),
    unsharded: shareOf(weighed.unshardedLoad),
    unplaced: shareOf(weighed.unplacedLoad),
  };
}

function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
