/** RENAME and SET SCHEMA: a thing's name changes, and everything that points to it follows. */

import type { AlterObjectSchemaStmt, Node, RangeVar, RenameStmt } from 'libpg-query';
import { renamedPart } from './constraints.js';
import type { Context } from './context.js';
import { type Draft, type DraftTable, withDescendants } from './draft.js';
import { functionsNamed, moveFunctions } from './functions.js';
import { renameGuard } from './guards.js';
import { bareName, findTable, relationName, schemaOf } from './names.js';
import { namePathOf } from './nodes.js';
import { typeNameOf } from './types.js';

const relationKinds = new Set([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_SEQUENCE',
  'OBJECT_INDEX',
  'OBJECT_FOREIGN_TABLE',
]);
const functionKinds = new Set(['OBJECT_FUNCTION', 'OBJECT_PROCEDURE', 'OBJECT_ROUTINE', 'OBJECT_AGGREGATE']);
const guardKinds = new Set(['OBJECT_TRIGGER', 'OBJECT_RULE', 'OBJECT_POLICY']);

export function rename(context: Context, statement: RenameStmt): void {
  const { draft } = context;
  const kind = statement.renameType ?? 'UNDEFINED';
  const to = statement.newname ?? '';
  const from = statement.subname ?? '';
  if (relationKinds.has(kind)) renameRelation(draft, statement.relation, to);
  else if (functionKinds.has(kind)) renameFunction(draft, statement.object, to);
  else if (guardKinds.has(kind)) renameGuard(context, statement.relation, from, to);
  else if (kind === 'OBJECT_COLUMN') renameColumn(draft, statement.relation, from, to);
  else if (kind === 'OBJECT_TABCONSTRAINT') renameConstraint(draft, statement.relation, from, to);
  else if (kind === 'OBJECT_SCHEMA') renameSchema(draft, from, to);
  else if (kind === 'OBJECT_TYPE' || kind === 'OBJECT_DOMAIN') renameType(draft, statement.object, to);
}

export function setSchema(context: Context, statement: AlterObjectSchemaStmt): void {
  const { draft } = context;
  const kind = statement.objectType ?? 'UNDEFINED';
  const schema = statement.newschema ?? '';
  if (relationKinds.has(kind)) {
    const name = relationName(draft, statement.relation);
    moveRelation(draft, name, `${schema}.${bareName(name)}`);
  } else if (functionKinds.has(kind)) {
    const { name } = functionsNamed(draft, statement.object);
    moveFunctions(draft, statement.object, `${schema}.${bareName(name)}`);
  } else if (kind === 'OBJECT_TYPE' || kind === 'OBJECT_DOMAIN') {
    const name = typeNameOf(draft, namePathOf(statement.object));
    moveType(draft, name, `${schema}.${bareName(name)}`);
  }
}

/** ALTER TABLE … RENAME may name an index, a view or a sequence as well. */
function renameRelation(draft: Draft, relation: RangeVar | undefined, to: string): void {
  const name = relationName(draft, relation);
  if (draft.tables.has(name) || draft.views.has(name)) {
    moveRelation(draft, name, `${schemaOf(name)}.${to}`);
    return;
  }
  if (draft.sequences.delete(name)) {
    draft.sequences.add(`${schemaOf(name)}.${to}`);
    return;
  }
  for (const table of draft.tables.values()) {
    if (schemaOf(table.name) === schemaOf(name)) renamedPart(table, relation?.relname ?? '', to);
  }
}

function moveRelation(draft: Draft, from: string, to: string): void {
  const view = draft.views.get(from);
  if (view) {
    draft.views.delete(from);
    view.name = to;
    draft.views.set(to, view);
  }
  if (draft.sequences.delete(from)) draft.sequences.add(to);
  const table = draft.tables.get(from);
  if (table) moveTable(draft, table, to);
}

function moveTable(draft: Draft, table: DraftTable, to: string): void {
  const from = table.name;
  draft.tables.delete(from);
  table.name = to;
  draft.tables.set(to, table);
  for (const other of draft.tables.values()) {
    other.parents = other.parents.map((parent) => (parent === from ? to : parent));
    other.foreignKeys = other.foreignKeys.map((key) => (key.target === from ? { ...key, target: to } : key));
  }
}

function renameColumn(draft: Draft, relation: RangeVar | undefined, from: string, to: string): void {
  const table = findTable(draft, relation);
  if (!table) return;
  for (const member of withDescendants(draft, table, relation?.inh !== true)) {
    renameColumnOf(draft, member, (name) => (name === from ? to : name));
  }
}

function renameColumnOf(draft: Draft, table: DraftTable, named: (name: string) => string): void {
  const inColumns = <T extends { readonly columns: readonly string[] }>(part: T): T => ({
    ...part,
    columns: part.columns.map(named),
  });
  table.columns = table.columns.map((column) => ({
    ...column,
    name: named(column.name),
    ...(column.generatedFrom ? { generatedFrom: column.generatedFrom.map(named) } : {}),
  }));
  table.uniqueKeys = table.uniqueKeys.map(inColumns);
  table.foreignKeys = table.foreignKeys.map(inColumns);
  table.indexes = table.indexes.map(inColumns);
  table.partitionKey = table.partitionKey?.map(named);
  for (const other of draft.tables.values()) {
    other.foreignKeys = other.foreignKeys.map((key) =>
      key.target === table.name ? { ...key, targetColumns: key.targetColumns.map(named) } : key,
    );
  }
}

function renameConstraint(draft: Draft, relation: RangeVar | undefined, from: string, to: string): void {
  const table = findTable(draft, relation);
  if (table) renamedPart(table, from, to);
}

function renameFunction(draft: Draft, object: Node | undefined, to: string): void {
  const { name } = functionsNamed(draft, object);
  moveFunctions(draft, object, `${schemaOf(name)}.${to}`);
}

function renameType(draft: Draft, object: Node | undefined, to: string): void {
  const name = typeNameOf(draft, namePathOf(object));
  moveType(draft, name, `${schemaOf(name)}.${to}`);
}

function moveType(draft: Draft, from: string, to: string): void {
  const domain = draft.domains.get(from);
  if (domain) draft.domains.set(to, domain);
  draft.domains.delete(from);
  const composite = draft.composites.get(from);
  if (composite) draft.composites.set(to, composite);
  draft.composites.delete(from);
  if (draft.otherTypes.delete(from)) draft.otherTypes.add(to);
  for (const table of draft.tables.values()) {
    table.columns = table.columns.map((column) => (column.type === from ? { ...column, type: to } : column));
  }
  for (const [name, other] of draft.domains) {
    if (other.type.type === from) draft.domains.set(name, { type: { ...other.type, type: to } });
  }
}

function renameSchema(draft: Draft, from: string, to: string): void {
  const inside = (names: Iterable<string>) => [...names].filter((name) => schemaOf(name) === from);
  const moved = (name: string) => `${to}.${bareName(name)}`;
  for (const name of inside([...draft.tables.keys(), ...draft.views.keys()])) {
    moveRelation(draft, name, moved(name));
  }
  for (const name of inside(draft.sequences)) moveRelation(draft, name, moved(name));
  for (const name of inside([...draft.domains.keys(), ...draft.composites.keys(), ...draft.otherTypes])) {
    moveType(draft, name, moved(name));
  }
  for (const name of inside(draft.functions.keys())) {
    const all = draft.functions.get(name) ?? [];
    draft.functions.delete(name);
    draft.functions.set(
      moved(name),
      all.map((each) => ({ ...each, name: moved(name) })),
    );
  }
}
