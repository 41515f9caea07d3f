/**
 * INSERT, UPDATE, DELETE and MERGE: the written table is an instance like the others, with a record of what is set, what
 * is given, and who decides about conflicts.
 */

import { isSystemRelation, lookupView } from '../catalog/index.js';
import type { DeleteStatement, UpdateStatement } from '../syntax/index.js';
import { type OpenInstance, reserveBlock } from './builder.js';
import { expandCascades } from './cascades.js';
import type { Context, Env, WriteStatement } from './context.js';
import { unseen } from './context.js';
import { withCtes } from './ctes.js';
import { visitAssignedDefaults } from './defaults.js';
import { visitAll } from './expressions.js';
import { type BuiltFrom, buildFrom } from './from.js';
import { resolveInsert } from './insert.js';
import { resolveMerge } from './merge.js';
import type { Resolved } from './outputs.js';
import { inner } from './scope.js';
import { applyFilter } from './select.js';
import { afterWrite, changedBy, finish, openTarget, withRelation } from './target.js';
import { runTriggers } from './triggers.js';
import { settableColumns } from './write-effects.js';
import { recordWrite } from './write-record.js';

export function resolveWrite(context: Context, statement: WriteStatement, outer: Env): Resolved {
  const target = statement.kind === 'merge' ? statement.target : statement.table;
  if (lookupView(context.catalog, target.name) !== undefined) unseen(context, 'it writes through a view');
  if (isSystemRelation(context.catalog, target.name)) unseen(context, 'it writes a system catalog');
  return withCtes(context, statement.with, outer, (env) => {
    switch (statement.kind) {
      case 'insert':
        return resolveInsert(context, statement, env);
      case 'update':
      case 'delete':
        return resolveFiltered(context, statement, env);
      case 'merge':
        return resolveMerge(context, statement, env);
    }
  });
}

/** UPDATE … FROM and DELETE … USING: an inner join of the target with the other items. */
function resolveFiltered(context: Context, statement: UpdateStatement | DeleteStatement, env: Env): Resolved {
  const block = reserveBlock(context.builder);
  const target = openTarget(context, statement.table, statement.kind);
  const start = { tree: target.tree, level: target.level };
  const others = statement.kind === 'update' ? statement.from : statement.using;
  const from = withTarget(
    buildFrom(context, others, env, () => false, start),
    target.instance,
  );
  const here: Env = { ...env, scope: inner(from.level, env.scope), locks: false };
  const filtered = applyFilter(context, from, statement.where, env, here);
  if (statement.currentOf) unseen(context, 'it writes the row a cursor stands on');
  const assignments = statement.kind === 'update' ? statement.assignments : [];
  visitAll(
    context,
    assignments.map(({ value }) => value),
    here,
  );
  visitAssignedDefaults(context, target.table, assignments);
  const set = settableColumns(target.table, assignments);
  const write = recordWrite(context, target, { kind: statement.kind, setColumns: set });
  expandCascades(context, target.instance, target.table, statement.kind, set);
  const written = afterWrite(target.relation, changedBy(target.table, set, write));
  const row = { before: target.relation, after: written };
  runTriggers(context, { table: target.table, events: [statement.kind], ...row });
  return finish(context, block, filtered, statement.returning, withRelation(from, written), env);
}

function withTarget(from: BuiltFrom, instance: OpenInstance): BuiltFrom {
  return { ...from, instances: [instance.id, ...from.instances] };
}
