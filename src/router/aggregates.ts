/**
 * Aggregates over several shards: what each shard says of its rows, and how PostgreSQL makes the whole of it. The results are
 * the digits that one database gives: sums are cast back to the type that the shards' sums have, averages are divided as
 * PostgreSQL divides its own sum and count. Sums of floats depend on the order of the rows, on one database as well.
 */

import type { CallExpr, Expr } from '../syntax/index.js';
import { type Span, tokensOf } from './clauses.js';

/** A column of the parts' rows in the combining query: its name and its type's. */
export interface PartColumn {
  readonly name: string;
  readonly type: string;
}

export interface SplitAggregate {
  /** What each shard computes, in SQL. */
  readonly asked: readonly string[];
  /** The whole, from these columns of all shards' rows. */
  readonly whole: (columns: readonly PartColumn[]) => string;
}

/** The aggregate that an expression is, under any casts. */
export function aggregateIn(expr: Expr): CallExpr | undefined {
  if (expr.kind === 'cast') return aggregateIn(expr.arg);
  return expr.kind === 'call' && expr.over === undefined && isMergeable(expr) ? expr : undefined;
}

const alike: Readonly<Record<string, string>> = {
  min: 'min',
  max: 'max',
  bool_and: 'bool_and',
  bool_or: 'bool_or',
  every: 'bool_and',
  bit_and: 'bit_and',
  bit_or: 'bit_or',
};

function isMergeable({ name: [name = '', ...more], distinct }: CallExpr): boolean {
  if (more.length > 0) return false;
  if (distinct) return name !== 'bit_and' && name !== 'bit_or' && name in alike;
  return name in alike || name === 'count' || name === 'sum' || name === 'avg';
}

/** Where the aggregate's call stands in the text of an expression, FILTER included; undefined when that is not certain. */
export function callSpan(
  text: string,
  { name: [name] }: CallExpr,
): (Span & { readonly word: Span }) | undefined {
  const tokens = tokensOf(text);
  const starts = tokens.flatMap(({ word }, at) =>
    word === name && tokens[at + 1]?.word === '(' ? [at] : [],
  );
  const [start] = starts;
  if (start === undefined || starts.length > 1 || tokens[start - 1]?.word === '.') return undefined;
  let end = closing(tokens, start + 1);
  if (tokens[end + 1]?.word === 'filter') end = closing(tokens, end + 2);
  const [first, last] = [tokens[start], tokens[end]];
  if (first === undefined || last === undefined) return undefined;
  return { start: first.start, end: last.end, word: { start: first.start, end: first.end } };
}

function closing(tokens: ReturnType<typeof tokensOf>, open: number): number {
  const depth = tokens[open]?.depth;
  return tokens.findIndex((token, at) => at > open && token.word === ')' && token.depth === depth);
}

/** `text`: the call as written. */
export function splitAggregate(call: CallExpr, text: string): SplitAggregate {
  const [name = ''] = call.name;
  if (name === 'avg') return average(text);
  if (name === 'count') return { asked: [text], whole: ([count]) => `sum(${count?.name})::bigint` };
  if (name === 'sum') return { asked: [text], whole: ([sum]) => `sum(${sum?.name})::${sum?.type}` };
  return { asked: [text], whole: ([one]) => `${alike[name] ?? name}(${one?.name})` };
}

const floats = new Set(['real', 'double precision']);

/** Of real, the sum is rounded to real, so averages are weighed instead. */
function average(text: string): SplitAggregate {
  const rest = text.slice('avg'.length);
  return {
    asked: [`sum${rest}`, `count${rest}`, text],
    whole: ([sum, count, avg]) => {
      const n = `nullif(sum(${count?.name}), 0)`;
      if (floats.has(sum?.type ?? '')) return `(sum(${avg?.name} * ${count?.name}) / ${n}::double precision)`;
      if (sum?.type === 'interval') return `(sum(${sum.name}) / ${n}::double precision)`;
      return `(sum(${sum?.name})::numeric / ${n})`;
    },
  };
}
