/** Keys: primary keys, unique and exclusion constraints, foreign keys, as parts of a column, a table or ALTER TABLE; and CREATE INDEX. */

import type { Constraint, IndexElem, IndexStmt, Node } from 'libpg-query';
import type { ForeignKey, UniqueKey } from '../../model/index.js';
import type { Context } from './context.js';
import type { DraftTable } from './draft.js';
import { chosenName, findTable, relationName } from './names.js';
import { columnsRead, functionsCalled, itemsOf, namePathOf } from './nodes.js';
import { collationName } from './types.js';

/** Adds what a constraint says to the table. `column` is set for a constraint written inside a column. */
export function addConstraint(
  context: Context,
  table: DraftTable,
  constraint: Constraint,
  column?: string,
): void {
  switch (constraint.contype) {
    case 'CONSTR_PRIMARY':
    case 'CONSTR_UNIQUE':
      addUniqueKey(table, constraint, column);
      return;
    case 'CONSTR_EXCLUSION':
      addExclusion(table, constraint);
      return;
    case 'CONSTR_FOREIGN':
      addForeignKey(context, table, constraint, column);
      return;
    case 'CONSTR_CHECK':
      addCheck(table, constraint, column);
      return;
    case 'CONSTR_NOTNULL':
      markNotNull(table, namePathOf(constraint.keys));
      return;
    default:
      return;
  }
}

/** What a check says is the application's business; that it calls functions is not. */
function addCheck(table: DraftTable, constraint: Constraint, column: string | undefined): void {
  const read = column === undefined ? columnsRead(constraint.raw_expr) : [column];
  const name = constraint.conname ?? chosenName(table, read.length === 1 ? read : [], 'check');
  table.checks = [...table.checks, { name, calls: functionsCalled(constraint.raw_expr) }];
}

export function markNotNull(table: DraftTable, names: readonly string[]): void {
  table.columns = table.columns.map((column) =>
    names.includes(column.name) ? { ...column, nullable: false } : column,
  );
}

function addUniqueKey(table: DraftTable, constraint: Constraint, column: string | undefined): void {
  const primary = constraint.contype === 'CONSTR_PRIMARY';
  const key = constraint.indexname
    ? takenOver(table, constraint.indexname, constraint.conname, primary)
    : writtenKey(table, constraint, column, primary);
  if (!key) return;
  // A column may say UNIQUE PRIMARY KEY; PostgreSQL keeps one index then.
  const others = table.uniqueKeys.filter(({ name }) => name !== key.name && name !== constraint.indexname);
  table.uniqueKeys = [...others, key];
  if (primary) markNotNull(table, key.columns);
}

function writtenKey(
  table: DraftTable,
  constraint: Constraint,
  column: string | undefined,
  primary: boolean,
): UniqueKey {
  const columns = column === undefined ? namePathOf(constraint.keys) : [column];
  const name = constraint.conname ?? chosenName(table, primary ? [] : columns, primary ? 'pkey' : 'key');
  return {
    name,
    columns,
    primary,
    expressions: false,
    partial: false,
    constraint: true,
    exclusion: false,
  };
}

/** ADD CONSTRAINT … USING INDEX: the index becomes the constraint and takes its name. */
function takenOver(
  table: DraftTable,
  index: string,
  name: string | undefined,
  primary: boolean,
): UniqueKey | undefined {
  const found = table.uniqueKeys.find((key) => key.name === index);
  return found && { ...found, name: name ?? index, primary, constraint: true };
}

function addExclusion(table: DraftTable, constraint: Constraint): void {
  const elements = (constraint.exclusions ?? [])
    .map((pair) => itemsOf(pair)[0])
    .flatMap((node) => (node && 'IndexElem' in node ? [node.IndexElem] : []));
  const columns = plainColumns(elements);
  table.uniqueKeys = [
    ...table.uniqueKeys,
    {
      name: constraint.conname ?? chosenName(table, indexNameParts(elements), 'excl'),
      columns,
      primary: false,
      expressions: columns.length < elements.length,
      partial: constraint.where_clause !== undefined,
      constraint: true,
      exclusion: true,
    },
  ];
}

const actions: Readonly<Record<string, ForeignKey['onDelete']>> = {
  a: 'no action',
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
};

function addForeignKey(
  context: Context,
  table: DraftTable,
  constraint: Constraint,
  column: string | undefined,
): void {
  // NOT ENFORCED proves nothing about the rows, so it is no foreign key to anybody who reasons with it.
  if (constraint.is_enforced !== true) return;
  const columns = column === undefined ? namePathOf(constraint.fk_attrs) : [column];
  table.foreignKeys = [
    ...table.foreignKeys,
    {
      name: constraint.conname ?? chosenName(table, columns, 'fkey'),
      columns,
      target: relationName(context.draft, constraint.pktable),
      targetColumns: namePathOf(constraint.pk_attrs),
      onDelete: actions[constraint.fk_del_action ?? 'a'] ?? 'no action',
      onUpdate: actions[constraint.fk_upd_action ?? 'a'] ?? 'no action',
      ...(constraint.fk_matchtype === 'f' ? { matchFull: true as const } : {}),
      ...(constraint.deferrable === true
        ? { deferrable: constraint.initdeferred === true ? ('deferred' as const) : ('immediate' as const) }
        : {}),
    },
  ];
}

export function createIndex(context: Context, statement: IndexStmt): void {
  const table = findTable(context.draft, statement.relation);
  if (!table) return;
  const elements = (statement.indexParams ?? []).flatMap((node) =>
    'IndexElem' in node ? [node.IndexElem] : [],
  );
  const collated = collatedColumns(context, elements);
  const columns = plainColumns(elements).filter((column) => !collated.includes(column));
  const name = statement.idxname || chosenName(table, indexNameParts(elements), 'idx');
  if (statement.if_not_exists && hasIndex(table, name)) return;
  if (!statement.unique) {
    table.indexes = [...table.indexes, { name, columns }];
    return;
  }
  table.uniqueKeys = [
    ...table.uniqueKeys,
    {
      name,
      columns,
      primary: false,
      expressions: columns.length < elements.length,
      partial: statement.whereClause !== undefined,
      constraint: false,
      exclusion: false,
      ...(collated.length > 0 ? { collated } : {}),
    },
  ];
}

/** Under a collation that the schema makes, different values may be equal. */
function collatedColumns({ draft }: Context, elements: readonly IndexElem[]): readonly string[] {
  return elements.flatMap(({ name, collation }) =>
    name && collation && !collationName(draft, collation).startsWith('pg_catalog.') ? [name] : [],
  );
}

function hasIndex(table: DraftTable, name: string): boolean {
  return [...table.indexes, ...table.uniqueKeys].some((index) => index.name === name);
}

function plainColumns(elements: readonly IndexElem[]): readonly string[] {
  return elements.flatMap(({ name }) => (name ? [name] : []));
}

function indexNameParts(elements: readonly IndexElem[]): readonly string[] {
  return elements.map(({ name, expr }) => name || functionName(expr) || 'expr');
}

function functionName(expression: Node | undefined): string | undefined {
  return expression && 'FuncCall' in expression ? namePathOf(expression.FuncCall.funcname).at(-1) : undefined;
}

/** What must go when columns are dropped: every key, index and foreign key that has one of them. */
export function withoutColumn(table: DraftTable, column: string): void {
  const lacks = (part: { readonly columns: readonly string[] }) => !part.columns.includes(column);
  table.columns = table.columns.filter(({ name }) => name !== column);
  table.uniqueKeys = table.uniqueKeys.filter(lacks);
  table.foreignKeys = table.foreignKeys.filter(lacks);
  table.indexes = table.indexes.filter(lacks);
}

/** A foreign key and an index may have one name: each of the two is dropped in its own way. */
export function withoutConstraint(table: DraftTable, dropped: string): void {
  table.uniqueKeys = table.uniqueKeys.filter(({ name, constraint }) => name !== dropped || !constraint);
  table.foreignKeys = table.foreignKeys.filter(({ name }) => name !== dropped);
  table.checks = table.checks.filter(({ name }) => name !== dropped);
}

export function withoutIndex(table: DraftTable, dropped: string): void {
  table.uniqueKeys = table.uniqueKeys.filter(({ name, constraint }) => name !== dropped || constraint);
  table.indexes = table.indexes.filter(({ name }) => name !== dropped);
}

export function renamedPart(table: DraftTable, from: string, to: string): void {
  const rename = <T extends { readonly name: string }>(part: T): T =>
    part.name === from ? { ...part, name: to } : part;
  table.uniqueKeys = table.uniqueKeys.map(rename);
  table.foreignKeys = table.foreignKeys.map(rename);
  table.checks = table.checks.map(rename);
  table.indexes = table.indexes.map(rename);
}
