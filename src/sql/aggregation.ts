/** Grouping, aggregates and windows of a SELECT, as far as they decide what may be split over shards. */

import { lookupTable } from '../catalog/index.js';
import type { Block, NodeId, RowsTogether } from '../model/index.js';
import {
  type CallExpr,
  type ColumnExpr,
  type DataStatement,
  type Expr,
  exprChildren,
  type FromItem,
  innerStatements,
  type NamePath,
  type SelectCore,
  type SelectStatement,
  selectsInside,
  statementExprs,
} from '../syntax/index.js';
import { builtinAggregates } from './builtin-functions.js';
import type { Context, Env } from './context.js';
import { columnTerm } from './expressions.js';
import { rowsTogether } from './rows-together.js';
import { emptyLevel, type Level, type NamedColumn, resolveColumn } from './scope.js';

export interface Aggregation {
  readonly grouped: boolean;
  /** Undefined without GROUP BY. */
  readonly sets?: readonly RowsTogether[];
  /** GROUP BY () or a ROLLUP, CUBE, GROUPING SETS with an empty set. */
  readonly emptySet: boolean;
  readonly aggregates: Block['aggregates'];
}

export function aggregation(
  context: Context,
  statement: SelectStatement,
  core: SelectCore,
  here: Env,
  outputs: () => readonly NamedColumn[],
): Aggregation {
  const level = here.scope[0] ?? emptyLevel;
  const computed = computedOutputs(core, statement);
  const windows = core.windows.flatMap(({ spec }) => [...spec.partitionBy, ...spec.orderBy]);
  const having = core.having === undefined ? [] : [core.having];
  const calls = [...computed, ...core.distinctOn, ...windows, ...having].flatMap((expr) =>
    aggregateCalls(context, expr, level),
  );
  const sets = core.groupBy?.sets.map((set) =>
    rowsTogether(
      context.builder,
      context.catalog,
      set.flatMap((expr) => groupingNode(context, core, expr, here, outputs())),
    ),
  );
  const found = {
    grouped: core.groupBy !== undefined || calls.length > 0 || core.having !== undefined,
    emptySet: core.groupBy?.sets.some((set) => set.length === 0) ?? false,
    aggregates: aggregateKind(context, core, calls, level, sets?.length ?? 0),
  };
  return sets === undefined ? found : { ...found, sets };
}

/** What is listed and ordered by, but for plain columns, which most of it is: they hold no call. */
function computedOutputs({ output }: SelectCore, { orderBy }: SelectStatement): readonly Expr[] {
  const computed: Expr[] = [];
  for (const { expr } of output) if (expr.kind !== 'column') computed.push(expr);
  for (const expr of orderBy) if (expr.kind !== 'column') computed.push(expr);
  return computed;
}

/** GROUP BY's element: an input column first, then an output's alias or position. */
function groupingNode(
  context: Context,
  core: SelectCore,
  expr: Expr,
  here: Env,
  outputs: readonly NamedColumn[],
): readonly NodeId[] {
  const node = columnTerm(context.builder, expr, here.scope) ?? outputMeant(core, expr, here, outputs);
  return node === undefined ? [] : [node];
}

function outputMeant(
  core: SelectCore,
  expr: Expr,
  here: Env,
  outputs: readonly NamedColumn[],
): NodeId | undefined {
  // A `*` shifts positions, and then only names are certain.
  const plain = core.output.every((item) => item.expr.kind !== 'star');
  if (expr.kind === 'literal' && expr.type === 'number' && plain)
    return outputs[Number(expr.text) - 1]?.column().node;
  const name = expr.kind === 'column' && expr.path.length === 1 ? expr.path[0] : undefined;
  if (name === undefined || resolveColumn(here.scope, [name]).node !== undefined) return undefined;
  return outputs.find((output) => output.name === name)?.column().node;
}

/** DISTINCT ON looks at the outputs first, as ORDER BY does: by position, by name, and only then at input columns. */
export function distinctOnRows(
  context: Context,
  core: SelectCore,
  here: Env,
  outputs: readonly NamedColumn[],
): RowsTogether {
  const columns = core.distinctOn.map((expr) => distinctOnNode(context, core, expr, here, outputs));
  return rowsTogether(
    context.builder,
    context.catalog,
    columns.filter((node) => node !== undefined),
  );
}

function distinctOnNode(
  context: Context,
  core: SelectCore,
  expr: Expr,
  here: Env,
  outputs: readonly NamedColumn[],
): NodeId | undefined {
  if (expr.kind === 'literal') return outputMeant(core, expr, here, outputs);
  const name = expr.kind === 'column' && expr.path.length === 1 ? expr.path[0] : undefined;
  if (name === undefined) return columnTerm(context.builder, expr, here.scope);
  const named = outputs.find((output) => output.name === name);
  if (named !== undefined) return named.column().node;
  // An output whose name only PostgreSQL knows may be the one.
  const isInput = outputs.every((output) => output.name !== undefined);
  return isInput ? columnTerm(context.builder, expr, here.scope) : undefined;
}

// ── aggregates ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Aggregates whose partial results add up to the whole (avg as sum and count). */
const mergeable = new Set([
  'count',
  'sum',
  'min',
  'max',
  'avg',
  'bool_and',
  'bool_or',
  'every',
  'bit_and',
  'bit_or',
]);
const mergeableDistinct = new Set(['min', 'max', 'bool_and', 'bool_or', 'every']);

function aggregateKind(
  context: Context,
  core: SelectCore,
  calls: readonly CallExpr[],
  level: Level,
  sets: number,
): Block['aggregates'] {
  if (calls.length === 0) return 'none';
  // Only an aggregate that is a whole output column can be merged from the shards' columns.
  const whole = new Set<Expr>(core.output.map(({ expr }) => withoutCast(expr)));
  const merges = calls.every((call) => {
    const name = call.name[0] ?? '';
    const splits =
      call.name.length === 1 && mergeable.has(name) && (!call.distinct || mergeableDistinct.has(name));
    return splits && (whole.has(call) || !isInside(context, core, call, level));
  });
  return merges && sets <= 1 ? 'mergeable' : 'other';
}

function withoutCast(expr: Expr): Expr {
  return expr.kind === 'cast' ? withoutCast(expr.arg) : expr;
}

/** Inside an output expression (ORDER BY's aggregates are outputs as well, or only order). */
function isInside(context: Context, core: SelectCore, call: CallExpr, level: Level): boolean {
  return core.output.some(({ expr }) => aggregateCalls(context, expr, level).includes(call));
}

const noCalls: readonly CallExpr[] = [];

/** Aggregate calls of this query level, those inside subqueries included that belong to it; no windows. */
function aggregateCalls(context: Context, expr: Expr, level: Level): readonly CallExpr[] {
  const own = callsHere(context, expr);
  const queries = selectsInside(expr);
  return queries.length === 0
    ? own
    : [...own, ...queries.flatMap((query) => outerCalls(context, query, level))];
}

/** Those that the expression holds itself. */
function callsHere(context: Context, expr: Expr): readonly CallExpr[] {
  if (expr.kind === 'call' && expr.over === undefined && isAggregate(context, expr)) return [expr];
  const children = exprChildren(expr);
  return children.length === 0 ? noCalls : children.flatMap((child) => callsHere(context, child));
}

/**
 * `SELECT (SELECT max(o.total)) FROM orders o`: an aggregate inside a subquery, wherever in it, belongs to the level that its
 * columns come from. Where none of them is of the subquery's own FROM, that is further out.
 */
function outerCalls(context: Context, query: DataStatement, level: Level): readonly CallExpr[] {
  const calls = [
    ...statementExprs(query).flatMap((expr) => callsHere(context, expr)),
    ...innerStatements(query).flatMap((inner) => outerCalls(context, inner, level)),
  ];
  if (calls.length === 0) return noCalls;
  const from = query.kind === 'select' && query.body.kind === 'core' ? query.body.from.flatMap(leavesOf) : [];
  return calls.filter((call) => {
    const columns = exprChildren(call).flatMap(columnsIn);
    return columns.length > 0 && !columns.some(({ path }) => isOf(context, from, path, level));
  });
}

function columnsIn(expr: Expr): readonly ColumnExpr[] {
  if (expr.kind === 'column') return [expr];
  return exprChildren(expr).flatMap(columnsIn);
}

type LeafItem = Exclude<FromItem, { kind: 'join' }>;

function leavesOf(item: FromItem): readonly LeafItem[] {
  return item.kind === 'join' ? [...leavesOf(item.left), ...leavesOf(item.right)] : [item];
}

/** Is it a column of one of these? A bare name that they may have and the level around certainly has is left to that one. */
function isOf(context: Context, items: readonly LeafItem[], path: NamePath, level: Level): boolean {
  const name = path[path.length - 1] ?? '';
  if (path.length > 1) return items.some((item) => nameOf(item) === path[path.length - 2]);
  const known = items.map((item) => columnNames(context, item));
  if (known.some((names) => names?.includes(name))) return true;
  return known.includes(undefined) && !hasColumn(level, name);
}

function hasColumn({ merged, relations }: Level, name: string): boolean {
  return merged.has(name) || relations.some((relation) => relation.lookup(name).found === 'yes');
}

function nameOf(item: LeafItem): string {
  if (item.alias !== undefined) return item.alias.name;
  return item.kind === 'table' ? (item.name[item.name.length - 1] ?? '') : '';
}

/** Undefined where they are not all to be seen. */
function columnNames(context: Context, item: LeafItem): readonly string[] | undefined {
  const table = item.kind === 'table' ? lookupTable(context.catalog, item.name) : undefined;
  if (table?.columnsComplete !== true) return undefined;
  return table.columns.map(({ name }, index) => item.alias?.columns[index] ?? name);
}

function isAggregate(context: Context, call: CallExpr): boolean {
  const name = call.name[call.name.length - 1] ?? '';
  if (call.star || call.filter !== undefined || call.distinct) return true;
  if (call.name.length === 1 && builtinAggregates.has(name)) return true;
  const qualified =
    call.name.length > 1
      ? [call.name.join('.')]
      : context.catalog.searchPath.map((schema) => `${schema}.${name}`);
  return qualified.some(
    (full) => context.catalog.functions.get(full)?.some((one) => one.kind === 'aggregate') ?? false,
  );
}

// ── windows ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** PARTITION BY columns of every window that is used. */
export function windowsOf(
  context: Context,
  statement: SelectStatement,
  core: SelectCore,
  here: Env,
): readonly RowsTogether[] {
  const calls = [...computedOutputs(core, statement), ...core.distinctOn].flatMap(windowCalls);
  return calls.map((call) => columnsTogether(context, partitionOf(core, call), here));
}

/** Rows that agree in these expressions, as far as they are plain columns. */
function columnsTogether(context: Context, exprs: readonly Expr[], here: Env): RowsTogether {
  const columns = exprs
    .map((expr) => columnTerm(context.builder, expr, here.scope))
    .filter((node) => node !== undefined);
  return rowsTogether(context.builder, context.catalog, columns);
}

function windowCalls(expr: Expr): readonly CallExpr[] {
  const children = expr.kind === 'subquery' ? [] : exprChildren(expr);
  if (children.length === 0 && expr.kind !== 'call') return noCalls;
  const inside = children.flatMap(windowCalls);
  return expr.kind === 'call' && expr.over !== undefined ? [expr, ...inside] : inside;
}

function partitionOf(core: SelectCore, call: CallExpr): readonly Expr[] {
  const spec = call.over;
  if (spec === undefined) return [];
  if (spec.partitionBy.length > 0 || spec.ref === undefined) return spec.partitionBy;
  return windowNamed(core, spec.ref, 0);
}

/** A named window may build on another one; PostgreSQL allows no circle, a limit costs nothing. */
function windowNamed(core: SelectCore, name: string, depth: number): readonly Expr[] {
  const spec = core.windows.find((window) => window.name === name)?.spec;
  if (spec === undefined || depth > 20) return [];
  if (spec.partitionBy.length > 0 || spec.ref === undefined) return spec.partitionBy;
  return windowNamed(core, spec.ref, depth + 1);
}
