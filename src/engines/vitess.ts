/**
 * Vitess: a VSchema for the sharded and one for the unsharded keyspace, after proto/vschema.proto, with the tables that lookup
 * vindexes and sequences need. It is MySQL behind Vitess: the schema and the statements have to be carried over by hand.
 */

import type { Column, DeployFile } from '../model/index.js';
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
  return { sharded: coordinator.database, unsharded: `${coordinator.database}_unsharded` };
}

function shardedKeyspace(input: DeployInput, lookups: readonly Lookup[]) {
  const { unsharded } = keyspaces(input);
  const vindexes: Record<string, Vindex> = { [KEY_VINDEX]: { type: 'xxhash' } };
  for (const { name, table, columns, owner } of lookups) {
    vindexes[name] = {
      type: 'consistent_lookup_unique',
      params: { table: `${unsharded}.${table}`, from: columns.join(','), to: 'keyspace_id' },
      owner: bareName(owner.name),
    };
  }
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
  return shardedTables(input).flatMap((owner) =>
    input.constraints
      .filter(
        ({ table, kind, change, columns }) =>
          table === owner.name &&
          (kind === 'unique' || kind === 'primary-key') &&
          change === 'lookup-table' &&
          columns.length > 0,
      )
      .map(({ columns }) => {
        const name = `${bareName(owner.name)}_by_${columns.join('_')}`;
        return { name, table: `${name}_lookup`, columns, owner };
      }),
  );
}

function numberedColumn({ table }: ShardedTable): Column | undefined {
  return table?.columns.find((column) => column.default?.kind === 'sequence');
}

function sequenceName({ name }: ShardedTable): string {
  return `${bareName(name)}_seq`;
}

function supportTables(input: DeployInput, lookups: readonly Lookup[]): string {
  const lines = lookups.map(({ table, columns, owner }) => {
    const typed = columns.map(
      (name) => `${mysqlName(name)} ${mysqlType(owner.table?.columns.find((one) => one.name === name))}`,
    );
    return `CREATE TABLE ${mysqlName(table)} (${typed.join(', ')}, keyspace_id varbinary(128), PRIMARY KEY (${columns.map(mysqlName).join(', ')}));`;
  });
  const sequences = shardedTables(input)
    .filter((table) => numberedColumn(table) !== undefined)
    .flatMap((table) => {
      const name = mysqlName(sequenceName(table));
      return [
        `CREATE TABLE ${name} (id bigint, next_id bigint, cache bigint, PRIMARY KEY (id)) COMMENT 'vitess_sequence';`,
        `INSERT INTO ${name} (id, next_id, cache) VALUES (0, 1, 1000);  ${remark('next_id: above the highest number that is taken')}`,
      ];
    });
  return `${[remark('For the unsharded keyspace, in MySQL.'), ...lines, ...sequences].join('\n')}\n`;
}

function mysqlName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A primary key of MySQL needs a length, and a collation that tells as many texts apart as PostgreSQL's. */
function mysqlType(column: Column | undefined): string {
  switch (column?.type) {
    case 'int2':
    case 'int4':
    case 'int8':
      return 'bigint';
    case 'uuid':
      return 'char(36)';
    case 'date':
      return 'date';
    default:
      return `varchar(${column?.length ?? 255}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
  }
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
