/** How names in DDL are looked up and made: search path, PostgreSQL's own names for unnamed constraints and indexes. */

import type { RangeVar } from 'libpg-query';
import type { TableName } from '../../model/index.js';
import type { Draft, DraftTable, DraftView } from './draft.js';

/** Schemas of a path that can hold the application's own things. */
export function userSchemas(path: readonly string[]): readonly string[] {
  return path.filter((schema) => schema !== '$user' && schema !== 'pg_catalog' && schema !== '');
}

/** Where CREATE puts an unqualified name. An empty path would be an error in PostgreSQL; `public` is the best guess. */
function creationSchema(draft: Draft): string {
  return userSchemas(draft.sessionPath)[0] ?? 'public';
}

export function createdName(draft: Draft, relation: RangeVar | undefined): TableName {
  return `${relation?.schemaname || creationSchema(draft)}.${relation?.relname ?? ''}`;
}

/** The `schema.name` of a new or existing thing that has a dotted name: the first of the path that `has` it, else where it would be made. */
export function resolvedName(
  draft: Draft,
  path: readonly string[],
  has: (name: string) => boolean,
  searchPath: readonly string[] = draft.sessionPath,
): string {
  const name = path.at(-1) ?? '';
  const schema = path.at(-2);
  if (schema) return `${schema}.${name}`;
  const schemas = userSchemas(searchPath);
  const home = schemas.find((candidate) => has(`${candidate}.${name}`));
  return `${home ?? schemas[0] ?? 'public'}.${name}`;
}

function isRelation(draft: Draft, name: string): boolean {
  return draft.tables.has(name) || draft.views.has(name);
}

export function relationName(draft: Draft, relation: RangeVar | undefined): TableName {
  const path = relation?.schemaname
    ? [relation.schemaname, relation.relname ?? '']
    : [relation?.relname ?? ''];
  return relationNameOfPath(draft, path);
}

export function relationNameOfPath(draft: Draft, path: readonly string[]): TableName {
  return resolvedName(draft, path, (name) => isRelation(draft, name));
}

/** The table meant, unless a temporary one hides it. */
export function findTable(draft: Draft, relation: RangeVar | undefined): DraftTable | undefined {
  if (!relation?.schemaname && draft.temporary.has(relation?.relname ?? '')) return undefined;
  return draft.tables.get(relationName(draft, relation));
}

export function findRelation(
  draft: Draft,
  path: readonly string[],
  searchPath: readonly string[],
): DraftTable | DraftView | undefined {
  const name = resolvedName(draft, path, (candidate) => isRelation(draft, candidate), searchPath);
  return draft.tables.get(name) ?? draft.views.get(name);
}

export function bareName(name: string): string {
  return name.slice(name.indexOf('.') + 1);
}

export function schemaOf(name: string): string {
  return name.slice(0, name.indexOf('.'));
}

const longestName = 63;

/** The name PostgreSQL gives an unnamed constraint or index: table, columns and label, the longer part shortened first. */
export function chosenName(table: DraftTable, columns: readonly string[], label: string): string {
  const taken = new Set(
    [...table.uniqueKeys, ...table.foreignKeys, ...table.indexes].map(({ name }) => name),
  );
  for (let pass = 0; ; pass += 1) {
    const name = objectName(
      bareName(table.name),
      columns.join('_').slice(0, longestName),
      pass === 0 ? label : `${label}${pass}`,
    );
    if (!taken.has(name)) return name;
  }
}

export function objectName(first: string, second: string, label: string): string {
  let [head, tail] = [first, second];
  const room = longestName - label.length - 1 - (tail === '' ? 0 : 1);
  while (Buffer.byteLength(head) + Buffer.byteLength(tail) > room) {
    if (Buffer.byteLength(head) > Buffer.byteLength(tail)) head = head.slice(0, -1);
    else tail = tail.slice(0, -1);
  }
  return [head, tail, label].filter((part) => part !== '').join('_');
}
