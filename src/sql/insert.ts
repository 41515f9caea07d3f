/** INSERT: where the key's value comes from, row by row, and which unique indexes decide about conflicts. */

import { familyUniqueKeys } from '../catalog/index.js';
import type { NodeId, Table, Write } from '../model/index.js';
import type { Expr, InsertStatement, OnConflict, ValuesBody } from '../syntax/index.js';
import { addFlow, columnNode, constantNode, nodeAt, reserveBlock } from './builder.js';
import { expandCascades } from './cascades.js';
import { assignedConstant, isDefault } from './constants.js';
import type { Context, Env } from './context.js';
import { visitAssignedDefaults, visitDefaults } from './defaults.js';
import { columnTerm, listOfNodes, visitAll } from './expressions.js';
import { keepsValue } from './families.js';
import type { BuiltFrom } from './from.js';
import { isNullExtended, type Resolved } from './outputs.js';
import { inner, type Level, type Relation } from './scope.js';
import { afterWrite, changedBy, finish, openTarget, type Target, withRelation } from './target.js';
import { runTriggers } from './triggers.js';
import { ignoredColumns, settableColumns } from './write-effects.js';
import { recordWrite } from './write-record.js';

export function resolveInsert(context: Context, statement: InsertStatement, env: Env): Resolved {
  const block = reserveBlock(context.builder);
  const values =
    statement.source?.body.kind === 'values' && statement.source.with === undefined
      ? statement.source.body
      : undefined;
  const source =
    statement.source === undefined || values !== undefined
      ? undefined
      : context.resolveSelect(context, statement.source, env);
  const target = openTarget(context, statement.table, 'insert');
  const columns =
    statement.columns ?? (target.table.columnsComplete ? insertableColumns(target.table) : undefined);
  const given = new Set<string>();
  const generated = new Set<string>();
  const ignored = ignoredColumns(target.table, statement);
  const assign = { context, target, env, given, generated, ignored };
  if (values !== undefined) {
    visitAll(
      context,
      values.rows.flat().filter((expr) => !isDefault(expr)),
      env,
    );
    for (const [index, name] of columns?.entries() ?? []) assignValues(assign, name, values, index);
  } else if (source !== undefined) {
    for (const [index, name] of columns?.entries() ?? []) assignOutput(assign, name, source, index);
  }
  const omitted = omittedColumns(target.table, columns);
  for (const name of omitted) assignDefault(assign, name);
  visitDefaults(context, target.table, [...omitted, ...ignored, ...leftToDefault(columns, values)]);

  const from: BuiltFrom = { tree: target.tree, level: target.level, instances: [], sampled: false };
  const set = resolveConflict(context, statement.onConflict, target, env);
  const arbiters = arbitersOf(context, statement.onConflict, target.table);
  const write = recordWrite(context, target, {
    kind: 'insert',
    setColumns: set,
    ...(columns === undefined ? {} : { givenColumns: [...given].sort() }),
    generatedColumns: [...generated].sort(),
    ...(arbiters === undefined ? {} : { arbiters }),
  });
  if (set.length > 0) expandCascades(context, target.instance, target.table, 'update', set);
  const preserved = source === undefined ? [{ instance: target.instance.id }] : [{ block: source.block }];
  const changed = changedBy(target.table, set, write);
  const found = existingRow(target.relation, statement.onConflict);
  const returned = afterWrite(found, changed);
  const events = set.length > 0 ? (['insert', 'update'] as const) : (['insert'] as const);
  runTriggers(context, { table: target.table, events, before: found, after: returned });
  return finish(
    context,
    block,
    { preserved, owners: [], certain: [] },
    statement.returning,
    withRelation(from, returned),
    env,
  );
}

/** Without a list, values go to all columns in order. */
function insertableColumns(table: Table): readonly string[] {
  return table.columns.map(({ name }) => name);
}

function omittedColumns(table: Table, columns: readonly string[] | undefined): readonly string[] {
  if (columns === undefined) return [];
  return table.columns.map(({ name }) => name).filter((name) => !columns.includes(name));
}

/** Columns that some row of VALUES says DEFAULT for, or is too short for. */
function leftToDefault(
  columns: readonly string[] | undefined,
  values: ValuesBody | undefined,
): readonly string[] {
  if (columns === undefined || values === undefined) return [];
  return columns.filter((_, index) =>
    values.rows.some((row) => row[index] === undefined || isDefault(row[index])),
  );
}

// ── values of columns ────────────────────────────────────────────────────────────────────────────────────────────────

interface Assigning {
  readonly context: Context;
  readonly target: Target;
  /** Around the statement: in a trigger's body its VALUES may name NEW. */
  readonly env: Env;
  readonly given: Set<string>;
  readonly generated: Set<string>;
  /** OVERRIDING USER VALUE: the server's own value is stored whatever is given. */
  readonly ignored: ReadonlySet<string>;
}

function assignValues(assigning: Assigning, name: string, values: ValuesBody, index: number): void {
  const { context, target, given, generated, ignored } = assigning;
  const items = ignored.has(name) ? [undefined] : values.rows.map((row) => row[index]);
  // A short row leaves the last columns to their defaults.
  const defaults = items.filter((item) => item === undefined || isDefault(item));
  if (defaults.length > 0) {
    if (defaults.length < items.length) generated.add(name);
    else assignDefault(assigning, name);
    return;
  }
  given.add(name);
  const only = items.length === 1 ? items[0] : undefined;
  const column = only === undefined ? undefined : columnTerm(context.builder, only, assigning.env.scope);
  if (column !== undefined) {
    assignNode(assigning, name, column);
    return;
  }
  const constants = items.map((item) => storedConstant(context, target, name, item as Expr));
  if (constants.some((node) => node === undefined)) {
    if (items.some((item) => item !== undefined && isMadeByServer(item))) generated.add(name);
    return;
  }
  const node = targetNode(context, target, name);
  const source = listOfNodes(context.builder, constants as NodeId[]);
  const { label } = nodeAt(context.builder, source);
  addFlow(context.builder, [source], node, `${nodeAt(context.builder, node).label} = ${label}`);
}

/** nextval(), gen_random_uuid(): a value that nobody knows before the server made it. */
function isMadeByServer(expr: Expr): boolean {
  return (
    expr.kind === 'call' &&
    /^(nextval|gen_random_uuid|uuid_generate_v\w+|uuidv[47]|random)$/.test(
      expr.name[expr.name.length - 1] ?? '',
    )
  );
}

function storedConstant(context: Context, target: Target, name: string, expr: Expr): NodeId | undefined {
  const column = target.table.columns.find((candidate) => candidate.name === name);
  const constant = assignedConstant(expr, column, `${target.table.name}.${name}`);
  return constant === undefined ? undefined : constantNode(context.builder, constant);
}

function targetNode(context: Context, target: Target, name: string): NodeId {
  const column = target.table.columns.find((candidate) => candidate.name === name);
  return columnNode(context.builder, target.instance, name, column);
}

function assignOutput(assigning: Assigning, name: string, source: Resolved, index: number): void {
  const { context, given, ignored } = assigning;
  if (ignored.has(name)) {
    assignDefault(assigning, name);
    return;
  }
  given.add(name);
  if (source.openStars().length > 0) return;
  const from = source.outputs()[index]?.column().node;
  // A row that an outer join filled with NULLs would have no key.
  if (from === undefined || isNullExtended(context.builder, source, from)) return;
  assignNode(assigning, name, from);
}

function assignNode({ context, target }: Assigning, name: string, from: NodeId): void {
  const { builder } = context;
  const to = targetNode(context, target, name);
  if (!keepsValue(nodeAt(builder, from), nodeAt(builder, to))) return;
  addFlow(builder, [from], to, `${nodeAt(builder, to).label} = ${nodeAt(builder, from).label}`);
}

/** A constant default is a value like another; a sequence or expression is one that only the server knows. */
function assignDefault({ context, target, given, generated }: Assigning, name: string): void {
  const column = target.table.columns.find((candidate) => candidate.name === name);
  if (column?.default === undefined) return;
  if (column.default.kind !== 'constant') {
    generated.add(name);
    return;
  }
  const statement = context.readSql(`SELECT ${column.default.text}`);
  const expr =
    statement?.kind === 'select' && statement.body.kind === 'core'
      ? statement.body.output[0]?.expr
      : undefined;
  const constant = expr === undefined ? undefined : storedConstant(context, target, name, expr);
  if (constant === undefined) return;
  given.add(name);
  const node = targetNode(context, target, name);
  addFlow(context.builder, [constant], node, `${nodeAt(context.builder, node).label} = its default`);
}

// ── ON CONFLICT ──────────────────────────────────────────────────────────────────────────────────────────────────────

function arbitersOf(context: Context, conflict: OnConflict | undefined, table: Table): Write['arbiters'] {
  if (conflict === undefined) return undefined;
  if (conflict.constraint !== undefined) {
    const key = table.uniqueKeys.find((candidate) => candidate.name === conflict.constraint);
    return key === undefined ? 'unknown' : [key.columns];
  }
  const keys = familyUniqueKeys(context.catalog, table.name);
  if (conflict.targetColumns.length > 0) {
    return [
      conflict.targetColumns
        .flatMap((expr) => (expr.kind === 'column' ? [expr.path[expr.path.length - 1] ?? ''] : []))
        // An index under the schema's own collation finds other values equal, too.
        .filter((column) => !keys.some(({ collated }) => collated?.includes(column))),
    ];
  }
  // A partition may have unique indexes of its own; an exclusion constraint may compare the key by any operator.
  return table.columnsComplete ? keys.map((key) => (key.exclusion ? [] : key.columns)) : 'unknown';
}

/** The row that DO UPDATE found shares its conflict columns with the row that was to be inserted, and nothing else. */
function existingRow(relation: Relation, conflict: OnConflict | undefined): Relation {
  if (conflict?.action !== 'update') return relation;
  const decided = new Set(
    conflict.targetColumns.flatMap((expr) => (expr.kind === 'column' ? [expr.path[0] ?? ''] : [])),
  );
  return afterWrite(relation, (column) => !decided.has(column));
}

/** DO UPDATE: `excluded` is the row that was to be inserted. */
function resolveConflict(
  context: Context,
  conflict: OnConflict | undefined,
  target: Target,
  env: Env,
): readonly string[] {
  if (conflict === undefined || conflict.action === 'nothing') return [];
  const { qualified: _qualified, ...plain } = target.relation;
  const excluded: Level = { relations: [{ ...plain, alias: 'excluded' }], merged: new Map() };
  const existing: Level = { relations: [existingRow(target.relation, conflict)], merged: new Map() };
  // An unqualified column is the existing row's: `excluded` only answers to its name.
  const here: Env = { ...env, scope: inner(existing, inner(excluded, env.scope)), locks: false };
  const where = conflict.where === undefined ? [] : [conflict.where];
  visitAll(context, [...conflict.assignments.map(({ value }) => value), ...where], here);
  visitAssignedDefaults(context, target.table, conflict.assignments);
  return settableColumns(target.table, conflict.assignments);
}
