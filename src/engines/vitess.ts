/**
 * Vitess: a VSchema for the sharded and one for the unsharded keyspace, after proto/vschema.proto and what vtgate refuses on building
 * one (vindexes/vschema.go), with the tables that lookup vindexes and sequences need. It is MySQL behind Vitess: the schema and the
 * statements have to be carried over by hand.
 */

import { byCodeUnit, type Column, type ConstraintToChange, type DeployFile } from '../model/index.js';
import { type DeployInput, type ShardedTable, shardedTables, tablesPlaced } from './input.js';
import { bareName, remark } from './sql-text.js';

interface ColumnVindex {
  readonly columns: readonly string[];
  readonly name: string;
}

interface Vindex {
  readonly type: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly owner?: string;
}

interface Lookup {
  readonly name: string;
  readonly table: string;
  readonly columns: readonly string[];
  /** The columns' names in the lookup table, in their order. */
  readonly from: readonly string[];
  readonly nullable: boolean;
  readonly owner: ShardedTable;
}

const KEY_VINDEX = 'by_key';

export function vitessFiles(input: DeployInput): readonly DeployFile[] {
  const lookups = lookupsOf(input);
  return [
    {
      name: 'vschema.sharded.json',
      purpose: `the VSchema of the keyspace ${keyspaces(input).sharded}`,
      text: json(shardedKeyspace(input, lookups)),
    },
    {
      name: 'vschema.unsharded.json',
      purpose: `the VSchema of the keyspace ${keyspaces(input).unsharded}`,
      text: json(unshardedKeyspace(input, lookups)),
    },
    {
      name: 'unsharded.sql',
      purpose: 'tables of lookup vindexes and sequences, for the unsharded keyspace (MySQL)',
      text: supportTables(input, lookups),
    },
  ];
}

function keyspaces({ coordinator }: Pick<DeployInput, 'coordinator'>) {
  const sharded = plainName(coordinator.database);
  return { sharded, unsharded: `${sharded}_unsharded` };
}

function shardedKeyspace(input: DeployInput, lookups: readonly Lookup[]) {
  const { unsharded } = keyspaces(input);
  const vindexes: Record<string, Vindex> = { [KEY_VINDEX]: { type: 'xxhash' } };
  for (const lookup of lookups) vindexes[lookup.name] = lookupVindex(lookup, unsharded);
  const tables: Record<string, object> = {};
  for (const table of shardedTables(input)) {
    const own = lookups.filter(({ owner }) => owner.name === table.name);
    const columnVindexes: ColumnVindex[] = [
      { columns: [table.placement.key], name: KEY_VINDEX },
      ...own.map(({ columns, name }) => ({ columns, name })),
    ];
    const numbered = numberedColumn(table);
    tables[bareName(table.name)] = {
      column_vindexes: columnVindexes,
      ...(numbered === undefined
        ? {}
        : { auto_increment: { column: numbered.name, sequence: `${unsharded}.${sequenceName(table)}` } }),
    };
  }
  for (const name of tablesPlaced(input, 'global')) {
    tables[bareName(name)] = { type: 'reference', source: `${unsharded}.${bareName(name)}` };
  }
  return { sharded: true, vindexes, tables };
}

/**
 * A lookup of several columns is asked by its first one alone, and may find rows of several shards: `consistent_lookup` allows that,
 * and the primary key of its table still keeps the values unique. Without `ignore_nulls` a row with a NULL would be refused.
 */
function lookupVindex({ table, from, nullable, owner }: Lookup, unsharded: string): Vindex {
  return {
    type: from.length === 1 ? 'consistent_lookup_unique' : 'consistent_lookup',
    params: {
      table: `${unsharded}.${table}`,
      from: from.join(','),
      to: 'keyspace_id',
      ...(nullable ? { ignore_nulls: 'true' } : {}),
    },
    owner: bareName(owner.name),
  };
}

function unshardedKeyspace(input: DeployInput, lookups: readonly Lookup[]) {
  const tables: Record<string, object> = {};
  for (const name of [...tablesPlaced(input, 'unsharded'), ...tablesPlaced(input, 'global')])
    tables[bareName(name)] = {};
  for (const { table } of lookups) tables[table] = {};
  for (const table of shardedTables(input)) {
    if (numberedColumn(table) !== undefined) tables[sequenceName(table)] = { type: 'sequence' };
  }
  return { sharded: false, tables };
}

/** Unique values that no shard can check: the lookup vindex keeps them unique, and finds the shard by them. */
function lookupsOf(input: DeployInput): readonly Lookup[] {
  return shardedTables(input).flatMap((owner) => {
    const keys = input.constraints.filter((key) => key.table === owner.name && isKeptByLookup(owner, key));
    const byColumns = new Map(keys.map(({ columns }) => [columns.join(), columns]));
    return [...byColumns.values()]
      .sort((one, other) => byCodeUnit(one.join(), other.join()))
      .map((columns) => lookupOf(owner, columns));
  });
}

/** A lookup vindex has a row for each row of its owner: keys of a part of the rows, or of expressions, are not its business. */
export function isKeptByLookup({ table }: ShardedTable, { name, change }: ConstraintToChange): boolean {
  const key = table?.uniqueKeys.find((one) => one.name === name);
  if (key === undefined || change !== 'lookup-table') return false;
  return key.columns.length > 0 && !key.partial && !key.expressions && !key.exclusion;
}

function lookupOf(owner: ShardedTable, columns: readonly string[]): Lookup {
  const name = plainName(`${bareName(owner.name)}_by_${columns.join('_')}`);
  return {
    name,
    table: `${name}_lookup`,
    columns,
    from: columns.map((column) => `${plainName(column)}_value`),
    nullable: columns.some((column) => columnOf(owner, column)?.nullable !== false),
    owner,
  };
}

/** vtgate pastes the names of lookup tables and their columns into its statements without quotes, and reads a dot or a comma as its own. */
function plainName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_]/g, '_');
}

function columnOf({ table }: ShardedTable, name: string): Column | undefined {
  return table?.columns.find((column) => column.name === name);
}

function numberedColumn({ table }: ShardedTable): Column | undefined {
  return table?.columns.find((column) => column.default?.kind === 'sequence');
}

function sequenceName({ name }: ShardedTable): string {
  return `${plainName(bareName(name))}_seq`;
}

function supportTables(input: DeployInput, lookups: readonly Lookup[]): string {
  const lines = lookups.map(({ table, columns, from, owner }) => {
    const typed = columns.map((name, at) => `${from[at]} ${mysqlType(columnOf(owner, name))}`);
    return `CREATE TABLE ${table} (${typed.join(', ')}, keyspace_id varbinary(128), PRIMARY KEY (${from.join(', ')}));`;
  });
  const sequences = shardedTables(input)
    .filter((table) => numberedColumn(table) !== undefined)
    .flatMap((table) => {
      const name = sequenceName(table);
      return [
        `CREATE TABLE ${name} (id bigint, next_id bigint, cache bigint, PRIMARY KEY (id)) COMMENT 'vitess_sequence';`,
        `INSERT INTO ${name} (id, next_id, cache) VALUES (0, 1, 1000);  ${remark('next_id: above the highest number that is taken')}`,
      ];
    });
  return `${[remark('For the unsharded keyspace, in MySQL.'), ...lines, ...sequences].join('\n')}\n`;
}

/**
 * A primary key of MySQL needs a length, and a collation that tells as many texts apart as PostgreSQL's: of the binary ones only
 * `0900` does not take blanks at the end for nothing.
 */
function mysqlType(column: Column | undefined): string {
  switch (column?.baseType ?? column?.type) {
    case 'int2':
    case 'int4':
    case 'int8':
      return 'bigint';
    case 'numeric':
      return 'decimal(65, 30)';
    case 'uuid':
      return 'char(36)';
    case 'date':
      return 'date';
    case 'timestamp':
    case 'timestamptz':
      return 'datetime(6)';
    case 'bytea':
      return 'varbinary(255)';
    default:
      return `varchar(${column?.length ?? 255}) CHARACTER SET utf8mb4 COLLATE ${column?.type?.endsWith('citext') ? 'utf8mb4_0900_as_ci' : 'utf8mb4_0900_bin'}`;
  }
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
