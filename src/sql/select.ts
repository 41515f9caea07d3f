/**
 * A SELECT as a block: its FROM and WHERE give facts, its grouping, windows and limits decide what may pass between its
 * inside and its outside.
 */

import type { Block, NodeId, RowsTogether } from '../model/index.js';
import type {
  CallExpr,
  CastExpr,
  Expr,
  OutputItem,
  SelectCore,
  SelectStatement,
  Statement,
} from '../syntax/index.js';
import { type Aggregation, aggregation, distinctOnRows, windowsOf } from './aggregation.js';
import { type Builder, fillBlock, reserveBlock } from './builder.js';
import { builtinAggregates, builtinFunctions } from './builtin-functions.js';
import { conditionOf } from './conditions.js';
import type { Context, Env } from './context.js';
import { withCtes } from './ctes.js';
import { collectFacts, nothingHandled, termOf, visitAll, visitExpr } from './expressions.js';
import { applyFacts } from './facts.js';
import {
  applyFrom,
  type BuiltFrom,
  buildFrom,
  hasOuterJoin,
  isCertain,
  isNullable,
  levelColumns,
} from './from.js';
import { neverTrue } from './never.js';
import { nothingRejected, nullRejected } from './null-rejection.js';
import { nothingExported, type Resolved } from './outputs.js';
import { certainRows, keepsColumn } from './rows-together.js';
import {
  type ColumnRef,
  findRelation,
  inner,
  type NamedColumn,
  opaqueColumn,
  type Relation,
  unknownColumns,
} from './scope.js';
import { resolveSetOperation } from './set-operations.js';
import { resolveValues } from './values.js';

export function resolveSelect(context: Context, statement: SelectStatement, outer: Env): Resolved {
  return withCtes(context, statement.with, outer, (env) => {
    for (const bound of [statement.limit, statement.offset])
      if (bound !== undefined) visitExpr(context, bound, env, nothingHandled);
    switch (statement.body.kind) {
      case 'core':
        return resolveCore(context, statement, statement.body, env);
      case 'setOperation':
        return resolveSetOperation(context, statement, statement.body, env);
      case 'values':
        return resolveValues(context, statement.body, env);
    }
  });
}

function isLimited(statement: SelectStatement): boolean {
  return statement.limit !== undefined || statement.offset !== undefined;
}

// ── SELECT … FROM … ──────────────────────────────────────────────────────────────────────────────────────────────────

function resolveCore(context: Context, statement: SelectStatement, core: SelectCore, env: Env): Resolved {
  const { builder } = context;
  const block = reserveBlock(builder);
  const from = buildFrom(context, core.from, env, lockedBy(statement));
  const here: Env = { ...env, scope: inner(from.level, env.scope), locks: false };
  const filtered = applyFilter(context, from, core.where, env, here);
  visitRest(context, statement, core, here);

  const { outputs, openStars } = outputsOf(context, core.output, from, here);
  const grouping = aggregation(context, statement, core, here, outputs);
  const windows = windowsOf(context, statement, core, here);
  const distinctOn =
    core.distinctOn.length === 0 ? undefined : distinctOnRows(context, core, here, outputs());
  const limited = isLimited(statement) || from.sampled;
  const staysWhole = (node: NodeId) => isCertain(builder, filtered, node);
  // Rows that an outer join gave NULLs for the key may lie anywhere: only certain columns keep a shard's rows together.
  const certainly = (rows: RowsTogether) => certainRows(builder, rows, staysWhole);
  const plain: Block = {
    id: block,
    shape: 'core',
    all: false,
    arms: [],
    preserved: filtered.preserved,
    aggregates: grouping.aggregates,
    having: core.having !== undefined,
    windows: windows.map(certainly),
    distinct: core.distinct,
    limited,
    outputs: core.distinct
      ? outputs()
          .map(({ column }) => column().node)
          .filter((node) => node === undefined || staysWhole(node))
      : [],
  };
  const grouped =
    grouping.sets === undefined ? plain : { ...plain, groupingSets: grouping.sets.map(certainly) };
  fillBlock(builder, distinctOn === undefined ? grouped : { ...grouped, distinctOn: certainly(distinctOn) });
  return {
    block,
    outputs,
    openStars,
    allowsIn: (node) =>
      !limited &&
      statement.locking.length === 0 &&
      keepsTogether(builder, grouping, node) &&
      windows.every((partition) => keepsColumn(builder, partition, node)) &&
      (distinctOn === undefined || keepsColumn(builder, distinctOn, node)),
    nullExtends: (node) => isNullable(builder, filtered, node) || isLeftOut(builder, grouping, node),
    exported: returnsRowsOnlyIfFiltered(grouping)
      ? { facts: filtered.facts, owners: filtered.owners }
      : nothingExported,
  };
}

/** Nothing in it asks for its outputs: whichever plain columns it lists, its facts are the same. */
export function leavesListUnread(statement: Statement): boolean {
  if (statement.kind !== 'select' || statement.body.kind !== 'core') return false;
  const { groupBy, distinct, distinctOn, output } = statement.body;
  const asks = groupBy !== undefined || distinct || distinctOn.length > 0;
  return !asks && output.every(({ expr }) => expr.kind === 'column');
}

/** Rows with one value of the node are never mixed with others by grouping. */
function keepsTogether(builder: Builder, grouping: Aggregation, node: NodeId): boolean {
  if (!grouping.grouped) return true;
  const { sets } = grouping;
  return sets !== undefined && sets.length > 0 && sets.every((set) => keepsColumn(builder, set, node));
}

/** Some grouping set shows NULL in the column's place. */
function isLeftOut(builder: Builder, { sets }: Aggregation, node: NodeId): boolean {
  return sets !== undefined && sets.length > 1 && !sets.every((set) => keepsColumn(builder, set, node));
}

/** An aggregate without GROUP BY, and an empty grouping set, return a row even when no row passed WHERE. */
function returnsRowsOnlyIfFiltered(grouping: Aggregation): boolean {
  if (!grouping.grouped) return true;
  return grouping.sets !== undefined && !grouping.emptySet;
}

function lockedBy(statement: SelectStatement): (alias: string) => boolean {
  return (alias) => statement.locking.some((clause) => clause.of.length === 0 || clause.of.includes(alias));
}

/** Facts of FROM and WHERE, applied. Also used by UPDATE and DELETE, whose target is the first relation. */
export function applyFilter(
  context: Context,
  from: BuiltFrom,
  where: Expr | undefined,
  env: Env,
  here: Env,
): ReturnType<typeof applyFrom> {
  const { builder } = context;
  const condition = where === undefined ? undefined : conditionOf(where);
  const rejected =
    condition === undefined || from.tree === undefined || !hasOuterJoin(from.tree)
      ? nothingRejected
      : nullRejected(builder, condition, here.scope);
  const joined =
    from.tree === undefined
      ? { preserved: [], certain: [], owners: [], facts: [] }
      : applyFrom(context, from.tree, env, rejected);
  if (where === undefined || condition === undefined) return joined;
  const handled = new Set<Expr>();
  const collected = collectFacts(context, condition, here, handled);
  visitExpr(context, where, here, handled);
  const owners = [...joined.owners, ...collected.owners];
  applyFacts(builder, collected.facts, new Set(owners));
  if (neverTrue(builder, condition, collected.facts)) markVacuous(context, from);
  return { ...joined, owners, facts: [...joined.facts, ...collected.facts] };
}

function markVacuous(context: Context, from: BuiltFrom): void {
  for (const id of from.instances) {
    const instance = context.builder.instances[id];
    if (instance !== undefined) instance.vacuous = true;
  }
}

/** Subqueries and functions everywhere but in FROM and WHERE. */
function visitRest(context: Context, statement: SelectStatement, core: SelectCore, here: Env): void {
  for (const { expr } of core.output) visitExpr(context, expr, here, nothingHandled);
  if (core.groupBy !== undefined) visitAll(context, [...new Set(core.groupBy.sets.flat())], here);
  if (core.having !== undefined) visitExpr(context, core.having, here, nothingHandled);
  for (const { spec } of core.windows) visitAll(context, [...spec.partitionBy, ...spec.orderBy], here);
  visitAll(context, core.distinctOn, here);
  visitAll(context, statement.orderBy, here);
}

// ── output ───────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Outputs {
  readonly columns: readonly NamedColumn[];
  readonly openStars: readonly Relation[];
}

/** Also of RETURNING. */
export function outputsOf(
  context: Context,
  items: readonly OutputItem[],
  from: BuiltFrom,
  here: Env,
): Pick<Resolved, 'outputs' | 'openStars'> {
  let made: Outputs | undefined;
  const all = (): Outputs => {
    made ??= madeOutputs(context, items, from, here);
    return made;
  };
  return { outputs: () => all().columns, openStars: () => all().openStars };
}

/** After a `*` over unknown columns no position is certain, so the rest go by name alone. */
function madeOutputs(context: Context, items: readonly OutputItem[], from: BuiltFrom, here: Env): Outputs {
  const columns: NamedColumn[] = [];
  const openStars: Relation[] = [];
  for (const item of items) {
    if (item.expr.kind === 'other' && item.expr.what === 'fields') {
      // `(row).*` is any number of columns.
      openStars.push(unknownColumns);
      continue;
    }
    if (item.expr.kind !== 'star') {
      columns.push(namedOutput(context, item, here));
      continue;
    }
    const relations =
      item.expr.qualifier.length === 0 ? from.level.relations : starRelations(here, item.expr.qualifier);
    const all =
      item.expr.qualifier.length === 0
        ? levelColumns(from.level)
        : relations.flatMap((relation) => relation.columns());
    columns.push(...all);
    openStars.push(...relations.filter((relation) => !relation.complete));
  }
  return { columns, openStars };
}

function starRelations(here: Env, qualifier: readonly string[]): readonly Relation[] {
  const relation = findRelation(here.scope, qualifier);
  return relation === undefined ? [] : [relation];
}

function namedOutput(context: Context, item: OutputItem, here: Env): NamedColumn {
  const name = item.alias ?? outputName(item.expr);
  let made: ColumnRef | undefined;
  const column = (): ColumnRef => {
    if (made !== undefined) return made;
    const node = termOf(context.builder, item.expr, here.scope);
    made = node === undefined ? opaqueColumn : { node };
    return made;
  };
  return name === undefined ? { column } : { name, column };
}

/**
 * The name PostgreSQL gives an output without AS, where that is plain to see. Others (a CASE has the name of its ELSE, a
 * scalar subquery that of its column) are left open, so that no reference is taken for somebody else's.
 */
function outputName(expr: Expr): string | undefined {
  switch (expr.kind) {
    case 'column':
      return expr.path[expr.path.length - 1];
    case 'call':
      return isPlainCall(expr) ? expr.name[0] : undefined;
    case 'cast':
      return castName(expr);
    case 'literal':
    case 'param':
    case 'operator':
      return '?column?';
    default:
      return undefined;
  }
}

function castName({ arg, type }: CastExpr): string | undefined {
  if (arg.kind === 'column') return outputName(arg);
  return arg.kind === 'literal' || arg.kind === 'param' ? type.name[type.name.length - 1] : undefined;
}

function isPlainCall({ name }: CallExpr): boolean {
  const called = name.length === 1 ? (name[0] ?? '') : '';
  return builtinFunctions.has(called) || builtinAggregates.has(called);
}
