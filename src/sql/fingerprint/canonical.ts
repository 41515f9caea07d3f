/**
 * A statement's tree → a text that is equal for statements that mean the same: names that its author chose are numbers,
 * constants are numbered as they appear, a list of constants is a list of any length.
 *
 * Everything that the tree holds goes in, key by key, unless it is known here to mean nothing: what nobody thought of makes
 * two statements different, which costs a finding, and never the same, which would hide one.
 */

import { lookupTable, lookupView } from '../../catalog/index.js';
import type { Catalog } from '../../model/index.js';
import type {
  Cte,
  DataStatement,
  Expr,
  FromItem,
  InsertStatement,
  MergeStatement,
  NamePath,
  SelectStatement,
  Statement,
  TableItem,
  WithClause,
} from '../../syntax/index.js';
import {
  aliasPositions,
  calledBy,
  type Levels,
  type NamedRelation,
  nameOfColumn,
  outputNames,
} from './names.js';

export function canonicalText(statement: Statement, catalog: Catalog): string {
  const state = { catalog, relations: 0, ctes: 0, constants: 0, parameters: new Map<number, number>() };
  return write(statement, { state, levels: [], ctes: new Map(), aliases: new Map(), windows: new Map() });
}

/** Numbers given so far. */
interface State {
  readonly catalog: Catalog;
  relations: number;
  ctes: number;
  constants: number;
  /** Numbers of the text's own parameters. */
  readonly parameters: Map<number, number>;
}

interface Scope {
  readonly state: State;
  readonly levels: Levels;
  readonly ctes: ReadonlyMap<string, { readonly number: number; readonly outputs: NamedRelation['outputs'] }>;
  /** Outputs by alias, where ORDER BY and GROUP BY may name them. */
  readonly aliases: ReadonlyMap<string, number>;
  readonly windows: ReadonlyMap<string, number>;
}

function write(value: unknown, scope: Scope): string {
  if (Array.isArray(value)) return `[${value.map((item) => write(item, scope)).join(' ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const node = value as { readonly kind?: string };
  switch (node.kind) {
    case 'select':
      return writeSelect(node as SelectStatement, scope);
    case 'insert':
      return 'table' in node ? writeInsert(node as InsertStatement, scope) : writeFields(node, scope);
    case 'update':
    case 'delete':
      return writeChange(node as Extract<DataStatement, { kind: 'update' | 'delete' }>, scope);
    case 'merge':
      return writeMerge(node as MergeStatement, scope);
    case 'utility':
      return writeFields(node, scope, { tables: (names) => tableNames(names as readonly NamePath[], scope) });
    default:
      return writeExpr(node as Expr, scope);
  }
}

type Writers = Readonly<Record<string, (value: unknown) => string>>;

const leaveOut = (): string => '';

/** All fields in order of their names; those in `special` are written their own way, and left out where that is empty. */
function writeFields(node: object, scope: Scope, special: Writers = {}): string {
  const fields = Object.entries(node)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, value]) => {
      const text = (special[name] ?? ((field) => write(field, scope)))(value);
      return text === '' ? [] : [`${name}:${text}`];
    });
  return `{${fields.join(' ')}}`;
}

// ── expressions ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** And whatever else there is: its fields. */
function writeExpr(expr: Expr, scope: Scope): string {
  switch (expr.kind) {
    case 'column':
      return nameOfColumn(scope.levels, expr.path);
    case 'star': {
      const relation = expr.qualifier.length === 0 ? undefined : calledBy(scope.levels, expr.qualifier);
      return relation === undefined ? `${expr.qualifier.join('.')}*` : `${relation.number}.*`;
    }
    case 'param':
    case 'literal':
      return constant(expr, scope.state);
    case 'operator':
      // The server counts a sign to its number.
      return isSigned(expr) ? write(expr.right, scope) : writeFields(expr, scope);
    case 'inList':
    case 'array':
      return expr.items.every(isConstant)
        ? writeFields(expr, scope, { items: () => 'constants', squashed: leaveOut })
        : writeFields(expr, scope);
    case 'call':
      return writeFields(expr, scope, {
        name: (name) => unqualified(name as NamePath),
        over: (over) => writeWindow(over as object, scope),
        orderBy: (list) => write(list, scope),
      });
    case 'cast':
      return writeFields(expr, scope, {
        type: (type) => writeFields(type as object, scope, { name: (name) => unqualified(name as NamePath) }),
      });
    default:
      return writeFields(expr, scope);
  }
}

function constant(expr: Expr, state: State): string {
  const number = expr.kind === 'param' ? state.parameters.get(expr.number) : undefined;
  if (number !== undefined) return `$${number}`;
  state.constants += 1;
  if (expr.kind === 'param') state.parameters.set(expr.number, state.constants);
  return `$${state.constants}`;
}

function isConstant(expr: Expr): boolean {
  if (expr.kind === 'cast') return isConstant(expr.arg);
  return expr.kind === 'param' || expr.kind === 'literal' || isSigned(expr);
}

function isSigned(expr: Expr): boolean {
  return (
    expr.kind === 'operator' && expr.left === undefined && /^[+-]$/.test(expr.name) && isConstant(expr.right)
  );
}

function writeWindow(over: object, scope: Scope): string {
  return writeFields(over, scope, { ref: (name) => `w${scope.windows.get(name as string) ?? '?'}` });
}

/** `public.` goes without saying. */
function unqualified(path: NamePath): string {
  return JSON.stringify(path.length > 1 && path[0] === 'public' ? path.slice(1) : path);
}

// ── relations ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** All relations of FROM items, numbered from left to right. */
function relationsOf(items: readonly FromItem[], scope: Scope): readonly NamedRelation[] {
  return items.flatMap((item) => relationsIn(item, scope));
}

function relationsIn(item: FromItem, scope: Scope): readonly NamedRelation[] {
  switch (item.kind) {
    case 'table':
      return [tableRelation(item, scope)];
    case 'derived':
      return [named(item.alias?.name ?? '', renamed(outputNames(item.query), item.alias?.columns), scope)];
    case 'function':
      return [named(item.alias?.name ?? functionName(item.calls), item.alias?.columns, scope)];
    case 'join': {
      const inside = relationsOf([item.left, item.right], scope);
      // An alias of the whole join hides those inside; it is rare, and its columns stay as written.
      return item.alias === undefined ? inside : [...inside, named(item.alias.name, undefined, scope)];
    }
  }
}

function named(alias: string, outputs: NamedRelation['outputs'], { state }: Scope): NamedRelation {
  state.relations += 1;
  const known = outputs === undefined || outputs.length === 0 ? {} : { outputs };
  return { number: state.relations, alias, ...known };
}

function tableRelation({ name, alias }: TableItem, scope: Scope): NamedRelation {
  const own = name[name.length - 1] ?? '';
  const cte = name.length === 1 ? scope.ctes.get(own) : undefined;
  if (cte !== undefined) return named(alias?.name ?? own, renamed(cte.outputs ?? [], alias?.columns), scope);
  const table = lookupTable(scope.state.catalog, name);
  return {
    ...named(alias?.name ?? own, alias?.columns, scope),
    ...(alias === undefined && name.length > 1 ? { qualified: name } : {}),
    ...(table === undefined ? {} : { table }),
  };
}

/** `AS d (x, y)` names the first columns anew. */
function renamed(
  outputs: readonly (string | undefined)[],
  columns: readonly string[] = [],
): NamedRelation['outputs'] {
  return columns.length > outputs.length && outputs.length === 0
    ? columns
    : outputs.map((output, at) => columns[at] ?? output);
}

function functionName(calls: readonly Expr[]): string {
  const [first] = calls;
  return first?.kind === 'call' ? (first.name[first.name.length - 1] ?? '') : '';
}

function tableNames(names: readonly NamePath[], scope: Scope): string {
  return `[${names.map((name) => tableName(name, scope)).join(' ')}]`;
}

function tableName(name: NamePath, { state: { catalog }, ctes }: Scope): string {
  const cte = name.length === 1 ? ctes.get(name[0] ?? '') : undefined;
  if (cte !== undefined) return `cte${cte.number}`;
  return lookupTable(catalog, name)?.name ?? lookupView(catalog, name)?.name ?? unqualified(name);
}

/** FROM items without the names that they give: those are numbers by now. */
function writeFrom(item: FromItem, scope: Scope): string {
  switch (item.kind) {
    case 'table':
      return writeFields(item, scope, {
        name: (name) => tableName(name as NamePath, scope),
        alias: leaveOut,
      });
    case 'join':
      return writeFields(item, scope, {
        left: () => writeFrom(item.left, scope),
        right: () => writeFrom(item.right, scope),
        alias: leaveOut,
      });
    case 'derived':
    case 'function':
      return writeFields(item, scope, { alias: leaveOut });
  }
}

function writeItems(items: readonly FromItem[], scope: Scope): string {
  return `[${items.map((item) => writeFrom(item, scope)).join(' ')}]`;
}

// ── statements ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** CTEs in order, each seeing those before it, and itself when it is recursive. */
function withCtes(
  clause: WithClause | undefined,
  scope: Scope,
): { readonly text: string; readonly scope: Scope } {
  if (clause === undefined) return { text: '', scope };
  const ctes = new Map(scope.ctes);
  const inside: Scope = { ...scope, ctes };
  const texts = clause.ctes.map((cte) => {
    scope.state.ctes += 1;
    const binding = { number: scope.state.ctes, outputs: renamed(outputNames(cte.statement), cte.columns) };
    if (clause.recursive) ctes.set(cte.name, binding);
    const text = writeCte(cte, inside);
    ctes.set(cte.name, binding);
    return text;
  });
  return { text: `with ${clause.recursive} [${texts.join(' ')}]`, scope: inside };
}

function writeCte(cte: Cte, scope: Scope): string {
  return writeFields(cte, scope, { name: leaveOut, columns: leaveOut });
}

function writeSelect(statement: SelectStatement, outside: Scope): string {
  const { text, scope: within } = withCtes(statement.with, outside);
  const { body } = statement;
  const aliases = aliasPositions(statement);
  const level = body.kind === 'core' ? relationsOf(body.from, within) : [];
  const windows = new Map(body.kind === 'core' ? body.windows.map(({ name }, at) => [name, at]) : []);
  const scope: Scope = { ...within, levels: [level, ...within.levels], aliases, windows };
  return writeFields(statement, scope, {
    with: () => text,
    body: () => (body.kind === 'values' ? writeRows(body.rows, scope) : writeBody(statement, scope)),
    orderBy: (list) => writeNamingList(list as readonly Expr[], scope),
    locking: (clauses) =>
      `[${(clauses as readonly object[]).map((clause) => writeFields(clause, scope, { of: (names) => calledAll(names as readonly string[], scope) })).join(' ')}]`,
  });
}

function calledAll(names: readonly string[], { levels }: Scope): string {
  return `[${names.map((name) => calledBy(levels, [name])?.number ?? name).join(' ')}]`;
}

function writeBody({ body }: SelectStatement, scope: Scope): string {
  if (body.kind !== 'core') return writeFields(body, { ...scope, levels: scope.levels.slice(1) });
  return writeFields(body, scope, {
    from: () => writeItems(body.from, scope),
    output: () => `[${body.output.map(({ expr }) => write(expr, scope)).join(' ')}]`,
    groupBy: () =>
      body.groupBy === undefined
        ? ''
        : `[${body.groupBy.sets.map((set) => writeNamingList(set, scope)).join(' ')}]`,
    windows: () => `[${body.windows.map(({ spec }) => writeWindow(spec, scope)).join(' ')}]`,
  });
}

/** ORDER BY and GROUP BY may name outputs, by alias or by number; there a number is no constant. */
function writeNamingList(list: readonly Expr[], scope: Scope): string {
  const texts = list.map((expr) => {
    const alias =
      expr.kind === 'column' && expr.path.length === 1 ? scope.aliases.get(expr.path[0] ?? '') : undefined;
    if (alias !== undefined) return `output${alias}`;
    return expr.kind === 'literal' && expr.type === 'number'
      ? `output${Number(expr.text) - 1}`
      : write(expr, scope);
  });
  return `[${texts.join(' ')}]`;
}

/** Rows of constants alone are as good as the first: how many there are changes from call to call. */
function writeRows(rows: readonly (readonly Expr[])[], scope: Scope): string {
  const [first = [], ...others] = rows;
  const further = others.filter((row) => !row.every((expr) => isConstant(expr) || isDefault(expr)));
  return `values ${write([first, ...further], scope)}`;
}

function isDefault(expr: Expr): boolean {
  return expr.kind === 'other' && expr.what === 'default';
}

function writeInsert(statement: InsertStatement, outside: Scope): string {
  const { text, scope: within } = withCtes(statement.with, outside);
  const target = tableRelation(statement.table, within);
  // A row that met a conflict is called so by the language, not by the author.
  const proposed: NamedRelation = { ...target, number: 0, alias: 'excluded' };
  const scope: Scope = { ...within, levels: [[target], [proposed], ...within.levels] };
  return writeFields(statement, scope, {
    with: () => text,
    table: () => writeFrom(statement.table, within),
    source: () => (statement.source === undefined ? '' : write(statement.source, within)),
    returning: () => writeReturning(statement, scope),
  });
}

function writeChange(
  statement: Extract<DataStatement, { kind: 'update' | 'delete' }>,
  outside: Scope,
): string {
  const { text, scope: within } = withCtes(statement.with, outside);
  const others = statement.kind === 'update' ? statement.from : statement.using;
  const level = relationsOf([statement.table, ...others], within);
  const scope: Scope = { ...within, levels: [level, ...within.levels] };
  return writeFields(statement, scope, {
    with: () => text,
    table: () => writeFrom(statement.table, scope),
    from: () => writeItems(others, scope),
    using: () => writeItems(others, scope),
    returning: () => writeReturning(statement, scope),
  });
}

function writeMerge(statement: MergeStatement, outside: Scope): string {
  const { text, scope: within } = withCtes(statement.with, outside);
  const level = relationsOf([statement.target, statement.source], within);
  const scope: Scope = { ...within, levels: [level, ...within.levels] };
  return writeFields(statement, scope, {
    with: () => text,
    target: () => writeFrom(statement.target, scope),
    source: () => writeFrom(statement.source, scope),
    returning: () => writeReturning(statement, scope),
  });
}

function writeReturning({ returning }: Exclude<DataStatement, SelectStatement>, scope: Scope): string {
  return `[${returning.map(({ expr }) => write(expr, scope)).join(' ')}]`;
}
