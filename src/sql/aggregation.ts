/** Grouping, aggregates and windows of a SELECT, as far as they decide what may be split over shards. */

import type { Block, NodeId, RowsTogether } from '../model/index.js';
import {
  type CallExpr,
  type ColumnExpr,
  type Expr,
  exprChildren,
  type FromItem,
  type SelectCore,
  type SelectStatement,
} from '../syntax/index.js';
import { builtinAggregates } from './builtin-functions.js';
import type { Context, Env } from './context.js';
import { columnTerm } from './expressions.js';
import { rowsTogether } from './rows-together.js';
import { type NamedColumn, resolveColumn } from './scope.js';

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
  const computed = computedOutputs(core, statement);
  const calls = (core.having === undefined ? computed : [...computed, core.having]).flatMap((expr) =>
    aggregateCalls(context, expr),
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
    aggregates: aggregateKind(context, core, calls, sets?.length ?? 0),
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
  sets: number,
): Block['aggregates'] {
  if (calls.length === 0) return 'none';
  // Only an aggregate that is a whole output column can be merged from the shards' columns.
  const whole = new Set<Expr>(core.output.map(({ expr }) => withoutCast(expr)));
  const merges = calls.every((call) => {
    const name = call.name[0] ?? '';
    const splits =
      call.name.length === 1 && mergeable.has(name) && (!call.distinct || mergeableDistinct.has(name));
    return splits && (whole.has(call) || !isInside(context, core, call));
  });
  return merges && sets <= 1 ? 'mergeable' : 'other';
}

function withoutCast(expr: Expr): Expr {
  return expr.kind === 'cast' ? withoutCast(expr.arg) : expr;
}

/** Inside an output expression (ORDER BY's aggregates are outputs as well, or only order). */
function isInside(context: Context, core: SelectCore, call: CallExpr): boolean {
  return core.output.some(({ expr }) => aggregateCalls(context, expr).includes(call));
}

const noCalls: readonly CallExpr[] = [];

/** Aggregate calls of this query level: not those of subqueries, and not windows. */
function aggregateCalls(context: Context, expr: Expr): readonly CallExpr[] {
  if (expr.kind === 'subquery') return outerAggregates(context, expr.query);
  if (expr.kind === 'call' && expr.over === undefined && isAggregate(context, expr)) return [expr];
  const children = exprChildren(expr);
  return children.length === 0 ? noCalls : children.flatMap((child) => aggregateCalls(context, child));
}

/**
 * `SELECT (SELECT max(o.total)) FROM orders o`: an aggregate inside a subquery belongs to the level that its arguments'
 * columns come from. Where the subquery has no FROM, or its arguments name none of its relations, that is further out.
 */
function outerAggregates(context: Context, query: SelectStatement): readonly CallExpr[] {
  if (query.body.kind !== 'core') return [];
  const names = query.body.from.flatMap(namesOf);
  const parts = [...query.body.output.map(({ expr }) => expr), ...query.orderBy];
  const calls = parts.flatMap((expr) => aggregateCalls(context, expr));
  return calls.filter((call) => {
    const columns = call.args.flatMap(columnsIn);
    if (columns.length === 0) return false;
    return (
      names.length === 0 ||
      columns.every(({ path }) => path.length > 1 && !names.includes(path[path.length - 2] ?? ''))
    );
  });
}

function columnsIn(expr: Expr): readonly ColumnExpr[] {
  if (expr.kind === 'column') return [expr];
  return exprChildren(expr).flatMap(columnsIn);
}

function namesOf(item: FromItem): readonly string[] {
  if (item.kind === 'join') return [...namesOf(item.left), ...namesOf(item.right)];
  if (item.alias !== undefined) return [item.alias.name];
  return item.kind === 'table' ? [item.name[item.name.length - 1] ?? ''] : [''];
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
