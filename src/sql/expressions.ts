/** Expressions in a scope: what they stand for in an equality, which facts a condition gives, and the subqueries they hide. */

import type { NodeId } from '../model/index.js';
import { type Expr, exprChildren, type SubqueryExpr } from '../syntax/index.js';
import { type Builder, constantNode, listNode, newOwner, nodeAt, type OwnerId } from './builder.js';
import type { Condition } from './conditions.js';
import { constantOf } from './constants.js';
import type { Context, Env } from './context.js';
import { equalFact, type Fact, factsOfEveryBranch, memberFact } from './facts.js';
import { isHarmlessColumnCast } from './families.js';
import { checkAttribute, checkCall } from './functions.js';
import { checkOperator } from './operators.js';
import { outputNode } from './outputs.js';
import { resolveColumn, type Scope } from './scope.js';

/** The node of a plain column reference or constant; undefined for anything computed from columns. */
export function termOf(builder: Builder, expr: Expr, scope: Scope): NodeId | undefined {
  const column = columnTerm(builder, expr, scope);
  if (column !== undefined) return column;
  const constant = constantOf(expr);
  return constant === undefined ? undefined : constantNode(builder, constant);
}

export function columnTerm(builder: Builder, expr: Expr, scope: Scope): NodeId | undefined {
  if (expr.kind === 'column') return resolveColumn(scope, expr.path).node;
  if (expr.kind !== 'cast' || expr.arg.kind !== 'column') return undefined;
  const node = resolveColumn(scope, expr.arg.path).node;
  const column = node === undefined ? undefined : nodeAt(builder, node).column;
  return column !== undefined && isHarmlessColumnCast(column, expr.type) ? node : undefined;
}

// ── facts ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Collected {
  readonly facts: readonly Fact[];
  /** Owners inside positive subqueries: they learn with the others. */
  readonly owners: readonly OwnerId[];
}

const nothing: Collected = { facts: [], owners: [] };

/** Facts of a condition that is true. Subqueries taken in as semijoins are added to `handled`. */
export function collectFacts(
  context: Context,
  condition: Condition,
  env: Env,
  handled: Set<Expr>,
): Collected {
  switch (condition.kind) {
    case 'and': {
      const parts = condition.args.map((arg) => collectFacts(context, arg, env, handled));
      return { facts: parts.flatMap((part) => part.facts), owners: parts.flatMap((part) => part.owners) };
    }
    case 'semijoin':
      handled.add(condition.subquery);
      return semijoinFacts(context, condition.subquery, env);
    default:
      return { ...nothing, facts: plainFacts(context.builder, condition, env.scope) };
  }
}

function plainFacts(builder: Builder, condition: Condition, scope: Scope): readonly Fact[] {
  switch (condition.kind) {
    case 'and':
      return condition.args.flatMap((arg) => plainFacts(builder, arg, scope));
    case 'or': {
      const branches = condition.args.map((arg) => plainFacts(builder, arg, scope));
      return factsOfEveryBranch(builder, branches, (nodes) => listOfNodes(builder, nodes));
    }
    case 'equal':
      return comparedFacts(builder, condition.left, condition.right, scope);
    case 'member':
      return memberFacts(builder, condition, scope);
    default:
      return [];
  }
}

function comparedFacts(builder: Builder, left: Expr, right: Expr, scope: Scope): readonly Fact[] {
  const a = termOf(builder, left, scope);
  const b = termOf(builder, right, scope);
  const fact = a === undefined || b === undefined ? undefined : equalFact(builder, a, b);
  return fact === undefined ? [] : [fact];
}

/** The node that stands for one of these constants; undefined when one of them is none. */
export function listOfConstants(builder: Builder, items: readonly (Expr | undefined)[]): NodeId | undefined {
  const constants = items.map((item) => (item === undefined ? undefined : constantOf(item)));
  if (constants.some((constant) => constant === undefined)) return undefined;
  return listOfNodes(
    builder,
    constants.flatMap((constant) => (constant === undefined ? [] : [constantNode(builder, constant)])),
  );
}

function memberFacts(
  builder: Builder,
  condition: Condition & { kind: 'member' },
  scope: Scope,
): readonly Fact[] {
  const node = columnTerm(builder, condition.arg, scope);
  if (node === undefined) return [];
  const list =
    condition.elementsOf === undefined
      ? listOfItems(builder, condition.items)
      : elementsNode(builder, condition.elementsOf);
  const fact = list === undefined ? undefined : memberFact(builder, node, list);
  return fact === undefined ? [] : [fact];
}

function elementsNode(builder: Builder, number: number): NodeId {
  return listNode(builder, {
    identity: `elements of $${number}`,
    label: 'a list',
    constants: [{ kind: 'elements', number }],
  });
}

/** A list of constants; a list with anything else in it proves nothing. One value written several times is that value. */
function listOfItems(builder: Builder, items: readonly Expr[] | undefined): NodeId | undefined {
  return items === undefined
    ? listNode(builder, { identity: 'open', label: 'a list' })
    : listOfConstants(builder, items);
}

export function listOfNodes(builder: Builder, nodes: readonly NodeId[]): NodeId {
  const distinct = [...new Set(nodes)];
  const only = distinct[0];
  if (distinct.length === 1 && only !== undefined) return only;
  const sourceOf = new Map(builder.sources.map((source) => [source.node, source]));
  const sources = distinct.map((node) => sourceOf.get(node));
  const lengths = sources.map((source) => (source?.kind === 'one' ? 1 : source?.length));
  const constants = sources.map((source) => (source?.kind === 'one' ? [source.constant] : source?.constants));
  const length = lengths.every((one) => one !== undefined)
    ? lengths.reduce((sum, one) => sum + one, 0)
    : undefined;
  const all = constants.every((one) => one !== undefined) ? constants.flat() : undefined;
  return listNode(builder, {
    identity: [...distinct].sort((a, b) => a - b).join(' '),
    label: length === undefined ? 'a list' : `a list of ${length}`,
    ...(length === undefined ? {} : { length }),
    ...(all === undefined ? {} : { constants: all }),
  });
}

/**
 * EXISTS (q) and x = ANY (q) as a conjunct: a row passes only with a row of q, so what holds for every row of q holds for
 * it, and knowledge about x passes to q's column where q lets it in.
 */
function semijoinFacts(context: Context, subquery: SubqueryExpr, env: Env): Collected {
  const resolved = context.resolveSelect(context, subquery.query, env);
  const { facts, owners } = resolved.exported;
  if (subquery.form === 'exists' || subquery.test === undefined) return { facts, owners };
  const tests = subquery.test.kind === 'row' ? subquery.test.items : [subquery.test];
  for (const test of tests) visitExpr(context, test, env, new Set());
  if (tests.some((test) => test.kind === 'star')) return { facts, owners };
  const { builder } = context;
  const copyOwner = newOwner(builder);
  const compared = tests.flatMap((test, index): readonly Fact[] => {
    const outside = termOf(builder, test, env.scope);
    const inside = resolved.outputs()[index]?.column().node;
    if (outside === undefined || inside === undefined || resolved.openStars().length > 0) return [];
    const copy = outputNode(builder, copyOwner, nodeAt(builder, inside).label, inside, resolved);
    const fact = equalFact(builder, outside, copy);
    return fact === undefined ? [] : [fact];
  });
  return { facts: [...facts, ...compared], owners: [...owners, copyOwner] };
}

// ── the rest of an expression ────────────────────────────────────────────────────────────────────────────────────────

/** Resolves every subquery that was not handled as a semijoin, and looks at every function that is called. */
export function visitExpr(context: Context, expr: Expr, env: Env, handled: ReadonlySet<Expr>): void {
  checkOperator(context, expr);
  if (expr.kind === 'subquery') {
    if (handled.has(expr)) return;
    context.resolveSelect(context, expr.query, env);
    if (expr.test !== undefined) visitExpr(context, expr.test, env, handled);
    return;
  }
  if (expr.kind === 'call') checkCall(context, expr);
  else checkAttribute(context, expr);
  for (const child of exprChildren(expr)) visitExpr(context, child, env, handled);
}

export function visitAll(context: Context, exprs: readonly Expr[], env: Env): void {
  for (const expr of exprs) visitExpr(context, expr, env, nothingHandled);
}

export const nothingHandled: ReadonlySet<Expr> = new Set();
