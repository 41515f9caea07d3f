/** Function calls of pgsql-ast-parser's tree → Expr. Several things that are no calls look like calls in that tree. */
import type { Expr as AstExpr, CallOver, ExprCall, OrderByStatement } from 'pgsql-ast-parser';
import { call, other, withoutCatalog } from '../build.js';
import type { CallExpr, Expr, NamePath, WindowSpec } from '../tree.js';
import { isParenthesised, refuse, type Translation } from './context.js';

/** current_timestamp, user, … without parentheses. */
export function valueKeyword(keyword: string): Expr {
  if (keyword === 'distinct') return refuse('DISTINCT where an expression should be');
  return call(keyword, []);
}

/** These take a precision, which the neutral tree leaves out. */
const valueFunctions = new Set(['current_timestamp', 'current_time', 'localtimestamp', 'localtime']);

export function functionCall(node: ExprCall, t: Translation): Expr {
  const name = functionName(node);
  const special = name.length === 1 ? specialCall(name[0] ?? '', node, t) : undefined;
  return special ?? plainCall(name, node, t);
}

function specialCall(name: string, node: ExprCall, t: Translation): Expr | undefined {
  if (name === 'exists') return existence(node, t);
  if (name === 'row') return { kind: 'row', items: node.args.map((arg) => t.expr(arg, t)) };
  if (name === 'grouping') return other('grouping', argumentsOf(node, t));
  if (name === 'position' && node.args.length === 1) return position(node.args, t);
  if (name === 'any' || name === 'some' || name === 'all')
    return refuse('a quantifier where a value should be');
  if (name === 'rollup' || name === 'cube') return refuse('grouping sets where a value should be');
  if (name === 'normalize' && node.args.length > 1) return refuse('NORMALIZE with a form');
  if (name === 'trim') return plainCall(['btrim'], node, t);
  if (valueFunctions.has(name)) return call(name, []);
  return undefined;
}

function functionName(node: ExprCall): NamePath {
  const { schema, name } = node.function;
  return withoutCatalog(schema === undefined ? [name] : [schema, name]);
}

function plainCall(name: NamePath, node: ExprCall, t: Translation): CallExpr {
  const [only] = node.args;
  const star =
    node.args.length === 1 && only?.type === 'ref' && only.name === '*' && only.table === undefined;
  return {
    kind: 'call',
    name,
    args: star ? [] : argumentsOf(node, t),
    star,
    distinct: node.distinct === 'distinct',
    ...(node.filter ? { filter: t.expr(node.filter, t) } : {}),
    orderBy: [...sortKeys(node.orderBy, t), ...sortKeys(node.withinGroup ? [node.withinGroup] : [], t)],
    ...(node.over ? { over: windowSpec(node.over, t) } : {}),
  };
}

function argumentsOf(node: ExprCall, t: Translation): readonly Expr[] {
  return node.args.map((arg) => t.expr(arg, t));
}

/** Has one argument and none of an aggregate's clauses. `any (a UNION (b) ORDER BY 1)` is read as a call with an order. */
export function isPlain(node: ExprCall): boolean {
  return (
    node.args.length === 1 && !(node.distinct || node.orderBy || node.filter || node.withinGroup || node.over)
  );
}

function existence(node: ExprCall, t: Translation): Expr {
  const [query] = node.args;
  if (query === undefined || !isPlain(node)) return refuse('EXISTS without its one subquery');
  const inner = t.expr(query, t);
  if (inner.kind !== 'subquery' || inner.form !== 'scalar') return refuse('EXISTS without its one subquery');
  return { kind: 'subquery', form: 'exists', query: inner.query };
}

/** `position(a IN b)` is read as a test of membership without a list. */
function position(args: readonly AstExpr[], t: Translation): Expr {
  const [test] = args;
  if (test?.type !== 'binary' || test.op !== 'IN' || isParenthesised(test.right, t)) {
    return refuse('POSITION with an operand in parentheses');
  }
  return call('position', [t.expr(test.right, t), t.expr(test.left, t)]);
}

export function sortKeys(
  orderBy: readonly OrderByStatement[] | null | undefined,
  t: Translation,
): readonly Expr[] {
  return (orderBy ?? []).map((element) => t.expr(element.by, t));
}

function windowSpec(over: CallOver, t: Translation): WindowSpec {
  return {
    partitionBy: (over.partitionBy ?? []).map((part) => t.expr(part, t)),
    orderBy: sortKeys(over.orderBy, t),
  };
}
