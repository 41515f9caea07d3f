/** The DDL that the plan asks for, table by table: key columns, keys widened, references that no shard can check. */

import {
  type Catalog,
  type Column,
  type ConstraintToChange,
  referenceOptions,
  type TableName,
} from '../../model/index.js';
import type { Facts } from './facts.js';
import type { ShardedTable } from './key-groups.js';
import {
  buildIndex,
  changeForeignKey,
  changePrimaryKey,
  columnOf,
  forbidNulls,
  mayBeNull,
} from './online-ddl.js';
import { bare, ident, quote, remark } from './sql-words.js';

/** Steps in the order to take them; empty when nothing has to change. */
export function ddlOf(facts: Facts, table: ShardedTable): readonly string[] {
  const own = facts.constraints.filter((one) => one.table === table.name);
  return [
    ...addedKey(facts, table),
    ...[...own.filter(isReference), ...own.filter((one) => !isReference(one))].flatMap((one) =>
      changeOf(facts, table, one),
    ),
  ];
}

/** What refers to a key goes before the key. */
function isReference({ kind }: ConstraintToChange): boolean {
  return kind === 'foreign-key';
}

function addedKey({ catalog }: Facts, { name, placement }: ShardedTable): readonly string[] {
  const { addKey, key, keyType = 'bigint' } = placement;
  if (addKey === undefined) return [];
  const source = joinAlong(catalog, name, addKey.path);
  const last = addKey.targetKey ?? key;
  const fill =
    source === undefined
      ? remark(`fill it along ${addKey.path.join(', ')}, in batches`)
      : `UPDATE ${ident(name)} AS child SET ${quote(key)} = ${source.last}.${quote(last)}\n  FROM ${source.tables.join(', ')}\n  WHERE ${source.conditions.join(' AND ')} AND child.${quote(key)} IS NULL;  -- in batches by primary key`;
  return [
    `ALTER TABLE ${ident(name)} ADD COLUMN ${quote(key)} ${keyType};  -- the application writes it from now on`,
    fill,
    ...forbidNulls(name, key),
    ...buildIndex(catalog, {
      table: name,
      name: `${bare(name)}_${key}_idx`,
      columns: [key],
      unique: false,
    }),
  ];
}

interface Join {
  readonly tables: readonly string[];
  readonly conditions: readonly string[];
  readonly last: string;
}

/** The path of a key to be added as a join; undefined when the schema does not have its references. */
function joinAlong(catalog: Catalog, start: TableName, path: readonly string[]): Join | undefined {
  const tables: string[] = [];
  const conditions: string[] = [];
  let from = start;
  let alias = 'child';
  for (const [at, step] of path.entries()) {
    const [column = '', target = ''] = step.split(' -> ');
    const dot = target.lastIndexOf('.');
    const [table, targetColumn] = [target.slice(0, dot), target.slice(dot + 1)];
    if (catalog.tables.get(from)?.columns.every((one) => one.name !== column) === true || dot < 0)
      return undefined;
    const next = `p${at + 1}`;
    tables.push(`${ident(table)} AS ${next}`);
    conditions.push(`${next}.${quote(targetColumn)} = ${alias}.${quote(column)}`);
    [from, alias] = [table, next];
  }
  return { tables, conditions, last: alias };
}

function changeOf(facts: Facts, table: ShardedTable, one: ConstraintToChange): readonly string[] {
  switch (one.kind) {
    case 'sequence':
      return [dropDefault(facts.catalog, one)];
    case 'foreign-key':
      return foreignKeyChange(facts, table, one);
    case 'exclusion':
      return [
        remark(`${one.name}: no shard can check it for all; check it in the application, under one lock`),
      ];
    case 'primary-key':
    case 'unique':
      return uniqueChange(facts, table, one);
  }
}

/** An id that a shard would number by itself comes from the application, or from a generator that shards share. */
function dropDefault(catalog: Catalog, { table, columns }: ConstraintToChange): string {
  const [column = ''] = columns;
  const text = columnOf(catalog, table, column)?.default?.text ?? '';
  const isIdentity = !/nextval/i.test(text);
  const what = isIdentity ? 'DROP IDENTITY IF EXISTS' : 'DROP DEFAULT';
  return `ALTER TABLE ${ident(table)} ALTER COLUMN ${quote(column)} ${what};  -- once the application makes the ids`;
}

function uniqueChange(
  { catalog }: Facts,
  { placement }: ShardedTable,
  one: ConstraintToChange,
): readonly string[] {
  const { addKey, key, keyType = 'bigint' } = placement;
  const { table, name, columns, change } = one;
  switch (change) {
    case 'uuid-or-snowflake':
      return [
        remark(
          `${name} (${columns.join(', ')}) stays: ids that are unique everywhere need no check over shards`,
        ),
      ];
    case 'composite-key': {
      const referring = referringTo(catalog, table);
      const after = referring.length === 0 ? undefined : `after the foreign keys of ${referring.join(', ')}`;
      const index = { table, name, columns: [key, ...columns], unique: true };
      return [
        ...(addKey === undefined && mayBeNull(catalog, table, key) ? forbidNulls(table, key) : []),
        ...changePrimaryKey(catalog, index, after),
      ];
    }
    case 'lookup-table':
      return lookupTable(catalog, one, key, keyType);
    case 'application-check':
      return [remark(`${name}: no shard can check it for all; check it in the application, under one lock`)];
  }
}

/** Made, and filled from the rows that were there before the application wrote it: else their values could be given again. */
function lookupTable(
  catalog: Catalog,
  { table, name, columns }: ConstraintToChange,
  key: string,
  keyType: string,
): readonly string[] {
  const unique = catalog.tables.get(table)?.uniqueKeys.find((other) => other.name === name);
  if (columns.length === 0 || unique?.expressions === true)
    return [remark(`${name} is on expressions: keep a lookup table of their values`)];
  const lookup = ident(`${table}_by_${columns.join('_')}`);
  const names = columns.map(quote).join(', ');
  const typed = columns.map((column) => `${quote(column)} ${typeOf(columnOf(catalog, table, column))}`);
  const nullable = columns.filter((column) => mayBeNull(catalog, table, column));
  const where =
    nullable.length === 0
      ? ''
      : ` WHERE ${nullable.map((column) => `${quote(column)} IS NOT NULL`).join(' AND ')}`;
  return [
    `CREATE TABLE ${lookup} (${typed.join(', ')}, ${quote(key)} ${keyType} NOT NULL,\n  PRIMARY KEY (${names}));  ${remark(`sharded by ${columns[0]}; written before ${bare(table)}`)}`,
    unique?.partial === true
      ? remark(
          `${name} is of some rows only: fill the lookup table from those, once the application writes it`,
        )
      : `INSERT INTO ${lookup} (${names}, ${quote(key)}) SELECT ${names}, ${quote(key)} FROM ${ident(table)}${where}\n  ON CONFLICT DO NOTHING;  -- in batches, once the application writes it`,
  ];
}

/** Other tables: one's own foreign keys are changed first. */
function referringTo({ tables }: Catalog, table: TableName): readonly string[] {
  return [...tables.values()]
    .filter(({ name, foreignKeys }) => name !== table && foreignKeys.some(({ target }) => target === table))
    .map(({ name }) => bare(name))
    .sort();
}

function foreignKeyChange(
  facts: Facts,
  { placement }: ShardedTable,
  one: ConstraintToChange,
): readonly string[] {
  const { table, name } = one;
  const reference = facts.catalog.tables.get(table)?.foreignKeys.find((key) => key.name === name);
  const target = one.target === undefined ? undefined : facts.analysis.plan.tables.get(one.target);
  if (reference === undefined) return [remark(`${name}: drop it at the cutover`)];
  if (one.change !== 'composite-key' || target?.placement !== 'sharded') {
    return [
      `ALTER TABLE ${ident(table)} DROP CONSTRAINT ${quote(name)};  -- at the cutover; orphans are looked for by a job`,
    ];
  }
  const targetColumns = [target.key, ...reference.targetColumns];
  const listed = (columns: readonly string[]): string => columns.map(quote).join(', ');
  const to = `(${listed([placement.key, ...reference.columns])}) REFERENCES ${ident(reference.target)} (${listed(targetColumns)})${referenceOptions(reference, targetColumns, quote)}`;
  return [
    ...buildIndex(facts.catalog, {
      table: reference.target,
      name: `${bare(reference.target)}_${targetColumns.join('_')}_key`,
      columns: targetColumns,
      unique: true,
    }),
    ...changeForeignKey(facts.catalog, table, name, to),
  ];
}

function typeOf(column: Column | undefined): string {
  if (column?.type === undefined) return 'text';
  const length = column.length === undefined ? '' : `(${column.length})`;
  return `${column.type.startsWith('public.') ? column.type.slice('public.'.length) : column.type}${length}${column.array ? '[]' : ''}`;
}
