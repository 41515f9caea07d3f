/** What a reader of the plan should know about a table: why it is global or unsharded, what was assumed, where it may hurt. */

import {
  byCodeUnit,
  bytes,
  type Catalog,
  type Flag,
  type Placement,
  type Placements,
  percent,
  type Rejected,
  type ShardedPlacement,
  type Table,
  type TableName,
} from '../model/index.js';
import { columnNamed, distinctOf, nullabilityOf, statisticsOf } from './columns.js';
import type { OptionsOfTables } from './options.js';
import { DISTINCT_PER_SHARD, type PlannerSettings, type WeightedQuery, WHALE_FRACTION } from './settings.js';
import { noTraffic, type Traffic, trafficOf } from './traffic.js';
import { number } from './words.js';

type FlagCode =
  | 'global'
  | 'unsharded'
  | 'added-key'
  | 'hot-key'
  | 'low-cardinality'
  | 'nullable-key'
  | 'pinned'
  | 'assumption'
  | 'no-statistics'
  | 'not-in-workload';

export interface FlagInput {
  readonly catalog: Catalog;
  readonly queries: readonly WeightedQuery[];
  readonly tables: OptionsOfTables;
  readonly placements: Placements;
  readonly settings: PlannerSettings;
}

/** By table in name order; a table without flags has an empty list. */
export function flagsOf(input: FlagInput): ReadonlyMap<TableName, readonly Flag[]> {
  const traffic = trafficOf(input.queries).tables;
  return new Map(
    [...input.placements]
      .sort(([a], [b]) => byCodeUnit(a, b))
      .map(([name, placement]) => [name, flags(input, name, placement, traffic.get(name) ?? noTraffic)]),
  );
}

function flags(input: FlagInput, name: TableName, placement: Placement, traffic: Traffic): readonly Flag[] {
  const table = input.catalog.tables.get(name);
  const rejected = input.tables.rejected.get(name) ?? [];
  return [
    ...placementFlags(input, table, placement, traffic, rejected),
    ...(input.settings.pins.has(name) ? [flag('pinned', 'pinned by the config')] : []),
    ...relevantAssumptions(input.tables.assumptions.get(name) ?? [], placement).map((text) =>
      flag('assumption', text),
    ),
    ...(table?.statistics === undefined
      ? [flag('no-statistics', 'no statistics: sizes and distinct values unknown')]
      : []),
    ...(traffic.calls === 0 ? [flag('not-in-workload', 'no statement of the workload touches it')] : []),
  ];
}

function flag(code: FlagCode, message: string): Flag {
  return { code, message };
}

function placementFlags(
  input: FlagInput,
  table: Table | undefined,
  placement: Placement,
  traffic: Traffic,
  rejected: readonly Rejected[],
): readonly Flag[] {
  switch (placement.placement) {
    case 'sharded':
      return keyFlags(input.settings.shards, table, placement);
    case 'global':
      return [flag('global', `a copy on every shard: ${sizeAndWrites(table, traffic)}${whyNoKey(rejected)}`)];
    case 'unsharded':
      return [
        flag('unsharded', `stays in one database: ${sizeAndWrites(table, traffic)}${whyNoKey(rejected)}`),
      ];
  }
}

function sizeAndWrites(table: Table | undefined, traffic: Traffic): string {
  const size = table?.statistics?.totalBytes;
  const writes =
    traffic.calls === 0
      ? 'no calls'
      : `${percent(traffic.writeCalls / traffic.calls)} of its calls write or lock it`;
  return `${size === undefined ? 'size unknown' : bytes(size)}, ${writes}`;
}

function whyNoKey(rejected: readonly Rejected[]): string {
  const keys = rejected.filter(({ option }) => option !== 'global' && option !== 'unsharded');
  return keys.map(({ option, reason }) => `; not by ${option}: ${reason}`).join('');
}

function keyFlags(shards: number, table: Table | undefined, placement: ShardedPlacement): readonly Flag[] {
  if (placement.addKey !== undefined) {
    const path = placement.addKey.path.join(', ');
    return [flag('added-key', `${placement.key} is a new column, filled along ${path}`)];
  }
  return [
    ...hotKey(shards, table, placement.key),
    ...lowCardinality(shards, table, placement.key),
    ...nullableKey(table, placement.key),
  ];
}

function hotKey(shards: number, table: Table | undefined, key: string): readonly Flag[] {
  const message = hotKeyText(shards, table, key);
  return message === undefined ? [] : [flag('hot-key', message)];
}

/** What the most common key does to its shard when that is worth a word: the same of chosen keys and of candidates. */
export function hotKeyText(shards: number, table: Table | undefined, key: string): string | undefined {
  const most = statisticsOf(table, key)?.commonFrequencies[0];
  if (most === undefined || most * shards < WHALE_FRACTION) return undefined;
  return `one ${key} has ${percent(most)} of the rows: ${percent(most * shards)} of what one shard of ${shards} should hold`;
}

function lowCardinality(shards: number, table: Table | undefined, key: string): readonly Flag[] {
  const distinct = distinctOf(table, key);
  if (distinct === undefined || distinct >= DISTINCT_PER_SHARD * shards) return [];
  return [flag('low-cardinality', `${number(distinct)} distinct values of ${key} for ${shards} shards`)];
}

function nullableKey(table: Table | undefined, key: string): readonly Flag[] {
  if (columnNamed(table, key)?.type === undefined || nullabilityOf(table, key) === 'never') return [];
  return [flag('nullable-key', `${key} may be null: declare it NOT NULL before sharding`)];
}

/** Assumptions about keys that were not chosen would only distract. */
function relevantAssumptions(assumptions: readonly string[], placement: Placement): readonly string[] {
  const about = placement.placement === 'sharded' ? `${placement.key}: ` : `${placement.placement}: `;
  return assumptions.filter((text) => text.startsWith('pinned') || text.startsWith(about));
}
