/**
 * A condition brought into the one form that facts are read from: NOT pushed inwards, `p = true` unwrapped, BETWEEN, row
 * comparisons and one-element lists opened. What is left over proves nothing and is `open`.
 *
 * SQL's third truth value is kept in mind throughout: a condition filters rows for which it is *true*, so
 * `NOT (a <> b)` is as good as `a = b`, and `x IN (NULL)` or `x NOT IN (…, NULL)` is never true.
 */

import type {
  Expr,
  InListExpr,
  OperatorExpr,
  QuantifiedExpr,
  SubqueryExpr,
  TypeName,
} from '../syntax/index.js';
import { constantOf, isNullConstant } from './constants.js';
import { familyOfCast } from './families.js';

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly args: readonly Condition[] }
  | { readonly kind: 'equal'; readonly left: Expr; readonly right: Expr; readonly nullSafe: boolean }
  /** `arg` has one of the values; `items` is undefined when they cannot be listed, `elementsOf` when they are a parameter's. */
  | {
      readonly kind: 'member';
      readonly arg: Expr;
      readonly items?: readonly Expr[];
      readonly elementsOf?: number;
    }
  /** A positive EXISTS or `= ANY (subquery)`. */
  | { readonly kind: 'semijoin'; readonly subquery: SubqueryExpr }
  /** Never true when one of the operands is NULL; proves nothing else. */
  | { readonly kind: 'strict'; readonly operands: readonly Expr[] }
  | { readonly kind: 'never' }
  | { readonly kind: 'open' };

const open: Condition = { kind: 'open' };
const never: Condition = { kind: 'never' };

/** Operators that give NULL for a NULL operand and are defined on every key type. */
const comparisonOperators = new Set(['=', '<>', '<', '>', '<=', '>=']);
const otherStrictOperators = new Set(['~~', '!~~', '~~*', '!~~*', '~', '!~', '~*', '!~*']);

export function conditionOf(expr: Expr, negated = false): Condition {
  switch (expr.kind) {
    case 'and':
    case 'or': {
      const kind = (expr.kind === 'and') === negated ? 'or' : 'and';
      return combine(
        kind,
        expr.args.map((arg) => conditionOf(arg, negated)),
      );
    }
    case 'not':
      return conditionOf(expr.arg, !negated);
    case 'operator':
      return operatorCondition(expr, negated);
    case 'between':
      return betweenCondition(expr.arg, expr.low, expr.high, expr.negated !== negated);
    case 'inList':
      return listCondition(expr, expr.negated !== negated);
    case 'quantified':
      return negated ? open : quantifiedCondition(expr);
    case 'distinctFrom':
      return distinctCondition(expr.left, expr.right, expr.negated !== negated);
    case 'nullTest':
      return expr.negated !== negated ? { kind: 'strict', operands: [expr.arg] } : open;
    case 'booleanTest':
      return booleanTestCondition(expr.arg, expr.test, expr.negated !== negated);
    case 'subquery':
      return negated ? open : subqueryCondition(expr);
    case 'literal':
      return literalCondition(expr.type, expr.text, negated);
    case 'column':
      return { kind: 'strict', operands: [expr] };
    default:
      return isNullConstant(expr) ? never : open;
  }
}

function combine(kind: 'and' | 'or', args: readonly Condition[]): Condition {
  const neutral = kind === 'or' ? 'never' : undefined;
  const useful = args.filter((arg) => arg.kind !== neutral);
  if (kind === 'and' && useful.some((arg) => arg.kind === 'never')) return never;
  if (useful.length === 0) return kind === 'or' ? never : open;
  const only = useful[0];
  return useful.length === 1 && only !== undefined ? only : { kind, args: useful };
}

function literalCondition(type: string, text: string, negated: boolean): Condition {
  if (type === 'null') return never;
  if (type === 'boolean') return (text === 'true') === negated ? never : open;
  return open;
}

function booleanTestCondition(arg: Expr, test: 'true' | 'false' | 'unknown', negated: boolean): Condition {
  if (negated || test === 'unknown') return open;
  return conditionOf(arg, test === 'false');
}

// ── comparisons ──────────────────────────────────────────────────────────────────────────────────────────────────────

const negations: Readonly<Record<string, string>> = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};

function operatorCondition(expr: OperatorExpr, negated: boolean): Condition {
  if (expr.left === undefined || expr.schema !== undefined) return open;
  const operator = negated ? negations[expr.name] : expr.name;
  if (operator === undefined) return open;
  const unwrapped =
    unwrapTruth(expr.left, operator, expr.right) ?? unwrapTruth(expr.right, operator, expr.left);
  return unwrapped ?? comparison(expr.left, operator, expr.right);
}

/** `p = true`, `p <> false` → p; `p = false`, `p <> true` → NOT p. */
function unwrapTruth(arg: Expr, operator: string, literal: Expr): Condition | undefined {
  if (literal.kind !== 'literal' || literal.type !== 'boolean' || arg.kind === 'literal') return undefined;
  if (operator !== '=' && operator !== '<>') return undefined;
  return conditionOf(arg, (literal.text === 'true') !== (operator === '='));
}

function comparison(left: Expr, operator: string, right: Expr): Condition {
  if (comparisonOperators.has(operator)) {
    if (isNullConstant(left) || isNullConstant(right)) return never;
    const decided = compareLiterals(left, operator, right);
    if (decided !== undefined) return decided ? open : never;
  }
  if (operator === '=') return equality(left, right);
  const strict = comparisonOperators.has(operator) || otherStrictOperators.has(operator);
  return strict ? { kind: 'strict', operands: [left, right] } : open;
}

function equality(left: Expr, right: Expr): Condition {
  if (left.kind !== 'row' || right.kind !== 'row') return { kind: 'equal', left, right, nullSafe: false };
  // A star in a row is any number of items: which meets which is not to be seen.
  const isStarred = [...left.items, ...right.items].some((item) => item.kind === 'star');
  if (isStarred || left.items.length !== right.items.length) return open;
  return combine(
    'and',
    left.items.map((item, index) => comparison(item, '=', right.items[index] as Expr)),
  );
}

/** Two integer literals: the comparison is known. */
function compareLiterals(left: Expr, operator: string, right: Expr): boolean | undefined {
  const a = integerValue(left);
  const b = integerValue(right);
  if (a === undefined || b === undefined) return undefined;
  switch (operator) {
    case '=':
      return a === b;
    case '<>':
      return a !== b;
    case '<':
      return a < b;
    case '>':
      return a > b;
    case '<=':
      return a <= b;
    default:
      return a >= b;
  }
}

function integerValue(expr: Expr): bigint | undefined {
  const isInteger = expr.kind === 'literal' && expr.type === 'number' && /^-?\d+$/.test(expr.text);
  return isInteger ? BigInt(expr.text) : undefined;
}

/** IS NOT DISTINCT FROM pins only to a constant that is known not to be NULL: two NULLs would match, too. */
function distinctCondition(left: Expr, right: Expr, isEquality: boolean): Condition {
  if (!isEquality) return open;
  const known = (expr: Expr) => constantOf(expr)?.constant.kind === 'literal';
  return known(left) || known(right) ? { kind: 'equal', left, right, nullSafe: true } : open;
}

function betweenCondition(arg: Expr, low: Expr, high: Expr, negated: boolean): Condition {
  if (negated) return { kind: 'strict', operands: [arg] };
  if (isNullConstant(low) || isNullConstant(high)) return never;
  const lowest = constantOf(low);
  const samePoint = lowest !== undefined && lowest.identity === constantOf(high)?.identity;
  return samePoint ? equality(arg, low) : { kind: 'strict', operands: [arg, low, high] };
}

// ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────────────

function listCondition(expr: InListExpr, negated: boolean): Condition {
  if (negated) {
    if (expr.items.some(isNullConstant)) return never;
    return { kind: 'strict', operands: [expr.arg] };
  }
  return membership(expr.arg, expr.items, expr.squashed);
}

function membership(arg: Expr, items: readonly Expr[], squashed: boolean): Condition {
  // `x IN (…)` is true only through an element that is not NULL; but a NULL's type decides how the others are compared.
  if (items.some((item) => isNullConstant(item) && !isKeyTyped(item)))
    return { kind: 'strict', operands: [arg] };
  const possible = items.filter((item) => !isNullConstant(item));
  if (possible.length === 0) return never;
  if (squashed) return arg.kind === 'row' ? open : { kind: 'member', arg };
  const only = possible[0];
  if (possible.length === 1 && only !== undefined) return comparison(arg, '=', only);
  if (arg.kind === 'row')
    return combine(
      'or',
      possible.map((item) => equality(arg, item)),
    );
  return { kind: 'member', arg, items: possible };
}

function quantifiedCondition(expr: QuantifiedExpr): Condition {
  if (expr.operator !== '=' || expr.left.kind === 'row') return open;
  if (expr.quantifier === 'all') return open;
  const { array, elementType } = uncast(expr.array);
  const elements = array.kind === 'array' ? array.items : literalElements(array);
  if (elements !== undefined) {
    const items = elements.map(
      (arg): Expr => (elementType === undefined ? arg : { kind: 'cast', arg, type: elementType }),
    );
    return membership(expr.left, items, array.kind === 'array' && array.squashed);
  }
  if (isNullConstant(array)) return never;
  const keepsKeys = elementType === undefined || familyOfCast(elementType) !== 'other';
  if (keepsKeys && array.kind === 'param')
    return { kind: 'member', arg: expr.left, elementsOf: array.number };
  if (keepsKeys && array.kind === 'literal') return { kind: 'member', arg: expr.left };
  return { kind: 'strict', operands: [expr.left] };
}

/** `'{1,2}'`: elements that are plain words or numbers; anything quoted, nested or NULL is left as it is. */
function literalElements(array: Expr): readonly Expr[] | undefined {
  if (array.kind !== 'literal' || array.type !== 'string') return undefined;
  if (!/^\{[\w-]+(,[\w-]+)*\}$/.test(array.text)) return undefined;
  const words = array.text.slice(1, -1).split(',');
  if (words.some((word) => /^null$/i.test(word))) return undefined;
  return words.map((text) => ({ kind: 'literal', type: 'string', text }));
}

/** `ARRAY[…]::varchar(1)[]` casts every element, and the comparison is that of the elements' type. */
function uncast(expr: Expr): { readonly array: Expr; readonly elementType?: TypeName } {
  if (expr.kind !== 'cast') return { array: expr };
  const inner = uncast(expr.arg);
  // A cast of a cast: only a single one can be said to be the elements' own.
  if (inner.elementType !== undefined || !expr.type.array)
    return { array: { kind: 'other', what: 'cast', args: [expr] } };
  return { array: inner.array, elementType: { ...expr.type, array: false } };
}

/** NULL as it is written, or cast to a type of keys. */
function isKeyTyped(expr: Expr): boolean {
  return expr.kind !== 'cast' || (familyOfCast(expr.type) !== 'other' && isKeyTyped(expr.arg));
}

function subqueryCondition(expr: SubqueryExpr): Condition {
  if (expr.form === 'exists') return { kind: 'semijoin', subquery: expr };
  if (expr.form === 'any' && expr.operator === '=') return { kind: 'semijoin', subquery: expr };
  return open;
}
