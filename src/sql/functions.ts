/**
 * What a called function may read. PostgreSQL's own read no application table; a function of the schema is read in when
 * its body is plain SQL; any other is code that cannot be seen, and the statement is `unknown`.
 */

import type { Catalog, SqlFunction } from '../model/index.js';
import type { CallExpr, Expr, NamePath } from '../syntax/index.js';
import {
  builtinAggregates,
  builtinFunctions,
  extensionFunctions,
  queryRunningFunctions,
  syntaxFunctions,
} from './builtin-functions.js';
import { type Context, deeper, depthLimit, topEnv, unseen } from './context.js';

export function checkCall(context: Context, call: CallExpr): void {
  const written = call.name.join('.');
  const name = call.name[call.name.length - 1] ?? '';
  const own = ownFunctions(context, call.name);
  const names = [written, name, ...own.map((one) => one.name)];
  if (names.some((one) => context.vouchedFunctions.has(one))) return;
  if (own.length > 0) for (const one of own) readFunction(context, one);
  else if (queryRunningFunctions.has(name))
    unseen(context, `it calls ${name}(), which runs a query given as text`);
  else if (!isKnown(context, call.name, name))
    unseen(context, `it calls ${written}(), whose code is not in the schema`);
}

const rowFunctionsByCatalog = new WeakMap<Catalog, ReadonlySet<string>>();

/** Names of functions that may be written as if they were columns of a row: `u.f`, `(u).f`. */
function rowFunctions(catalog: Catalog): ReadonlySet<string> {
  const known = rowFunctionsByCatalog.get(catalog);
  if (known !== undefined) return known;
  const taking = [...catalog.functions.values()].flat().filter((one) => one.takesRow === true);
  const names = new Set(taking.map(({ name }) => name.split('.').at(-1) ?? ''));
  rowFunctionsByCatalog.set(catalog, names);
  return names;
}

/** A column comes first, but which columns a row has is not always known. */
export function checkAttribute(context: Context, expr: Expr): void {
  const names = rowFunctions(context.catalog);
  if (names.size === 0) return;
  if (expr.kind === 'column' && expr.path.length > 1) {
    const name = expr.path[expr.path.length - 1] ?? '';
    if (names.has(name)) checkCall(context, plainCall([name]));
  }
  // Which field is asked for is not in the tree.
  if (expr.kind === 'other' && expr.what === 'field')
    for (const name of names) checkCall(context, plainCall([name]));
}

/** A call of that name, from code that the statement does not show. */
export function plainCall(name: NamePath): CallExpr {
  return { kind: 'call', name, args: [], star: false, distinct: false, orderBy: [] };
}

function isKnown(context: Context, written: NamePath, name: string): boolean {
  const isBuiltin = builtinFunctions.has(name) || builtinAggregates.has(name) || syntaxFunctions.has(name);
  return (
    (isBuiltin && written.length === 1) || extensionFunctions.has(name) || isLeftOutOfDumps(context, name)
  );
}

/** Functions of monitoring extensions and of PostGIS: a dump does not show them, so a schema that lacks them proves it. */
function isLeftOutOfDumps(context: Context, name: string): boolean {
  return context.catalog.origin === 'schema' && (name.startsWith('pg_') || name.startsWith('st_'));
}

/** Overloads of the name that the schema defines, first schema of the search path first. */
function ownFunctions(context: Context, name: readonly string[]): readonly SqlFunction[] {
  const { functions, searchPath } = context.catalog;
  if (name.length > 1) return functions.get(name.slice(-2).join('.')) ?? [];
  for (const schema of searchPath) {
    const found = functions.get(`${schema}.${name[0]}`);
    if (found !== undefined) return found;
  }
  return [];
}

/** Every overload is read: which one is meant depends on types that may not be known. */
function readFunction(context: Context, own: SqlFunction): void {
  const via = `function ${own.name}`;
  if (own.language !== 'sql' || own.body === undefined) {
    unseen(context, `it calls ${own.name}(), whose ${own.language} code is not read`);
    return;
  }
  const statement = context.depth < depthLimit ? context.readSql(own.body) : undefined;
  if (statement?.kind !== 'select') {
    unseen(context, `it calls ${own.name}(), whose body is not a single query that could be read`);
    return;
  }
  // Its arguments stay open: nothing that the caller knows is known inside.
  context.resolveSelect(inBodyOf(own, deeper(context, via)), withoutParameters(statement), topEnv);
}

const catalogsByPath = new WeakMap<Catalog, Map<string, Catalog>>();

/** A body's names are looked up on the path that its function sets; its owner's rights may pass by every policy. */
export function inBodyOf(own: SqlFunction | undefined, context: Context): Context {
  const rights = own?.securityDefiner === true ? { ...context, assumeRls: false } : context;
  return own?.searchPath === undefined
    ? rights
    : { ...rights, catalog: onPath(context.catalog, own.searchPath) };
}

function onPath(catalog: Catalog, searchPath: readonly string[]): Catalog {
  const known = catalogsByPath.get(catalog) ?? new Map<string, Catalog>();
  catalogsByPath.set(catalog, known);
  const name = JSON.stringify(searchPath);
  const found = known.get(name) ?? { ...catalog, searchPath };
  known.set(name, found);
  return found;
}

/** `$1` inside a body is the function's argument, not the statement's parameter: it must not pin anything. */
function withoutParameters<T>(tree: T): T {
  if (Array.isArray(tree)) return tree.map(withoutParameters) as T;
  if (typeof tree !== 'object' || tree === null) return tree;
  if ('kind' in tree && tree.kind === 'param') return { kind: 'other', what: 'argument', args: [] } as T;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, withoutParameters(value)])) as T;
}
