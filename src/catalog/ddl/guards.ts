/** What acts on a table's statements unseen: triggers, rewrite rules, policies. */

import type {
  AlterPolicyStmt,
  CreatePolicyStmt,
  CreateTrigStmt,
  Node,
  RangeVar,
  RuleStmt,
} from 'libpg-query';
import type { Policy, Rule, Trigger } from '../../model/index.js';
import type { Context } from './context.js';
import type { DraftTable } from './draft.js';
import { findTable, resolvedName } from './names.js';
import { functionsCalled, itemsOf, namePathOf } from './nodes.js';
import { bracketsAfter, restAfter } from './statement-text.js';
import { keepView, readView } from './views.js';

/** Bits of CreateTrigStmt.timing and .events, as PostgreSQL numbers them; AFTER is none of the timing bits. */
const before = 1 << 1;
const insteadOf = 1 << 6;
const events = [
  [1 << 2, 'insert'],
  [1 << 4, 'update'],
  [1 << 3, 'delete'],
  [1 << 5, 'truncate'],
] as const;

export function createTrigger(context: Context, statement: CreateTrigStmt): void {
  const table = findTable(context.draft, statement.relation);
  if (!table) return;
  const name = statement.trigname ?? '';
  const bits = statement.events ?? 0;
  const whenCalls = functionsCalled(statement.whenClause);
  const trigger = {
    name,
    timing: timingOf(statement.timing ?? 0),
    events: events.filter(([bit]) => (bits & bit) !== 0).map(([, event]) => event),
    function: resolvedName(context.draft, namePathOf(statement.funcname), (each) =>
      context.draft.functions.has(each),
    ),
    ...(whenCalls.length > 0 ? { whenCalls } : {}),
    disabled: false,
  };
  table.triggers = [...without(table.triggers, name), trigger];
}

function timingOf(bits: number): Trigger['timing'] {
  if ((bits & before) !== 0) return 'before';
  return (bits & insteadOf) !== 0 ? 'instead of' : 'after';
}

function without<T extends { readonly name: string }>(parts: readonly T[], name: string): readonly T[] {
  return parts.filter((part) => part.name !== name);
}

const ruleEvents: Readonly<Record<string, Rule['event']>> = {
  CMD_SELECT: 'select',
  CMD_INSERT: 'insert',
  CMD_UPDATE: 'update',
  CMD_DELETE: 'delete',
};

export function createRule(context: Context, statement: RuleStmt): void {
  const event = ruleEvents[statement.event ?? ''];
  const table = findTable(context.draft, statement.relation);
  if (!event || !table) return;
  if (event === 'select') {
    becomeView(context, table, statement);
    return;
  }
  const name = statement.rulename ?? '';
  const rule = { name, event, instead: statement.instead === true, disabled: false };
  table.rules = [...without(table.rules, name), rule];
}

/** Old dumps break circles by making a view as a table first, and turning it into a view by its _RETURN rule. */
function becomeView(context: Context, table: DraftTable, statement: RuleStmt): void {
  const slice = restAfter(context.text, ['do', 'instead']);
  const query = statement.actions?.[0];
  if (!slice || !query) return;
  context.draft.tables.delete(table.name);
  const view = readView(context, table.name, query, slice);
  keepView(context, { ...view, givenColumns: table.columns.map(({ name }) => name) });
}

const commands = new Set(['all', 'select', 'insert', 'update', 'delete']);

export function createPolicy(context: Context, statement: CreatePolicyStmt): void {
  const table = findTable(context.draft, statement.table);
  if (!table) return;
  const command = statement.cmd_name ?? 'all';
  const policy: Policy = {
    name: statement.policy_name ?? '',
    command: commands.has(command) ? (command as Policy['command']) : 'all',
    permissive: statement.permissive === true,
    ...conditionsOf(context),
  };
  table.policies = [...without(table.policies, policy.name), policy];
}

export function alterPolicy(context: Context, statement: AlterPolicyStmt): void {
  const table = findTable(context.draft, statement.table);
  if (!table) return;
  table.policies = table.policies.map((policy) =>
    policy.name === statement.policy_name ? { ...policy, ...conditionsOf(context) } : policy,
  );
}

function conditionsOf(context: Context): Pick<Policy, 'using' | 'check'> {
  const using = bracketsAfter(context.text, ['using']);
  const check = bracketsAfter(context.text, ['with', 'check']);
  return { ...(using === undefined ? {} : { using }), ...(check === undefined ? {} : { check }) };
}

/** DROP TRIGGER, RULE, POLICY name ON table: the grammar hands over the table's path with the name at its end. */
export function dropGuard(context: Context, kind: string, node: Node): void {
  const path = itemsOf(node).map((part) => namePathOf(part)[0] ?? '');
  const name = path.at(-1) ?? '';
  const table = findTable(context.draft, rangeVar(path.slice(0, -1)));
  if (!table) return;
  if (kind === 'OBJECT_TRIGGER') table.triggers = without(table.triggers, name);
  if (kind === 'OBJECT_RULE') table.rules = without(table.rules, name);
  if (kind === 'OBJECT_POLICY') table.policies = without(table.policies, name);
}

function rangeVar(path: readonly string[]): RangeVar {
  const schema = path.at(-2);
  return { relname: path.at(-1) ?? '', ...(schema === undefined ? {} : { schemaname: schema }) };
}

export function renameGuard(
  context: Context,
  relation: RangeVar | undefined,
  from: string,
  to: string,
): void {
  const table = findTable(context.draft, relation);
  if (!table) return;
  const rename = <T extends { readonly name: string }>(part: T): T =>
    part.name === from ? { ...part, name: to } : part;
  table.triggers = table.triggers.map(rename);
  table.rules = table.rules.map(rename);
  table.policies = table.policies.map(rename);
}
