/** LIMIT, OFFSET and FETCH over several shards: each gives as many rows as the whole could take from it, and the whole is cut. */

import type { Concatenate, Given } from '../model/index.js';
import type { Expr, SelectStatement } from '../syntax/index.js';
import type { Clauses, Span } from './clauses.js';
import { type CannotGather, cannot, unclear } from './pieces.js';

export interface Limits {
  /** The clauses as the statement has them; empty without any. */
  readonly text: string;
  /** The clause for each shard; undefined when each gives all its rows. */
  readonly wide: string | undefined;
  readonly statement: SelectStatement;
}

export function limitsOf(statement: SelectStatement, text: string, clauses: Clauses): Limits | CannotGather {
  const { limit, offset, withTies } = statement;
  const isSure =
    (limit === undefined || clauses.count !== undefined) &&
    (offset === undefined) === (clauses.offset === undefined);
  if (!isSure) return unclear;
  if (![limit, offset].every((bound) => bound === undefined || isPlain(bound)))
    return cannot('its LIMIT is computed', 'pass the LIMIT as a number or a parameter');
  const cut = ({ start, end }: Span) => text.slice(start, end);
  const whole = clauses.limits.map(cut).join(' ');
  if (limit === undefined || clauses.count === undefined) return { text: whole, wide: undefined, statement };
  const count = cut(clauses.count) || '1';
  const skipped =
    clauses.offset === undefined ? '' : ` + coalesce((${cut(clauses.offset)})::bigint::numeric, 0)`;
  const sum = `least((${count})::bigint::numeric${skipped}, ${largestLimit})::bigint`;
  return { text: whole, wide: withTies ? `FETCH FIRST (${sum}) ROWS WITH TIES` : `LIMIT ${sum}`, statement };
}

const largestLimit = '9223372036854775807';

/** Needs no row to be computed. */
function isPlain(expr: Expr): boolean {
  if (expr.kind === 'cast') return isPlain(expr.arg);
  return expr.kind === 'param' || expr.kind === 'literal';
}

type Cut = Pick<Concatenate, 'skip' | 'take'>;

/** Of rows in no order: the numbers, where they are plain whole ones; undefined where PostgreSQL has to be asked. */
export function cutOf({ statement, text }: Limits): (given: Given) => Cut | undefined {
  if (text === '') return () => ({});
  const { limit, offset, withTies } = statement;
  if (withTies) return () => undefined;
  return (given) => {
    const take = limit === undefined ? null : boundOf(limit, given);
    const skip = offset === undefined ? null : boundOf(offset, given);
    if (take === undefined || skip === undefined) return undefined;
    return { ...(take === null ? {} : { take }), ...(skip === null ? {} : { skip }) };
  };
}

/** Null is no bound. */
function boundOf(expr: Expr, { values }: Given): number | null | undefined {
  if (expr.kind === 'param') {
    const value = values[expr.number - 1];
    return value === null ? null : wholeNumber(value);
  }
  return expr.kind === 'literal' && expr.type === 'number' ? wholeNumber(expr.text) : undefined;
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
