/** DROP: the thing goes, and with it what cannot be without it. */

import type { DropStmt, Node } from 'libpg-query';
import { withoutColumn, withoutIndex } from './constraints.js';
import type { Context } from './context.js';
import { childrenOf, type Draft, type DraftTable, type DraftView } from './draft.js';
import { dropFunctions } from './functions.js';
import { dropGuard } from './guards.js';
import { relationNameOfPath, resolvedName, schemaOf } from './names.js';
import { namePathOf } from './nodes.js';
import { typeNameOf } from './types.js';

export function drop(context: Context, statement: DropStmt): void {
  const cascade = statement.behavior === 'DROP_CASCADE';
  for (const node of statement.objects ?? []) dropOne(context, statement.removeType ?? '', node, cascade);
}

function dropOne(context: Context, kind: string, node: Node, cascade: boolean): void {
  const { draft } = context;
  const path = namePathOf(node);
  switch (kind) {
    case 'OBJECT_TABLE':
    case 'OBJECT_FOREIGN_TABLE':
      dropNamedTable(draft, path, cascade);
      return;
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
      dropView(draft, relationNameOfPath(draft, path), cascade);
      return;
    case 'OBJECT_INDEX':
      dropIndex(draft, path);
      return;
    case 'OBJECT_SEQUENCE':
      draft.sequences.delete(resolvedName(draft, path, (name) => draft.sequences.has(name)));
      return;
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN':
      dropType(draft, typeNameOf(draft, path), cascade);
      return;
    case 'OBJECT_FUNCTION':
    case 'OBJECT_PROCEDURE':
    case 'OBJECT_ROUTINE':
    case 'OBJECT_AGGREGATE':
      dropFunctions(draft, node);
      return;
    case 'OBJECT_TRIGGER':
    case 'OBJECT_RULE':
    case 'OBJECT_POLICY':
      dropGuard(context, kind, node);
      return;
    case 'OBJECT_SCHEMA':
      if (cascade) dropSchema(draft, path[0] ?? '');
      return;
    default:
      return;
  }
}

function dropNamedTable(draft: Draft, path: readonly string[], cascade: boolean): void {
  if (path.length === 1 && draft.temporary.delete(path[0] ?? '')) return;
  dropTable(draft, relationNameOfPath(draft, path), cascade);
}

/** Partitions go with their table; children by INHERITS, foreign keys and views only under CASCADE. */
function dropTable(draft: Draft, name: string, cascade: boolean): void {
  const table = draft.tables.get(name);
  if (!table) return;
  draft.tables.delete(name);
  for (const child of childrenOf(draft, name)) {
    if (cascade || child.parentKind === 'partition') dropTable(draft, child.name, cascade);
  }
  for (const other of draft.tables.values()) {
    other.foreignKeys = other.foreignKeys.filter((key) => key.target !== name);
  }
  if (cascade) dropReaders(draft, table);
}

function dropView(draft: Draft, name: string, cascade: boolean): void {
  const view = draft.views.get(name);
  if (!view) return;
  draft.views.delete(name);
  if (cascade) dropReaders(draft, view);
}

function dropReaders(draft: Draft, relation: DraftTable | DraftView): void {
  for (const view of [...draft.views.values()]) {
    if (view.written.some((each) => each.relation === relation)) dropView(draft, view.name, true);
  }
}

function dropIndex(draft: Draft, path: readonly string[]): void {
  const name = path.at(-1) ?? '';
  const schema = path.at(-2);
  for (const table of draft.tables.values()) {
    if (schema === undefined || schema === schemaOf(table.name)) withoutIndex(table, name);
  }
}

/** Under CASCADE the columns of the type go too. */
function dropType(draft: Draft, name: string, cascade: boolean): void {
  draft.domains.delete(name);
  draft.composites.delete(name);
  draft.otherTypes.delete(name);
  if (!cascade) return;
  for (const table of draft.tables.values()) {
    for (const column of table.columns) if (column.type === name) withoutColumn(table, column.name);
  }
}

function dropSchema(draft: Draft, schema: string): void {
  const inside = (names: Iterable<string>) => [...names].filter((name) => schemaOf(name) === schema);
  for (const name of inside(draft.tables.keys())) dropTable(draft, name, true);
  for (const name of inside(draft.views.keys())) dropView(draft, name, true);
  for (const name of inside(draft.functions.keys())) draft.functions.delete(name);
  for (const name of inside(draft.sequences)) draft.sequences.delete(name);
  for (const name of inside([...draft.domains.keys(), ...draft.composites.keys(), ...draft.otherTypes])) {
    dropType(draft, name, true);
  }
}
