/**
 * Whether an expression was grouped as PostgreSQL groups it.
 *
 * The parser's order of operators is not PostgreSQL's (`a = b IS NULL`, `a || b -> 'c'`). A tree whose every operator
 * without parentheses binds no less tightly than the one around it is PostgreSQL's own tree; any other is refused.
 */
import type { Expr, ExprBinary, ExprCast } from 'pgsql-ast-parser';
import { isParenthesised, refuse, startOf, type Translation } from './context.js';

const atom = 99;
const castLevel = 16;
const subscriptLevel = 14;
const signLevel = 13;
const otherOperatorLevel = 7;
const rangeLevel = 6;
const isLevel = 4;
const notLevel = 3;

const levels: Readonly<Record<string, number>> = {
  OR: 1,
  AND: 2,
  '=': 5,
  '!=': 5,
  '<': 5,
  '>': 5,
  '<=': 5,
  '>=': 5,
  IN: rangeLevel,
  'NOT IN': rangeLevel,
  LIKE: rangeLevel,
  'NOT LIKE': rangeLevel,
  ILIKE: rangeLevel,
  'NOT ILIKE': rangeLevel,
  '+': 8,
  '-': 8,
  '*': 9,
  '/': 9,
  '%': 9,
  '^': 10,
  'AT TIME ZONE': 11,
};
/** a = b = c and a LIKE b LIKE c are errors to PostgreSQL. */
const associates = (level: number): boolean => level !== 5 && level !== rangeLevel;

function binaryLevel(node: ExprBinary): number {
  return node.opSchema === undefined ? (levels[node.op] ?? otherOperatorLevel) : otherOperatorLevel;
}

function level(node: Expr, t: Translation): number {
  switch (node.type) {
    case 'binary':
      return isParenthesised(node, t) ? atom : binaryLevel(node);
    case 'ternary':
      return isParenthesised(node, t) ? atom : rangeLevel;
    case 'unary':
      return unaryLevel(node, t);
    case 'member':
      return isParenthesised(node, t) ? atom : otherOperatorLevel;
    case 'cast':
      return castNodeLevel(node, t);
    case 'arrayIndex':
      return isParenthesised(node, t) ? atom : subscriptLevel;
    default:
      return atom;
  }
}

function unaryLevel(node: Extract<Expr, { type: 'unary' }>, t: Translation): number {
  if (isParenthesised(node, t)) return atom;
  if (node.op.startsWith('IS')) return isLevel;
  return node.op === 'NOT' ? notLevel : signLevel;
}

function castNodeLevel(node: ExprCast, t: Translation): number {
  if (isParenthesised(node, t) || isPrefixCast(node)) return atom;
  return bindsToMember(node, t) ? otherOperatorLevel : castLevel;
}

/** CAST (x AS t) and `date 'x'` enclose or precede their operand. */
function isPrefixCast(node: ExprCast): boolean {
  return startOf(node) < startOf(node.operand);
}

/** `a ->> 'b'::text` casts 'b', where the parser has cast the whole. */
export function bindsToMember(node: ExprCast, t: Translation): boolean {
  if (isPrefixCast(node)) return false;
  const { operand } = node;
  if (operand.type === 'member') return !isParenthesised(operand, t);
  if (operand.type !== 'cast' || isParenthesised(operand, t)) return false;
  return bindsToMember(operand, t);
}

/** @throws RefusedError when PostgreSQL would have grouped the operands of this node otherwise */
export function checkGrouping(node: Expr, t: Translation): void {
  if (!isGroupedAlike(node, t)) refuse('operators that this reader groups otherwise than PostgreSQL');
}

function isGroupedAlike(node: Expr, t: Translation): boolean {
  switch (node.type) {
    case 'binary': {
      const own = binaryLevel(node);
      const left = level(node.left, t);
      return (left > own || (left === own && associates(own))) && level(node.right, t) > own;
    }
    case 'ternary':
      return [node.value, node.lo, node.hi].every((part) => level(part, t) > rangeLevel);
    case 'unary': {
      const own = node.op.startsWith('IS') ? isLevel : node.op === 'NOT' ? notLevel : signLevel;
      return level(node.operand, t) >= own;
    }
    case 'member':
      return level(node.operand, t) >= otherOperatorLevel;
    case 'arrayIndex': {
      // x::int[1] is a cast to an array type.
      const array = level(node.array, t);
      return array === atom || array === subscriptLevel;
    }
    case 'cast':
      return isPrefixCast(node) || bindsToMember(node, t) || level(node.operand, t) >= castLevel;
    default:
      return true;
  }
}
