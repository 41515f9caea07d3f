/** Views and materialized views: their query's own text and the relations named in it, so that renames can be followed. */

import type { CreateTableAsStmt, Node, RangeVar, ViewStmt } from 'libpg-query';
import type { Context } from './context.js';
import type { DraftView, WrittenRelation } from './draft.js';
import { createdName, findRelation } from './names.js';
import { namePathOf, walk } from './nodes.js';
import { dottedNameAt, restAfter, type Slice } from './statement-text.js';

const checkOptions = [
  ['with', 'check', 'option'],
  ['with', 'local', 'check', 'option'],
  ['with', 'cascaded', 'check', 'option'],
];

export function createView(context: Context, statement: ViewStmt): void {
  if (statement.view?.relpersistence === 't') {
    context.draft.temporary.add(statement.view.relname ?? '');
    return;
  }
  const slice = restAfter(context.text, ['as'], checkOptions);
  if (!slice) return;
  const name = createdName(context.draft, statement.view);
  const given = namePathOf(statement.aliases);
  const view = { ...readView(context, name, statement.query, slice), givenColumns: given };
  // The grammar writes CREATE RECURSIVE VIEW out as WITH RECURSIVE in the tree; the text has to follow.
  const recursive = context.text
    .tokens()
    .some((token, at) => at < 5 && token.text.toLowerCase() === 'recursive');
  keepView(context, recursive ? { ...view, ...writtenOut(view, statement.view, given, slice.text) } : view);
}

function writtenOut(
  view: DraftView,
  relation: RangeVar | undefined,
  columns: readonly string[],
  text: string,
) {
  const list = columns.map(quoted).join(', ');
  const name = quoted(relation?.relname ?? '');
  const head = `WITH RECURSIVE ${name} (${list}) AS (`;
  return {
    queryText: `${head}${text}) SELECT ${list} FROM ${name}`,
    written: view.written.map((each) => ({
      ...each,
      start: each.start + Buffer.byteLength(head),
      end: each.end + Buffer.byteLength(head),
    })),
  };
}

export function createMaterializedView(context: Context, statement: CreateTableAsStmt): void {
  const relation = statement.into?.rel;
  const name = createdName(context.draft, relation);
  if (statement.if_not_exists && context.draft.views.has(name)) return;
  const slice = restAfter(
    context.text,
    ['as'],
    [
      ['with', 'no', 'data'],
      ['with', 'data'],
    ],
  );
  if (!slice) return;
  keepView(context, {
    ...readView(context, name, statement.query, slice),
    givenColumns: namePathOf(statement.into?.colNames),
    materialized: true,
  });
}

export function readView(context: Context, name: string, query: Node | undefined, slice: Slice): DraftView {
  return {
    name,
    givenColumns: [],
    queryNode: query,
    queryText: slice.text,
    written: writtenRelations(context, query, slice),
    path: context.draft.sessionPath,
    materialized: false,
    source: context.source,
  };
}

/** A replaced view stays the same thing to those that read it. */
export function keepView(context: Context, view: DraftView): void {
  const known = context.draft.views.get(view.name);
  if (known) Object.assign(known, view);
  else context.draft.views.set(view.name, view);
}

function writtenRelations(
  context: Context,
  query: Node | undefined,
  slice: Slice,
): readonly WrittenRelation[] {
  const ctes = cteNames(query);
  const locked = lockedPlaces(query);
  const found: WrittenRelation[] = [];
  walk(query, (kind, body) => {
    if (kind !== 'RangeVar') return;
    const relation = body as RangeVar;
    const name = relation.relname ?? '';
    if (!relation.schemaname && ctes.has(name)) return;
    if (locked.has(relation.location ?? 0)) return;
    const place = dottedNameAt(context.text, relation.location ?? 0);
    if (!place || place.start < slice.start || place.end > slice.end) return;
    const path = relation.schemaname ? [relation.schemaname, name] : [name];
    found.push({
      start: place.start - slice.start,
      end: place.end - slice.start,
      writtenName: path.join('.'),
      hasAlias: relation.alias !== undefined,
      relation: findRelation(context.draft, path, context.draft.sessionPath),
    });
  });
  return found;
}

/** FOR UPDATE OF names aliases, though the tree holds them as relations. */
function lockedPlaces(query: Node | undefined): ReadonlySet<number> {
  const places = new Set<number>();
  walk(query, (kind, body) => {
    if (kind !== 'LockingClause') return;
    walk(body.lockedRels, (_kind, relation) => places.add(Number(relation.location)));
  });
  return places;
}

/** Anywhere in the query: a name that is also a CTE is left as written, for its scope is not known here. */
function cteNames(query: Node | undefined): ReadonlySet<string> {
  const names = new Set<string>();
  walk(query, (kind, body) => {
    if (kind === 'CommonTableExpr') names.add(String(body.ctename ?? ''));
  });
  return names;
}

export function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !reserved.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** Words that cannot be a table's bare name in FROM. */
const reserved = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column concurrently
  constraint create cross current_catalog current_date current_role current_schema current_time current_timestamp current_user default
  deferrable desc distinct do else end except false fetch for foreign freeze from full grant group having ilike in initially inner
  intersect into is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null offset on only or
  order outer overlaps placing primary references returning right select session_user similar some symmetric system_user table
  tablesample then to trailing true union unique user using variadic verbose when where window with`.split(
    /\s+/,
  ),
);
