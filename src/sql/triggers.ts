/**
 * Triggers run in the statement that fires them. The SQL inside a PL/pgSQL trigger function is read in with NEW and OLD as
 * the row at hand, so that what it writes along the key stays on the row's shard; code that cannot be read makes the
 * statement unknown. Which columns a BEFORE trigger may change is told in write-effects.ts.
 */

import { familyTriggers, lookupFunctions } from '../catalog/index.js';
import type { RowTargets, SqlFunction, Table, Trigger } from '../model/index.js';
import { type Context, deeper, depthLimit, type Env, topEnv, unseen } from './context.js';
import { checkCall, inBodyOf, plainCall } from './functions.js';
import type { Relation } from './scope.js';
import { afterWrite } from './target.js';

/** Trigger functions that come with PostgreSQL and touch no other row. */
const harmless = new Set([
  'tsvector_update_trigger',
  'tsvector_update_trigger_column',
  'suppress_redundant_updates_trigger',
  'moddatetime',
  'lo_manage',
]);

export interface Fired {
  readonly table: Table;
  readonly events: readonly Trigger['events'][number][];
  /** The row before and after the write. */
  readonly before: Relation;
  readonly after: Relation;
}

export function runTriggers(context: Context, fired: Fired): void {
  for (const trigger of familyTriggers(context.catalog, fired.table)) {
    if (trigger.events.some((event) => fired.events.includes(event))) runTrigger(context, trigger, fired);
  }
}

function runTrigger(context: Context, trigger: Trigger, fired: Fired): void {
  for (const called of trigger.whenCalls ?? []) checkCall(context, plainCall(called));
  const bare = trigger.function.split('.').at(-1) ?? '';
  const vouched = [trigger.function, bare].some((name) => context.vouchedFunctions.has(name));
  if (vouched || harmless.has(bare)) return;
  const name = `trigger ${trigger.name} of ${fired.table.name}`;
  const own = lookupFunctions(context.catalog, trigger.function.split('.')).find((one) => one.returnsTrigger);
  const routine = own === undefined ? undefined : routineOf(context, own);
  if (routine === undefined || context.depth >= depthLimit) {
    unseen(context, `${name} runs ${trigger.function}(), whose code is not read`);
    return;
  }
  const inside = inBodyOf(own, deeper(context, name));
  const env = rowEnv(fired, own?.rowTargets);
  for (const text of routine.statements) runStatement(inside, name, text, env);
  for (const text of routine.expressions) runStatement(inside, name, `SELECT ${text}`, env);
}

function routineOf(context: Context, { language, body }: SqlFunction) {
  return language === 'plpgsql' && body !== undefined ? context.readTriggerFunction(body) : undefined;
}

/** NEW and OLD are rows in scope, as an outer query's would be. Both have every column: a bare name is neither's. */
function rowEnv({ before, after }: Fired, targets: RowTargets | undefined): Env {
  const named = (relation: Relation, alias: string): Relation => {
    const { qualified: _qualified, ...plain } = relation;
    return { ...plain, alias };
  };
  // What the function sets itself is no longer what the statement spoke of.
  const { newColumns, oldRow } = targets ?? { newColumns: 'any', oldRow: true };
  const isSet = (column: string) => newColumns === 'any' || newColumns.includes(column);
  const rows = [
    named(afterWrite(after, isSet), 'new'),
    named(
      afterWrite(before, () => oldRow),
      'old',
    ),
  ];
  return { ...topEnv, scope: [{ relations: rows, merged: new Map() }] };
}

function runStatement(context: Context, name: string, text: string, env: Env): void {
  const statement = context.readSql(text);
  if (statement === undefined) unseen(context, `${name} runs SQL that could not be read`);
  else if (statement.kind === 'utility') unseen(context, `${name} runs ${statement.command}`);
  else if (statement.kind === 'select') context.resolveSelect(context, statement, env);
  else context.resolveWrite(context, statement, env);
}
