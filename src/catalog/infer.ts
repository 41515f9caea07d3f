/**
 * Statements → what can be told of the schema without one: the tables they name, and the columns that surely belong to them
 * (written with the table's alias, or in a query that has no other table; listed by INSERT, set by UPDATE).
 *
 * Types, keys and foreign keys stay unknown, and there may be more columns: `origin` and `columnsComplete` say so.
 */

import type { Catalog, Table, TableName } from '../model/index.js';
import {
  type DataStatement,
  type Expr,
  type FromItem,
  innerStatements,
  type NamePath,
  type OutputItem,
  type Statement,
  statementExprs,
  type TableItem,
  walkExpr,
} from '../syntax/index.js';
import { emptyCatalog, unknownTable } from './lookup.js';
import { isSystemName } from './system-relations.js';

type Found = Map<TableName, Set<string>>;
type Names = ReadonlySet<string>;

/** What the names in one query level can mean. */
interface Scope {
  readonly ctes: Names;
  /** Alias → table, of this level and those around it; undefined for a derived table, a CTE, a function. */
  readonly aliases: ReadonlyMap<string, TableName | undefined>;
  /** The only relation in sight: unqualified columns are its own. */
  readonly sole: TableName | undefined;
}

const outside: Scope = { ctes: new Set(), aliases: new Map(), sole: undefined };

/** Takes them one at a time and keeps none. */
export function inferCatalog(statements: Iterable<Statement>): Catalog {
  const found: Found = new Map();
  for (const statement of statements) readStatement(found, statement);
  const tables = [...found.keys()].sort().map((name) => inferredTable(name, found.get(name) ?? new Set()));
  return { ...emptyCatalog(), tables: new Map(tables.map((table) => [table.name, table])) };
}

function inferredTable(name: TableName, columns: ReadonlySet<string>): Table {
  return {
    ...unknownTable(name),
    columns: [...columns]
      .sort()
      .map((column) => ({ name: column, modified: false, array: false, nullable: true })),
  };
}

/** Utility statements that make or drop their tables tell nothing of the schema as it is used. */
const makesOrDrops = /^(create|drop|select into)\b/;

function readStatement(found: Found, statement: Statement): void {
  if (statement.kind !== 'utility') {
    readData(found, statement, outside);
    return;
  }
  if (statement.inner) readData(found, statement.inner, outside);
  if (!makesOrDrops.test(statement.command)) {
    for (const path of statement.tables) tableAt(found, path, outside.ctes);
  }
  if (statement.copyFrom) {
    const table = tableAt(found, statement.copyFrom.table, outside.ctes);
    addColumns(found, table, statement.copyFrom.columns);
  }
}

// ── scopes ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function readData(found: Found, statement: DataStatement, around: Scope): void {
  const ctes = withCtes(found, statement, around);
  const target = targetOf(statement);
  const relations = [
    ...(target ? tableEntry(found, target, new Set()) : []),
    ...fromItems(statement).flatMap((item) => entriesOf(found, item, ctes)),
  ];
  const scope: Scope = {
    ctes,
    aliases: new Map([...around.aliases, ...relations]),
    sole: soleTable(around, relations),
  };
  readTargetColumns(found, statement, target);
  readExpressions(found, statement, scope);
  const inCtes = new Set<DataStatement>(statement.with?.ctes.map((cte) => cte.statement) ?? []);
  const apart = standingApart(statement);
  for (const inner of innerStatements(statement)) {
    if (!inCtes.has(inner)) readData(found, inner, apart.has(inner) ? { ...around, ctes } : scope);
  }
}

/** The queries that do not see this level's own relations: an INSERT's source, derived tables without LATERAL. */
function standingApart(statement: DataStatement): ReadonlySet<DataStatement> {
  const source = statement.kind === 'insert' && statement.source ? [statement.source] : [];
  return new Set<DataStatement>([...source, ...fromItems(statement).flatMap(plainDerived)]);
}

function plainDerived(item: FromItem): readonly DataStatement[] {
  switch (item.kind) {
    case 'table':
    case 'function':
      return [];
    case 'derived':
      return item.lateral ? [] : [item.query];
    case 'join':
      return [...plainDerived(item.left), ...plainDerived(item.right)];
  }
}

/** Reads the CTEs, each seeing those before it (all of them under RECURSIVE), and gives the names that hide tables below. */
function withCtes(found: Found, statement: DataStatement, around: Scope): Names {
  const clause = statement.with;
  if (!clause) return around.ctes;
  const all = new Set([...around.ctes, ...clause.ctes.map(({ name }) => name)]);
  let seen: Names = clause.recursive ? all : around.ctes;
  for (const cte of clause.ctes) {
    readData(found, cte.statement, { ...outside, ctes: seen });
    seen = new Set([...seen, cte.name]);
  }
  return all;
}

function targetOf(statement: DataStatement): TableItem | undefined {
  if (statement.kind === 'select') return undefined;
  return statement.kind === 'merge' ? statement.target : statement.table;
}

function fromItems(statement: DataStatement): readonly FromItem[] {
  switch (statement.kind) {
    case 'select':
      return statement.body.kind === 'core' ? statement.body.from : [];
    case 'update':
      return statement.from;
    case 'delete':
      return statement.using;
    case 'merge':
      return [statement.source];
    case 'insert':
      return [];
  }
}

type Entry = readonly [alias: string, table: TableName | undefined];

function entriesOf(found: Found, item: FromItem, ctes: Names): readonly Entry[] {
  switch (item.kind) {
    case 'table':
      return tableEntry(found, item, ctes);
    case 'join': {
      const inside = [...entriesOf(found, item.left, ctes), ...entriesOf(found, item.right, ctes)];
      return item.alias ? [...inside, [item.alias.name, undefined]] : inside;
    }
    case 'derived':
    case 'function':
      return [[item.alias?.name ?? '', undefined]];
  }
}

function tableEntry(found: Found, item: TableItem, ctes: Names): readonly Entry[] {
  const table = tableAt(found, item.name, ctes);
  // Column aliases hide the table's own names.
  const known = item.alias && item.alias.columns.length > 0 ? undefined : table;
  return [[item.alias?.name ?? item.name.at(-1) ?? '', known]];
}

function soleTable(around: Scope, relations: readonly Entry[]): TableName | undefined {
  if (relations.length === 0) return around.sole;
  return around.aliases.size === 0 && relations.length === 1 ? relations[0]?.[1] : undefined;
}

/** Notes the table, unless the name is a CTE's or PostgreSQL's own. */
function tableAt(found: Found, path: NamePath, ctes: Names): TableName | undefined {
  const name = path.at(-1) ?? '';
  if (path.length === 1 && ctes.has(name)) return undefined;
  if (isSystemName(path)) return undefined;
  const full = `${path.at(-2) ?? 'public'}.${name}`;
  if (!found.has(full)) found.set(full, new Set());
  return full;
}

// ── columns ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function addColumns(found: Found, table: TableName | undefined, names: readonly string[]): void {
  const columns = table === undefined ? undefined : found.get(table);
  for (const name of names) if (!systemColumns.has(name)) columns?.add(name);
}

const systemColumns = new Set(['ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid']);

function readTargetColumns(found: Found, statement: DataStatement, target: TableItem | undefined): void {
  if (!target || statement.kind === 'select' || statement.kind === 'delete') return;
  const table = tableAt(found, target.name, new Set());
  addColumns(found, table, writtenColumns(statement));
}

function writtenColumns(statement: Exclude<DataStatement, { kind: 'select' | 'delete' }>): readonly string[] {
  switch (statement.kind) {
    case 'insert':
      return [
        ...(statement.columns ?? []),
        ...(statement.onConflict?.assignments ?? []).map(({ column }) => column),
        ...(statement.onConflict?.targetColumns ?? []).flatMap(plainColumn),
      ];
    case 'update':
      return statement.assignments.map(({ column }) => column);
    case 'merge':
      return statement.actions.flatMap((action) => [
        ...(action.columns ?? []),
        ...action.assignments.map(({ column }) => column),
      ]);
  }
}

function plainColumn(expr: Expr): readonly string[] {
  return expr.kind === 'column' && expr.path.length === 1 ? expr.path : [];
}

function readExpressions(found: Found, statement: DataStatement, scope: Scope): void {
  const named = outputNames(statement);
  for (const expr of statementExprs(statement)) {
    walkExpr(expr, (part) => {
      if (part.kind === 'column') readColumn(found, statement, scope, part.path, named);
    });
  }
}

/** ORDER BY and GROUP BY may name an output of the select list instead of a column. */
function outputNames(statement: DataStatement): Names {
  const output: readonly OutputItem[] =
    statement.kind === 'select' && statement.body.kind === 'core' ? statement.body.output : [];
  return new Set(output.flatMap(({ alias }) => (alias === undefined ? [] : [alias])));
}

function readColumn(
  found: Found,
  statement: DataStatement,
  scope: Scope,
  path: NamePath,
  outputs: Names,
): void {
  const name = path.at(-1) ?? '';
  if (path.length === 1) {
    const isOther = outputs.has(name) || scope.aliases.has(name);
    if (!isOther) addColumns(found, scope.sole, [name]);
  } else if (path.length === 2) {
    addColumns(found, qualifiedTable(statement, scope, path[0] ?? ''), [name]);
  } else {
    const full = `${path.at(-3)}.${path.at(-2)}`;
    addColumns(found, found.has(full) ? full : undefined, [name]);
  }
}

/** In ON CONFLICT, `excluded` is the row that was to be inserted. */
function qualifiedTable(statement: DataStatement, scope: Scope, alias: string): TableName | undefined {
  const target = statement.kind === 'insert' ? statement.table : undefined;
  if (alias !== 'excluded' || !target) return scope.aliases.get(alias);
  return [...scope.aliases.values()].find((table) => table?.endsWith(`.${target.name.at(-1)}`));
}
