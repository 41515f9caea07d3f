/** What an engine's files are made from, and the questions that all engines ask of a plan. */

import {
  byCodeUnit,
  type Catalog,
  type ConstraintToChange,
  type Placements,
  type Query,
  type ShardedPlacement,
  type ShardMap,
  type SourceRef,
  type Table,
  type TableName,
  type Verdict,
} from '../model/index.js';
import type { Traits } from './traits/index.js';

/** A server as clients reach it. Passwords are never part of it. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

export interface DeployStatement {
  readonly id: string;
  readonly queryId?: string;
  readonly text: string;
  readonly calls: number;
  readonly source: SourceRef;
  readonly verdict: Verdict;
  /** Absent for a statement that could not be read. */
  readonly query?: Query;
  readonly traits?: Traits;
}

export interface DeployInput {
  readonly placements: Placements;
  readonly shards: number;
  readonly catalog: Catalog;
  /** Constraints that no single shard can check under the plan. */
  readonly constraints: readonly ConstraintToChange[];
  readonly map: ShardMap;
  readonly statements: readonly DeployStatement[];
  readonly coordinator: ServerAddress;
  /** As many as shards. */
  readonly servers: readonly ServerAddress[];
}

export interface ShardedTable {
  readonly name: TableName;
  readonly placement: ShardedPlacement;
  /** SQL's name of the key's type. */
  readonly keyType: string;
  /** Absent where the schema does not have it. */
  readonly table?: Table;
}

/** In name order. */
export function shardedTables({
  placements,
  catalog,
}: Pick<DeployInput, 'placements' | 'catalog'>): readonly ShardedTable[] {
  return [...placements]
    .sort(([a], [b]) => byCodeUnit(a, b))
    .flatMap(([name, placement]) => {
      if (placement.placement !== 'sharded') return [];
      const table = catalog.tables.get(name);
      const column = table?.columns.find((one) => one.name === placement.key);
      const type = column?.baseType ?? column?.type ?? placement.keyType ?? 'bigint';
      return [{ name, placement, keyType: sqlType(type), ...(table === undefined ? {} : { table }) }];
    });
}

/** In name order. */
export function tablesPlaced(
  { placements }: Pick<DeployInput, 'placements'>,
  as: 'global' | 'unsharded',
): readonly TableName[] {
  return [...placements]
    .flatMap(([name, { placement }]) => (placement === as ? [name] : []))
    .sort(byCodeUnit);
}

/** Tables by key domain, in the order of the domains' names. */
export function groupsOf(tables: readonly ShardedTable[]): ReadonlyMap<string, readonly ShardedTable[]> {
  const groups = new Map<string, ShardedTable[]>();
  for (const table of [...tables].sort((a, b) => byCodeUnit(a.placement.group, b.placement.group))) {
    const known = groups.get(table.placement.group);
    if (known === undefined) groups.set(table.placement.group, [table]);
    else known.push(table);
  }
  return groups;
}

/**
 * Tables so that what is referred to comes first; ties and circles in name order.
 */
export function referredFirst(catalog: Catalog, names: readonly TableName[]): readonly TableName[] {
  const wanted = new Set(names);
  const ordered: TableName[] = [];
  const seen = new Set<TableName>();
  const visit = (name: TableName): void => {
    if (seen.has(name) || !wanted.has(name)) return;
    seen.add(name);
    const targets = (catalog.tables.get(name)?.foreignKeys ?? []).map(({ target }) => target);
    for (const target of [...new Set(targets)].sort(byCodeUnit)) visit(target);
    ordered.push(name);
  };
  for (const name of [...names].sort(byCodeUnit)) visit(name);
  return ordered;
}

/** Whether bucket b is on shard b modulo shards, and nothing is pinned. */
export function isUnmoved({ map }: Pick<DeployInput, 'map'>): boolean {
  return (
    map.pins.length === 0 &&
    map.buckets % map.shards === 0 &&
    map.owners.every((owner, bucket) => owner === bucket % map.shards)
  );
}

const sqlNames: ReadonlyMap<string, string> = new Map([
  ['int2', 'smallint'],
  ['int4', 'integer'],
  ['int8', 'bigint'],
  ['varchar', 'character varying'],
  ['bpchar', 'character'],
  ['timestamptz', 'timestamp with time zone'],
]);

function sqlType(type: string): string {
  return sqlNames.get(type) ?? type;
}
