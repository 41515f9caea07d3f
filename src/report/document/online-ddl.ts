/**
 * Changes of a table that is in use, each under a lock that is held for a moment: indexes are built beside the traffic, and
 * constraints take over what is built and checked already. A partitioned table can have no index built so: its partitions
 * have it built one by one, and the table takes theirs over.
 */

import type { Catalog, Column, TableName } from '../../model/index.js';
import { bare, ident, quote, remark } from './sql-words.js';

/** Of more partitions the document prints the first: the others are done alike. */
const mostPartitions = 8;

export interface IndexWanted {
  readonly table: TableName;
  readonly name: string;
  readonly columns: readonly string[];
  readonly unique: boolean;
}

/** An index, built beside the traffic. */
export function buildIndex(catalog: Catalog, wanted: IndexWanted): readonly string[] {
  const { table, name } = wanted;
  const partitions = partitionsOf(catalog, table);
  if (!isPartitioned(catalog, table)) return [create(wanted, 'CONCURRENTLY IF NOT EXISTS', '')];
  return [
    create(wanted, 'IF NOT EXISTS', 'ONLY '),
    ...shortened(partitions).flatMap((partition) => {
      const own = { ...wanted, table: partition, name: nameOn(partition, wanted) };
      return [
        ...buildIndex(catalog, own),
        `ALTER INDEX ${sameSchema(table, name)} ATTACH PARTITION ${sameSchema(partition, own.name)};`,
      ];
    }),
    ...othersOf(
      partitions,
      'their indexes are built and attached alike; the index is valid with the last of them',
    ),
  ];
}

/** The primary key `name` over other columns. `after`: a remark on what has to be done before it is replaced. */
export function changePrimaryKey(
  catalog: Catalog,
  wanted: IndexWanted,
  after: string | undefined,
): readonly string[] {
  const { table, name } = wanted;
  const when = after === undefined ? '' : `  ${remark(after)}`;
  if (!isPartitioned(catalog, table)) {
    const built = nameOn(table, wanted);
    return [
      create({ ...wanted, name: built }, 'CONCURRENTLY IF NOT EXISTS', ''),
      `ALTER TABLE ${ident(table)} DROP CONSTRAINT ${quote(name)},${when}\n  ADD CONSTRAINT ${quote(name)} PRIMARY KEY USING INDEX ${quote(built)};`,
    ];
  }
  const leaves = leavesOf(catalog, table);
  // An index that a unique index of the whole table has taken over cannot become part of a primary key.
  const builtOn = (partition: TableName): string => `${nameOn(partition, wanted)}_pk`;
  return [
    ...shortened(leaves).map((partition) =>
      create({ ...wanted, table: partition, name: builtOn(partition) }, 'CONCURRENTLY IF NOT EXISTS', ''),
    ),
    ...othersOf(leaves, 'they need the index, too, before the change'),
    [
      `BEGIN;${when}`,
      `ALTER TABLE ${ident(table)} DROP CONSTRAINT ${quote(name)};`,
      ...keyOfPartitions(catalog, wanted, builtOn),
      'COMMIT;',
    ].join('\n'),
  ];
}

/** Of a partitioned table: made on it alone, then taken over from each partition. */
function keyOfPartitions(
  catalog: Catalog,
  { table, name, columns, unique }: IndexWanted,
  builtOn: (partition: TableName) => string,
): readonly string[] {
  const partitions = partitionsOf(catalog, table);
  return [
    `ALTER TABLE ONLY ${ident(table)} ADD CONSTRAINT ${quote(name)} PRIMARY KEY (${listed(columns)});`,
    ...shortened(partitions).flatMap((partition) => {
      const own = `${bare(partition)}_pkey`;
      return [
        ...(isPartitioned(catalog, partition)
          ? keyOfPartitions(catalog, { table: partition, name: own, columns, unique }, builtOn)
          : [
              `ALTER TABLE ${ident(partition)} ADD CONSTRAINT ${quote(own)} PRIMARY KEY USING INDEX ${quote(builtOn(partition))};`,
            ]),
        `ALTER INDEX ${sameSchema(table, name)} ATTACH PARTITION ${sameSchema(partition, own)};`,
      ];
    }),
    ...othersOf(partitions, 'their keys are added and attached alike'),
  ];
}

/** `to`: what follows FOREIGN KEY, without NOT VALID. */
export function changeForeignKey(
  catalog: Catalog,
  table: TableName,
  name: string,
  to: string,
): readonly string[] {
  const replaced = `ALTER TABLE ${ident(table)} DROP CONSTRAINT ${quote(name)}, ADD CONSTRAINT ${quote(name)}\n  FOREIGN KEY ${to}`;
  const leaves = leavesOf(catalog, table);
  if (!isPartitioned(catalog, table))
    return [`${replaced} NOT VALID;`, `ALTER TABLE ${ident(table)} VALIDATE CONSTRAINT ${quote(name)};`];
  const own = `${name}_checked`;
  return [
    ...shortened(leaves).flatMap((partition) => [
      `ALTER TABLE ${ident(partition)} ADD CONSTRAINT ${quote(own)} FOREIGN KEY ${to} NOT VALID;`,
      `ALTER TABLE ${ident(partition)} VALIDATE CONSTRAINT ${quote(own)};`,
    ]),
    ...othersOf(leaves, 'they are checked alike'),
    `${replaced};  -- takes over what its partitions have checked`,
  ];
}

/** A column that is filled already. */
export function forbidNulls(table: TableName, column: string): readonly string[] {
  const name = quote(`${bare(table)}_${column}_not_null`);
  return [
    `ALTER TABLE ${ident(table)} ADD CONSTRAINT ${name} CHECK (${quote(column)} IS NOT NULL) NOT VALID;`,
    `ALTER TABLE ${ident(table)} VALIDATE CONSTRAINT ${name};`,
    `ALTER TABLE ${ident(table)} ALTER COLUMN ${quote(column)} SET NOT NULL, DROP CONSTRAINT ${name};`,
  ];
}

export function mayBeNull(catalog: Catalog, table: TableName, name: string): boolean {
  return columnOf(catalog, table, name)?.nullable ?? false;
}

export function columnOf(catalog: Catalog, table: TableName, column: string): Column | undefined {
  return catalog.tables.get(table)?.columns.find(({ name }) => name === column);
}

function create({ table, name, columns, unique }: IndexWanted, how: string, only: string): string {
  return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${how} ${quote(name)} ON ${only}${ident(table)} (${listed(columns)});`;
}

function listed(columns: readonly string[]): string {
  return columns.map(quote).join(', ');
}

/** An index lies in the schema of its table. */
function sameSchema(table: TableName, index: string): string {
  return ident(`${table.slice(0, table.indexOf('.'))}.${index}`);
}

function nameOn(partition: TableName, { columns, unique }: IndexWanted): string {
  return `${bare(partition)}_${columns.join('_')}_${unique ? 'key' : 'idx'}`;
}

function isPartitioned({ tables }: Catalog, table: TableName): boolean {
  return tables.get(table)?.partitionKey !== undefined;
}

function partitionsOf({ tables }: Catalog, table: TableName): readonly TableName[] {
  return [...tables.values()]
    .filter(({ parent, parentKind }) => parent === table && parentKind === 'partition')
    .map(({ name }) => name)
    .sort();
}

/** Those that hold rows. */
function leavesOf(catalog: Catalog, table: TableName): readonly TableName[] {
  return partitionsOf(catalog, table).flatMap((one) =>
    isPartitioned(catalog, one) ? leavesOf(catalog, one) : [one],
  );
}

function shortened(partitions: readonly TableName[]): readonly TableName[] {
  return partitions.slice(0, mostPartitions);
}

function othersOf(partitions: readonly TableName[], how: string): readonly string[] {
  const more = partitions.length - mostPartitions;
  return more > 0 ? [remark(`and ${more} more partitions: ${how}`)] : [];
}
