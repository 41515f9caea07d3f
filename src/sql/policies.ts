/**
 * Row-level security: a policy's condition runs inside every statement on its table. A policy that reads another table
 * makes that an instance of the statement. What it proves about the table itself counts only when a person says that the
 * statements are run by roles it holds for (`--assume-rls`): then `user_id = current_setting('app.user')::bigint` pins.
 */

import type { NodeId, Policy, Table } from '../model/index.js';
import { type Expr, exprChildren } from '../syntax/index.js';
import { addFlow, constantNode, nodeAt } from './builder.js';
import { conditionOf } from './conditions.js';
import { type Context, deeper, depthLimit, topEnv, unseen } from './context.js';
import { columnTerm, visitExpr } from './expressions.js';
import { type Family, familyOfCast, sameFamily } from './families.js';
import type { Relation, Scope } from './scope.js';

export function applyPolicies(context: Context, table: Table, relation: Relation): void {
  if (table.rowSecurity === 'off' || table.policies.length === 0) return;
  if (context.depth >= depthLimit) {
    unseen(context, `policies of ${table.name} are nested too deeply`);
    return;
  }
  for (const policy of table.policies) {
    for (const text of [policy.using, policy.check]) {
      if (text !== undefined) applyPolicy(context, `policy ${policy.name} of ${table.name}`, text, relation);
    }
  }
  if (context.assumeRls) pinByPolicy(context, table, relation);
}

function applyPolicy(context: Context, name: string, text: string, relation: Relation): void {
  const where = conditionText(context, text);
  if (where === undefined) unseen(context, `${name} could not be read`);
  else visitExpr(deeper(context, name), where, { ...topEnv, scope: scopeOf(relation) }, new Set());
}

function conditionText(context: Context, text: string): Expr | undefined {
  const statement = context.readSql(`SELECT 1 WHERE ${text}`);
  return statement?.kind === 'select' && statement.body.kind === 'core' ? statement.body.where : undefined;
}

function scopeOf(relation: Relation): Scope {
  return [{ relations: [relation], merged: new Map() }];
}

// ── --assume-rls ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Rows pass by any one permissive policy: only a single one, for every command, holds for all rows. */
function pinByPolicy(context: Context, table: Table, relation: Relation): void {
  const permissive = table.policies.filter((policy) => policy.permissive);
  const only = permissive[0];
  if (permissive.length !== 1 || only?.using === undefined || only.command !== 'all') return;
  const where = conditionText(context, only.using);
  if (where === undefined) return;
  const condition = conditionOf(where);
  for (const part of condition.kind === 'and' ? condition.args : [condition]) {
    if (part.kind !== 'equal') continue;
    pinColumn(context, only, relation, part.left, part.right);
    pinColumn(context, only, relation, part.right, part.left);
  }
}

/** `column = expression of the session`: one value for the whole statement, whatever it is. */
function pinColumn(context: Context, policy: Policy, relation: Relation, column: Expr, value: Expr): void {
  const { builder } = context;
  const node: NodeId | undefined = columnTerm(builder, column, scopeOf(relation));
  if (node === undefined) return;
  const { family } = nodeAt(builder, node);
  if (family === 'other' || !isOfSession(value, family)) return;
  const label = `the session's value in policy ${policy.name}`;
  const source = constantNode(builder, {
    identity: `rls ${family} ${JSON.stringify(value)}`,
    constant: { kind: 'expression', text: label },
    family,
    label,
  });
  addFlow(builder, [source], node, `${nodeAt(builder, node).label} = ${label}`);
}

const sessionFunctions = new Set([
  'current_setting',
  'current_user',
  'session_user',
  'current_role',
  'nullif',
]);

/** Made of session settings and literals alone, and compared as the key itself is: one float is equal to several integers. */
function isOfSession(expr: Expr, family: Family): boolean {
  switch (expr.kind) {
    case 'literal':
      return true;
    case 'cast':
      return sameFamily(familyOfCast(expr.type), family) && isOfSession(expr.arg, 'unknown');
    case 'call':
      return (
        sessionFunctions.has(expr.name.join('.')) &&
        exprChildren(expr).every((child) => isOfSession(child, 'unknown'))
      );
    default:
      return false;
  }
}
