/**
 * What counts as a constant: parameters, literals, and immutable expressions of them. Never a subquery, never a stable or
 * volatile function (each shard would evaluate its own).
 *
 * Two constants are one only when they are provably the same value: the same parameter, literals of the same text, or
 * expressions built alike from such. Two different parameters are never equal.
 */

import type { Column } from '../model/index.js';
import type { CallExpr, CastExpr, Expr, LiteralExpr, OperatorExpr } from '../syntax/index.js';
import type { Constant } from './builder.js';
import { type Family, familyOfCast, familyOfColumn, sameFamily } from './families.js';

const integerText = /^-?\d+$/;
const largestInteger = 2n ** 63n;

function isIntegerText(text: string): boolean {
  if (!integerText.test(text)) return false;
  const value = BigInt(text);
  return value < largestInteger && value >= -largestInteger;
}

/** NULL, however it is cast. */
export function isNullConstant(expr: Expr): boolean {
  if (expr.kind === 'cast') return isNullConstant(expr.arg);
  return expr.kind === 'literal' && expr.type === 'null';
}

/** DEFAULT in a row of VALUES. */
export function isDefault(expr: Expr | undefined): boolean {
  return expr?.kind === 'other' && expr.what === 'default';
}

/** The constant that an expression is in a comparison, or undefined when it is none. NULL is none. */
export function constantOf(expr: Expr): Constant | undefined {
  switch (expr.kind) {
    case 'param':
      return {
        identity: `$${expr.number}`,
        constant: { kind: 'param', number: expr.number },
        family: 'unknown',
        label: `$${expr.number}`,
      };
    case 'literal':
      return literalConstant(expr);
    case 'cast':
      return castConstant(expr);
    case 'operator':
      return operatorConstant(expr);
    case 'call':
      return callConstant(expr);
    default:
      return undefined;
  }
}

function literalConstant(literal: LiteralExpr): Constant | undefined {
  if (literal.type === 'string') return literalOf(literal.text, 'string', 'unknown');
  if (literal.type === 'number' && isIntegerText(literal.text)) {
    return literalOf(BigInt(literal.text).toString(), 'number', 'integer');
  }
  return undefined;
}

function literalOf(text: string, literal: 'number' | 'string', family: Family): Constant {
  // Quoted, so that no literal can spell another expression.
  return {
    identity: `=${JSON.stringify(text)}`,
    constant: { kind: 'literal', text, literal },
    family,
    label: '?',
  };
}

function castConstant(cast: CastExpr): Constant | undefined {
  const family = familyOfCast(cast.type);
  if (family === 'other') return undefined;
  const arg = constantOf(cast.arg);
  if (arg === undefined) return undefined;
  // `$1::int`, `'42'::bigint`, `42::bigint`: the type is said, the value stays.
  if (arg.family === 'unknown' || arg.family === family) return { ...arg, family };
  return expressionOf(`(${arg.identity})::${cast.type.name.join('.')}`, family);
}

function expressionOf(identity: string, family: Family): Constant {
  return {
    identity: `e ${identity}`,
    constant: { kind: 'expression', text: 'expression' },
    family,
    label: 'an expression of constants',
  };
}

const integerOperators = new Set(['+', '-', '*', '/', '%']);

function operatorConstant(expr: OperatorExpr): Constant | undefined {
  if (expr.schema !== undefined || expr.left === undefined) return undefined;
  const left = constantOf(expr.left);
  const right = constantOf(expr.right);
  if (left === undefined || right === undefined) return undefined;
  const identity = `(${left.identity} ${expr.name} ${right.identity})`;
  if (integerOperators.has(expr.name) && isInteger(left, right)) return expressionOf(identity, 'integer');
  // Of unknown operands `||` takes text; anything else may be an array or a json value.
  if (expr.name === '||' && isTextOrUnknown(left) && isTextOrUnknown(right))
    return expressionOf(identity, 'text');
  return undefined;
}

/** One operand is an integer and the other takes its type, or is one too. Two bare parameters could be anything. */
function isInteger(left: Constant, right: Constant): boolean {
  const fits = (family: Family) => family === 'integer' || family === 'unknown';
  return fits(left.family) && fits(right.family) && (left.family === 'integer' || right.family === 'integer');
}

function isTextOrUnknown(constant: Constant): boolean {
  return constant.family === 'text' || constant.family === 'unknown';
}

/** Immutable functions whose result is a possible key. Anything that is not here is not a constant. */
const immutableFunctions: Readonly<Record<string, Family>> = {
  lower: 'text',
  upper: 'text',
  trim: 'text',
  btrim: 'text',
  ltrim: 'text',
  rtrim: 'text',
  md5: 'text',
  substr: 'text',
  substring: 'text',
  replace: 'text',
  left: 'text',
  right: 'text',
  reverse: 'text',
  lpad: 'text',
  rpad: 'text',
  abs: 'integer',
};

function callConstant(call: CallExpr): Constant | undefined {
  const name = call.name.length === 1 ? call.name[0] : undefined;
  if (name === undefined || call.over !== undefined || call.filter !== undefined || call.star)
    return undefined;
  const family = immutableFunctions[name];
  if (family === undefined || call.args.length === 0) return undefined;
  const args = call.args.map(constantOf);
  if (args.some((arg) => arg === undefined)) return undefined;
  // abs of a bare parameter may be numeric.
  if (family === 'integer' && args.some((arg) => arg?.family !== 'integer')) return undefined;
  return expressionOf(`${name}(${args.map((arg) => arg?.identity).join(', ')})`, family);
}

/**
 * The constant that a column gets from a VALUES item: after the assignment cast, 42.4 is stored as 42 in an integer
 * column, and varchar(n) cuts trailing blanks beyond its length, so what is not known to fit is a constant of its own.
 */
export function assignedConstant(
  expr: Expr,
  column: Column | undefined,
  stored: string,
): Constant | undefined {
  const family = column === undefined ? 'unknown' : familyOfColumn(column);
  const isNumber = expr.kind === 'literal' && expr.type === 'number' && family === 'integer';
  const plain = isNumber ? roundedLiteral(expr.text) : constantOf(expr);
  if (plain === undefined || !sameFamily(plain.family, family)) return undefined;
  if (column?.modified !== true || family !== 'text' || fits(plain, column.length)) return plain;
  const identity = `${plain.identity} stored in ${stored}`;
  const { length, type = '' } = column;
  if (plain.constant.kind !== 'param' || length === undefined || type !== 'varchar')
    return expressionOf(identity, plain.family);
  // Of a value that fits it is known what is stored.
  return {
    ...expressionOf(identity, plain.family),
    constant: { ...plain.constant, type: `varchar(${length})` },
  };
}

function fits({ constant }: Constant, length: number | undefined): boolean {
  return length !== undefined && constant.kind === 'literal' && [...constant.text].length <= length;
}

/** numeric → integer rounds half away from zero, as PostgreSQL's assignment cast does. */
function roundedLiteral(text: string): Constant | undefined {
  const parts = /^(-?)(\d*)(?:\.(\d*))?$/.exec(text);
  if (parts === null) return undefined;
  const [, sign = '', whole = '', fraction = ''] = parts;
  const up = /^[5-9]/.test(fraction) ? 1n : 0n;
  const value = BigInt(`${whole === '' ? '0' : whole}`) + up;
  const rounded = (sign === '-' ? -value : value).toString();
  return isIntegerText(rounded) ? literalOf(rounded, 'number', 'integer') : undefined;
}
