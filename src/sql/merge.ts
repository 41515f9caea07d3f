/**
 * MERGE is source LEFT JOIN target when a row may stay unmatched (its INSERT actions run for those), source JOIN target
 * when only matched rows matter, and proves nothing when target rows without a source row are acted on. What it inserts
 * is an instance of its own: its key must be known as well.
 */

import type { MergeAction, MergeStatement } from '../syntax/index.js';
import { addFlow, columnNode, constantNode, newInstance, nodeAt, reserveBlock } from './builder.js';
import { expandCascades } from './cascades.js';
import { assignedConstant, isDefault } from './constants.js';
import type { Context, Env } from './context.js';
import { visitAssignedDefaults, visitDefaults } from './defaults.js';
import { columnTerm, visitAll } from './expressions.js';
import { keepsValue } from './families.js';
import {
  type BuiltFrom,
  buildFrom,
  type FromFacts,
  type FromTree,
  isCertain,
  type JoinKind,
} from './from.js';
import type { Resolved } from './outputs.js';
import { inner } from './scope.js';
import { applyFilter } from './select.js';
import { afterWrite, finish, openTarget, type Target, withRelation } from './target.js';
import { runTriggers } from './triggers.js';
import { ignoredColumns, settableColumns } from './write-effects.js';
import { recordWrite } from './write-record.js';

export function resolveMerge(context: Context, statement: MergeStatement, env: Env): Resolved {
  const block = reserveBlock(context.builder);
  const target = openTarget(context, statement.target, 'update');
  const source = buildFrom(context, [statement.source], env, () => false);
  const from = joinedFrom(statement, source, target);
  const here: Env = { ...env, scope: inner(from.level, env.scope), locks: false };
  const filtered = applyFilter(context, from, undefined, env, here);
  for (const action of statement.actions) applyAction(context, action, target, here, filtered);
  // Whatever was done to the target's row, RETURNING shows what came of it.
  const returned = afterWrite(target.relation, () => true);
  return finish(context, block, filtered, statement.returning, withRelation(from, returned), env);
}

function joinedFrom(statement: MergeStatement, source: BuiltFrom, target: Target): BuiltFrom {
  const level = { relations: [...source.level.relations, target.relation], merged: new Map() };
  if (source.tree === undefined) return { ...source, level };
  const tree: FromTree = {
    kind: 'join',
    join: joinKind(statement.actions),
    left: source.tree,
    right: target.tree,
    on: statement.on,
    merged: [],
    level,
  };
  return { ...source, tree, level };
}

function joinKind(actions: readonly MergeAction[]): JoinKind {
  if (actions.some(({ when }) => when === 'notMatchedBySource')) return 'full';
  return actions.some(({ when }) => when === 'notMatchedByTarget') ? 'left' : 'inner';
}

function applyAction(
  context: Context,
  action: MergeAction,
  target: Target,
  here: Env,
  rows: FromFacts,
): void {
  const condition = action.condition === undefined ? [] : [action.condition];
  const values = (action.values ?? []).filter((expr) => !isDefault(expr));
  visitAll(context, [...condition, ...values, ...action.assignments.map(({ value }) => value)], here);
  switch (action.action) {
    case 'insert':
      applyInsert(context, action, target, here, rows);
      fire(context, target, 'insert');
      break;
    case 'update': {
      visitAssignedDefaults(context, target.table, action.assignments);
      const set = settableColumns(target.table, action.assignments);
      recordWrite(context, target, { kind: 'update', setColumns: set });
      fire(context, target, 'update');
      expandCascades(context, target.instance, target.table, 'update', set);
      break;
    }
    case 'delete':
      recordWrite(context, target, { kind: 'delete', setColumns: [] });
      fire(context, target, 'delete');
      expandCascades(context, target.instance, target.table, 'delete', []);
      break;
    case 'nothing':
      break;
  }
}

/** Which of the actions made the row is not told apart: a trigger learns nothing of it. */
function fire(context: Context, { table, relation }: Target, event: 'insert' | 'update' | 'delete'): void {
  const open = afterWrite(relation, () => true);
  runTriggers(context, { table, events: [event], before: open, after: open });
}

function applyInsert(
  context: Context,
  action: MergeAction,
  target: Target,
  here: Env,
  rows: FromFacts,
): void {
  const { builder } = context;
  const { table } = target;
  const instance = newInstance(builder, table, `${target.instance.label} (inserted)`, 'insert', context.via);
  const columns =
    action.columns ?? (table.columnsComplete ? table.columns.map(({ name }) => name) : undefined);
  const ignored = ignoredColumns(table, action);
  const given: string[] = [];
  columns?.forEach((name, index) => {
    const expr = action.values?.[index];
    if (expr === undefined || isDefault(expr) || ignored.has(name)) return;
    given.push(name);
    const column = table.columns.find((candidate) => candidate.name === name);
    const to = columnNode(builder, instance, name, column);
    const from = columnTerm(builder, expr, here.scope);
    const constant = from === undefined ? assignedConstant(expr, column, `${table.name}.${name}`) : undefined;
    if (constant !== undefined) {
      addFlow(builder, [constantNode(builder, constant)], to, `inserted ${name} = ${constant.label}`);
    }
    // A row of the source that an outer join filled with NULLs would have no key.
    if (
      from === undefined ||
      !isCertain(builder, rows, from) ||
      !keepsValue(nodeAt(builder, from), nodeAt(builder, to))
    )
      return;
    addFlow(builder, [from], to, `inserted ${name} = ${nodeAt(builder, from).label}`);
  });
  visitDefaults(
    context,
    table,
    table.columns.map(({ name }) => name).filter((name) => !given.includes(name)),
  );
  recordWrite(
    context,
    { instance, table },
    { kind: 'insert', setColumns: [], ...(columns === undefined ? {} : { givenColumns: given.sort() }) },
  );
}
