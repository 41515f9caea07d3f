/** The DDL that the plan asks for, table by table: key columns, keys widened, references that no shard can check. */

import type { Catalog, Column, ConstraintToChange, ForeignKey, TableName } from '../../model/index.js';
import { clean } from '../words.js';
import type { Facts } from './facts.js';
import type { ShardedTable } from './key-groups.js';

/** Steps in the order to take them; empty when nothing has to change. */
export function ddlOf(facts: Facts, table: ShardedTable): readonly string[] {
  return [
    ...addedKey(facts, table),
    ...facts.constraints
      .filter((one) => one.table === table.name)
      .flatMap((one) => changeOf(facts, table, one)),
  ];
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
    `ALTER TABLE ${ident(name)} ADD CONSTRAINT ${quote(`${bare(name)}_${key}_not_null`)} CHECK (${quote(key)} IS NOT NULL) NOT VALID;\nALTER TABLE ${ident(name)} VALIDATE CONSTRAINT ${quote(`${bare(name)}_${key}_not_null`)};\nALTER TABLE ${ident(name)} ALTER COLUMN ${quote(key)} SET NOT NULL;`,
    `CREATE INDEX CONCURRENTLY ON ${ident(name)} (${quote(key)});`,
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
  const { key, keyType = 'bigint' } = placement;
  const { table, name, columns, change } = one;
  switch (change) {
    case 'uuid-or-snowflake':
      return [
        remark(
          `${name} (${columns.join(', ')}) stays: ids that are unique everywhere need no check over shards`,
        ),
      ];
    case 'composite-key': {
      const widened = [key, ...columns].map(quote).join(', ');
      if (one.kind === 'unique') {
        return [
          `CREATE UNIQUE INDEX CONCURRENTLY ON ${ident(table)} (${widened});  ${remark(`then drop ${name}`)}`,
        ];
      }
      return [
        `ALTER TABLE ${ident(table)} DROP CONSTRAINT ${quote(name)}, ADD CONSTRAINT ${quote(name)} PRIMARY KEY (${widened});${isReferredTo(catalog, table) ? '  -- after the foreign keys that refer to it' : ''}`,
      ];
    }
    case 'lookup-table': {
      if (columns.length === 0)
        return [remark(`${name} is on expressions: keep a lookup table of their values`)];
      const lookup = `${table}_by_${columns.join('_')}`;
      const typed = columns.map((column) => `${quote(column)} ${typeOf(columnOf(catalog, table, column))}`);
      return [
        `CREATE TABLE ${ident(lookup)} (${typed.join(', ')}, ${quote(key)} ${keyType} NOT NULL,\n  PRIMARY KEY (${columns.map(quote).join(', ')}));  ${remark(`sharded by ${columns[0]}; written before ${bare(table)}`)}`,
      ];
    }
    case 'application-check':
      return [remark(`${name}: no shard can check it for all; check it in the application, under one lock`)];
  }
}

function isReferredTo({ tables }: Catalog, table: TableName): boolean {
  return [...tables.values()].some(({ foreignKeys }) => foreignKeys.some(({ target }) => target === table));
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
  const targetColumns = [target.key, ...reference.targetColumns].map(quote).join(', ');
  return [
    `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ${quote(`${bare(reference.target)}_${[target.key, ...reference.targetColumns].join('_')}_key`)} ON ${ident(reference.target)} (${targetColumns});`,
    `ALTER TABLE ${ident(table)} DROP CONSTRAINT ${quote(name)}, ADD CONSTRAINT ${quote(name)}\n  FOREIGN KEY (${[placement.key, ...reference.columns].map(quote).join(', ')}) REFERENCES ${ident(reference.target)} (${targetColumns})${actionsOf(reference)} NOT VALID;\nALTER TABLE ${ident(table)} VALIDATE CONSTRAINT ${quote(name)};`,
  ];
}

function actionsOf({ onDelete, onUpdate }: ForeignKey): string {
  const action = (event: string, what: string): string =>
    what === 'no action' ? '' : ` ON ${event} ${what.toUpperCase()}`;
  return `${action('DELETE', onDelete)}${action('UPDATE', onUpdate)}`;
}

function columnOf(catalog: Catalog, table: TableName, column: string): Column | undefined {
  return catalog.tables.get(table)?.columns.find(({ name }) => name === column);
}

function typeOf(column: Column | undefined): string {
  if (column?.type === undefined) return 'text';
  const length = column.length === undefined ? '' : `(${column.length})`;
  return `${column.type.startsWith('public.') ? column.type.slice('public.'.length) : column.type}${length}${column.array ? '[]' : ''}`;
}

function bare(table: TableName): string {
  return table.slice(table.indexOf('.') + 1);
}

/** `public.` is on the search path of most; any other schema is named. */
/** A comment is one line whatever the names in it hold: the rest of a name would run as a statement. */
export function remark(text: string): string {
  return `-- ${clean(text)}`;
}

export function ident(table: TableName): string {
  const dot = table.indexOf('.');
  const [schema, name] = [table.slice(0, dot), table.slice(dot + 1)];
  return schema === 'public' ? quote(name) : `${quote(schema)}.${quote(name)}`;
}

const reserved = new Set([
  'user',
  'order',
  'group',
  'table',
  'end',
  'check',
  'default',
  'limit',
  'offset',
  'primary',
  'references',
  'select',
  'where',
  'column',
  'desc',
  'asc',
  'from',
  'to',
  'all',
  'any',
  'case',
  'grant',
  'analyse',
  'analyze',
  'window',
]);

export function quote(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) && !reserved.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
