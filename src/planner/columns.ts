/** What the catalog says of a column, in the planner's words. */

import { columnOf, keyTypeOf, resolveParent } from '../catalog/index.js';
import {
  byCodeUnit,
  type Catalog,
  type Column,
  type ColumnStatistics,
  type Table,
  type TableName,
} from '../model/index.js';
import { type KeyFamily, keyFamilyOf } from '../topology/index.js';

/** `unknown`: nobody told the type. `none`: a type, or a collation, that cannot be hashed the same way everywhere. */
export type Family = KeyFamily | 'unknown' | 'none';

export function columnNamed(table: Table | undefined, name: string): Column | undefined {
  return table === undefined ? undefined : columnOf(table, name);
}

export function familyOf(column: Column | undefined): Family {
  if (column === undefined) return 'unknown';
  if (column.array) return 'none';
  // A collation that the schema defines may call different texts equal, which then hash apart.
  if (column.collation !== undefined && !column.collation.startsWith('pg_catalog.')) return 'none';
  const type = keyTypeOf(column);
  return type === undefined ? 'unknown' : (keyFamilyOf(type) ?? 'none');
}

export function mayShareDomain(left: Family, right: Family): boolean {
  if (left === 'none' || right === 'none') return false;
  return left === right || left === 'unknown' || right === 'unknown';
}

const sqlNames: ReadonlyMap<string, string> = new Map([
  ['int2', 'smallint'],
  ['int4', 'integer'],
  ['int8', 'bigint'],
  ['varchar', 'character varying'],
]);

/** The key's type as SQL spells it. */
export function keyTypeName(column: Column | undefined): string | undefined {
  const type = column === undefined ? undefined : keyTypeOf(column);
  return type === undefined ? undefined : (sqlNames.get(type) ?? type);
}

export function statisticsOf(table: Table | undefined, column: string): ColumnStatistics | undefined {
  return table?.statistics?.columns[column];
}

/** Distinct values by statistics; a column that is unique by itself has as many as the table has rows. */
export function distinctOf(table: Table | undefined, column: string): number | undefined {
  const counted = statisticsOf(table, column)?.distinct;
  if (counted !== undefined || table === undefined) return counted;
  return isUniqueAlone(table, column) ? table.statistics?.rowCount : undefined;
}

export function isUniqueAlone(table: Table, column: string): boolean {
  return table.uniqueKeys.some(
    (key) =>
      key.columns.length === 1 &&
      key.columns[0] === column &&
      !key.partial &&
      !key.expressions &&
      !key.exclusion,
  );
}

export function isInPrimaryKey(table: Table | undefined, column: string): boolean {
  return table?.uniqueKeys.some((key) => key.primary && key.columns.includes(column)) ?? false;
}

/** `no-row`: none was null when statistics were taken. `untold`: nobody told; `unknown`: it may be, nobody knows how often. */
export type Nullability = 'never' | 'no-row' | 'some-rows' | 'unknown' | 'untold';

export function nullabilityOf(table: Table | undefined, name: string): Nullability {
  const column = columnNamed(table, name);
  if (column?.nullable === false || isInPrimaryKey(table, name)) return 'never';
  const share = statisticsOf(table, name)?.nullShare;
  if (share !== undefined) return share === 0 ? 'no-row' : 'some-rows';
  return column?.type === undefined ? 'untold' : 'unknown';
}

/** Without the schema, as a new column may be named after the table. */
export function bareName(table: TableName): string {
  return table.slice(table.indexOf('.') + 1);
}

/** Partitions and other children lie where their parent lies: they are planned with it, under its name. */
export function plannedTables(catalog: Catalog): readonly Table[] {
  return [...catalog.tables.values()].filter((table) => resolveParent(catalog, table.name) === table.name);
}

/** Foreign keys to tables that the catalog has, a partition as target standing for its parent; in name order. */
export function foreignKeysOf(catalog: Catalog, table: Table | undefined): Table['foreignKeys'] {
  return [...(table?.foreignKeys ?? [])]
    .filter((key) => catalog.tables.has(key.target) && key.columns.length === key.targetColumns.length)
    .map((key) => ({ ...key, target: resolveParent(catalog, key.target) }))
    .sort((a, b) => byCodeUnit(a.name, b.name));
}
