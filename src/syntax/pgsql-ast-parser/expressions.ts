/** Expressions of pgsql-ast-parser's tree → Expr. What cannot be told apart in that tree is refused. */
import type {
  Expr as AstExpr,
  SelectStatement as AstSelect,
  ExprBinary,
  ExprCast,
  ExprList,
  ExprMember,
  ExprUnary,
} from 'pgsql-ast-parser';
import { call, defaultValue, logic, other, prefixOperator } from '../build.js';
import type { Expr, LiteralExpr, SubqueryExpr } from '../tree.js';
import { functionCall, isPlain, valueKeyword } from './calls.js';
import { enclosingPairs, isParenthesised, refuse, sourceOf, type Translation } from './context.js';
import { bindsToMember, checkGrouping } from './precedence.js';
import { squashedParameter } from './source.js';
import { typeName } from './types.js';

export function expr(node: AstExpr, t: Translation): Expr {
  checkGrouping(node, t);
  switch (node.type) {
    case 'ref':
      return reference(node);
    case 'parameter':
      return { kind: 'param', number: Number(node.name.slice(1)) };
    case 'integer':
    case 'numeric':
      // The tree holds a rounded number; the text has the one that was written.
      return { kind: 'literal', type: 'number', text: number(sourceOf(node, t)) };
    case 'string':
      return { kind: 'literal', type: 'string', text: node.value };
    case 'boolean':
      return { kind: 'literal', type: 'boolean', text: String(node.value) };
    case 'null':
      return { kind: 'literal', type: 'null', text: '' };
    case 'default':
      return defaultValue;
    case 'keyword':
      return valueKeyword(node.keyword);
    case 'binary':
      return binary(node, t);
    case 'unary':
      return unary(node, t);
    case 'ternary':
      return {
        kind: 'between',
        arg: expr(node.value, t),
        low: expr(node.lo, t),
        high: expr(node.hi, t),
        negated: node.op === 'NOT BETWEEN',
        symmetric: false,
      };
    case 'cast':
      return cast(node, t);
    case 'call':
      return functionCall(node, t);
    case 'member':
      return { kind: 'operator', name: node.op, left: expr(node.operand, t), right: memberKey(node) };
    case 'list':
      return { kind: 'row', items: node.expressions.map((item) => expr(item, t)) };
    case 'array':
      return arrayOf(node, t);
    case 'array select':
      return { kind: 'subquery', form: 'array', query: t.select(node.select, t) };
    case 'arrayIndex':
      return other('subscript', [expr(node.array, t), expr(node.index, t)]);
    case 'case':
      return other('case', [
        ...optional(node.value, t),
        ...node.whens.flatMap((when) => [expr(when.when, t), expr(when.value, t)]),
        ...optional(node.else, t),
      ]);
    case 'extract':
      return call('extract', [
        { kind: 'literal', type: 'string', text: node.field.name },
        expr(node.from, t),
      ]);
    case 'overlay':
      return call('overlay', [
        expr(node.value, t),
        expr(node.placing, t),
        expr(node.from, t),
        ...optional(node.for, t),
      ]);
    case 'substring':
      return call('substring', [
        expr(node.value, t),
        ...(node.from ? [expr(node.from, t)] : [one]),
        ...(node.from ? optional(node.for, t) : optional(node.for, t).map(asInteger)),
      ]);
    case 'select':
    case 'union':
    case 'union all':
    case 'values':
    case 'with':
    case 'with recursive':
      return { kind: 'subquery', form: 'scalar', query: t.select(node, t) };
    default:
      return refuse('an expression that this reader does not know');
  }
}

function optional(node: AstExpr | null | undefined, t: Translation): readonly Expr[] {
  return node ? [expr(node, t)] : [];
}

const one: LiteralExpr = { kind: 'literal', type: 'number', text: '1' };

/** `substring(x for 3)` is `substring(x, 1, 3::int4)`. */
function asInteger(arg: Expr): Expr {
  return { kind: 'cast', arg, type: { name: ['int4'], modified: false, array: false } };
}

/** The place of a number may include what stands around it: parentheses, or FETCH FIRST … ROWS ONLY. */
function number(source: string): string {
  const [text, ...more] = source.match(/-?(?:\d+\.?\d*|\.\d+)/g) ?? [];
  if (text === undefined || more.length > 0) return refuse('a number that is not found in the text');
  return text === '-0' ? '0' : text.replace(/^(-?)0+(?=\d)/, '$1');
}

function reference(node: Extract<AstExpr, { type: 'ref' }>): Expr {
  const qualifier =
    node.table === undefined
      ? []
      : node.table.schema === undefined
        ? [node.table.name]
        : [node.table.schema, node.table.name];
  return node.name === '*'
    ? { kind: 'star', qualifier }
    : { kind: 'column', path: [...qualifier, node.name] };
}

const operatorNames: Readonly<Record<string, string>> = {
  '!=': '<>',
  LIKE: '~~',
  'NOT LIKE': '!~~',
  ILIKE: '~~*',
  'NOT ILIKE': '!~~*',
};

function binary(node: ExprBinary, t: Translation): Expr {
  switch (node.op) {
    case 'AND':
    case 'OR':
      return logic(node.op === 'AND' ? 'and' : 'or', [expr(node.left, t), expr(node.right, t)]);
    case 'IN':
    case 'NOT IN':
      return membership(node, t);
    case 'AT TIME ZONE':
      return call('timezone', [expr(node.right, t), expr(node.left, t)]);
    default:
      return quantified(node, t) ?? plainOperator(node, t);
  }
}

function plainOperator(node: ExprBinary, t: Translation): Expr {
  const qualified =
    node.opSchema === undefined || node.opSchema === 'pg_catalog' ? {} : { schema: node.opSchema };
  return {
    kind: 'operator',
    name: operatorNames[node.op] ?? node.op.toLowerCase(),
    ...qualified,
    left: expr(node.left, t),
    right: expr(node.right, t),
  };
}

/** The parser takes ANY, SOME and ALL for functions. */
function quantified(node: ExprBinary, t: Translation): Expr | undefined {
  const { right } = node;
  if (right.type !== 'call' || right.function.schema !== undefined) return undefined;
  const quantifier = { any: 'any', some: 'any', all: 'all' }[right.function.name] as
    | 'any'
    | 'all'
    | undefined;
  if (quantifier === undefined) return undefined;
  const [operand] = right.args;
  if (operand === undefined || !isPlain(right)) return refuse('a quantifier without its one operand');
  const operator = operatorNames[node.op] ?? node.op.toLowerCase();
  if (isSelect(operand)) {
    const query = t.select(operand, t);
    return { kind: 'subquery', form: quantifier, query, test: expr(node.left, t), operator };
  }
  return { kind: 'quantified', left: expr(node.left, t), operator, quantifier, array: expr(operand, t) };
}

function membership(node: ExprBinary, t: Translation): Expr {
  const arg = expr(node.left, t);
  const negated = node.op === 'NOT IN';
  if (isSelect(node.right)) {
    const query = t.select(node.right, t);
    const subquery: SubqueryExpr = { kind: 'subquery', form: 'any', query, test: arg, operator: '=' };
    return negated ? { kind: 'not', arg: subquery } : subquery;
  }
  if (!isParenthesised(node.right, t)) return refuse('IN without a list');
  const items = node.right.type === 'list' ? listItems(node.right, t) : [expr(node.right, t)];
  const squashed = isSquashMark(items.at(-1));
  return { kind: 'inList', arg, items: squashed ? items.slice(0, -1) : items, negated, squashed };
}

/** `IN ((1, 2))` is a list of one row, which the tree does not tell from a list of two. */
function listItems(list: ExprList, t: Translation): readonly Expr[] {
  const items = list.expressions.map((item) => expr(item, t));
  return enclosingPairs(list, t) > 1 ? [{ kind: 'row', items }] : items;
}

function arrayOf(node: ExprList, t: Translation): Expr {
  const items = node.expressions.map((item) => expr(item, t));
  const squashed = isSquashMark(items.at(-1));
  return { kind: 'array', items: squashed ? items.slice(0, -1) : items, squashed };
}

function isSquashMark(item: Expr | undefined): boolean {
  return item?.kind === 'param' && item.number === squashedParameter;
}

function isSelect(node: AstExpr): node is AstSelect {
  return (
    node.type === 'select' ||
    node.type === 'union' ||
    node.type === 'union all' ||
    node.type === 'values' ||
    node.type === 'with' ||
    node.type === 'with recursive'
  );
}

function unary(node: ExprUnary, t: Translation): Expr {
  const arg = expr(node.operand, t);
  switch (node.op) {
    case 'NOT':
      return { kind: 'not', arg };
    case 'IS NULL':
    case 'IS NOT NULL':
      return { kind: 'nullTest', arg, negated: node.op === 'IS NOT NULL' };
    case 'IS TRUE':
    case 'IS NOT TRUE':
      return { kind: 'booleanTest', arg, test: 'true', negated: node.op === 'IS NOT TRUE' };
    case 'IS FALSE':
    case 'IS NOT FALSE':
      return { kind: 'booleanTest', arg, test: 'false', negated: node.op === 'IS NOT FALSE' };
    case '+':
    case '-':
      return node.opSchema === undefined
        ? prefixOperator(node.op, arg)
        : { kind: 'operator', name: node.op, right: arg };
  }
}

function cast(node: ExprCast, t: Translation): Expr {
  const type = typeName(node.to);
  if (!bindsToMember(node, t)) return { kind: 'cast', arg: expr(node.operand, t), type };
  const member = expr(node.operand, t);
  if (member.kind !== 'operator') return refuse('a cast that this reader groups otherwise than PostgreSQL');
  return { ...member, right: { kind: 'cast', arg: member.right, type } };
}

function memberKey(node: ExprMember): Expr {
  return typeof node.member === 'number'
    ? { kind: 'literal', type: 'number', text: String(node.member) }
    : { kind: 'literal', type: 'string', text: node.member };
}
