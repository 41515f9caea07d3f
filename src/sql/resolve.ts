/**
 * A statement's tree and the catalog become a Query: its placement-free facts. Never throws for odd SQL: what cannot be
 * followed becomes an `unseen` reason, and the statement is then judged `unknown`.
 */

import type { Access, BlockId, Catalog, JoinPredicate, Query } from '../model/index.js';
import type { DataStatement, Statement, UtilityStatement } from '../syntax/index.js';
import {
  type Builder,
  emptyBlock,
  fillBlock,
  frozenInstances,
  newBuilder,
  nodeAt,
  reserveBlock,
  TooComplex,
} from './builder.js';
import { type Context, type ReadSql, type ReadTriggerFunction, topEnv, unseen } from './context.js';
import { checkOwnComparisons } from './operators.js';
import { openBaseTable } from './relations.js';
import { resolveSelect } from './select.js';
import { resolveWrite } from './writes.js';

export interface ResolveSettings {
  /** Reads the SQL of views, policies and function bodies. Results should be remembered by the caller. */
  readonly readSql: ReadSql;
  /** Reads trigger functions. Without it, a trigger's code is not seen. */
  readonly readTriggerFunction?: ReadTriggerFunction;
  readonly vouchedFunctions?: ReadonlySet<string>;
  /** Let policies pin keys: the roles that run the statements are subject to them. Default: no. */
  readonly assumeRls?: boolean;
}

export function resolveStatement(statement: Statement, catalog: Catalog, settings: ResolveSettings): Query {
  const builder = newBuilder();
  const context: Context = {
    builder,
    catalog,
    readSql: settings.readSql,
    readTriggerFunction: settings.readTriggerFunction ?? (() => undefined),
    vouchedFunctions: settings.vouchedFunctions ?? new Set(),
    assumeRls: settings.assumeRls ?? false,
    resolveSelect,
    resolveWrite,
    depth: 0,
  };
  let top = 0;
  try {
    top = resolveTop(context, statement);
  } catch (error) {
    if (!(error instanceof TooComplex) && !(error instanceof RangeError)) throw error;
    unseen(context, error instanceof TooComplex ? error.message : 'it is nested too deeply');
  }
  return finished(builder, statement, top);
}

/** Gives the block that the statement's rows come from. */
function resolveTop(context: Context, statement: Statement): BlockId {
  return statement.kind === 'utility' ? resolveUtility(context, statement) : resolveData(context, statement);
}

function resolveData(context: Context, statement: DataStatement): BlockId {
  checkOwnComparisons(context);
  if (statement.kind === 'select') return resolveSelect(context, statement, topEnv).block;
  return resolveWrite(context, statement, topEnv).block;
}

/** Commands that run code nobody sees. */
const opaqueCommands = new Set(['call', 'do', 'execute']);

function resolveUtility(context: Context, statement: UtilityStatement): BlockId {
  if (opaqueCommands.has(statement.command))
    unseen(context, `${statement.command.toUpperCase()} runs code that is not in the text`);
  if (statement.inner !== undefined) return resolveData(context, statement.inner);
  const block = reserveBlock(context.builder);
  for (const name of statement.tables) {
    openBaseTable(context, { kind: 'table', name, only: false, sampled: false }, accessOf(statement));
  }
  fillBlock(context.builder, emptyBlock(block));
  return block;
}

/** TRUNCATE, LOCK and DDL change a table on every shard that has it, as a write does. */
function accessOf({ command, copyFrom }: UtilityStatement): Access {
  if (copyFrom !== undefined) return 'insert';
  return /^(copy|vacuum|analyze|explain|comment)\b/.test(command) ? 'read' : 'update';
}

// ── the finished query ───────────────────────────────────────────────────────────────────────────────────────────────

function finished(builder: Builder, statement: Statement, top: BlockId): Query {
  const data = statement.kind === 'utility' ? statement.inner : statement;
  const tables = tablesOf(builder);
  return {
    command: data?.kind ?? 'utility',
    nodeCount: builder.nodes.length,
    instances: frozenInstances(builder),
    flows: builder.flows,
    sources: builder.sources,
    blocks: builder.blocks.map((block, id) => block ?? emptyBlock(id)),
    top,
    writes: builder.writes,
    unseen: builder.unseen.size === 0 ? [] : [...builder.unseen].sort(),
    joins: joinPredicates(builder),
    systemOnly: builder.systemRelations > 0 && tables.length === 0,
    tables,
  };
}

function tablesOf({ instances }: Builder): readonly string[] {
  const [first, ...others] = instances;
  if (first === undefined) return [];
  return others.length === 0 ? [first.table] : [...new Set(instances.map(({ table }) => table))].sort();
}

/** Equalities between columns of two instances, as table columns: sorted, unique, smaller side left. */
function joinPredicates(builder: Builder): readonly JoinPredicate[] {
  // Of one instance alone, none is.
  if (builder.instances.length < 2) return [];
  const found = new Map<string, JoinPredicate>();
  for (const [left, right] of builder.equalities) {
    const a = sideOf(builder, left);
    const b = sideOf(builder, right);
    if (a === undefined || b === undefined || a.instance === b.instance) continue;
    const [first, second] = a.text <= b.text ? [a, b] : [b, a];
    found.set(`${first.text} = ${second.text}`, {
      left: { table: first.table, column: first.column },
      right: { table: second.table, column: second.column },
    });
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, predicate]) => predicate);
}

function sideOf(builder: Builder, node: number) {
  const { origin } = nodeAt(builder, node);
  const instance = origin === undefined ? undefined : builder.instances[origin.instance];
  if (origin === undefined || instance === undefined) return undefined;
  return {
    instance: instance.id,
    table: instance.table,
    column: origin.column,
    text: `${instance.table}.${origin.column}`,
  };
}
