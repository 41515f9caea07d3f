/**
 * A global table has a copy on every database, and each copy runs the write by itself: they stay alike only when nothing in
 * it is made anew on each (the time, a sequence's next number, a random value, a trigger's work).
 */

import type { Query } from '../model/index.js';
import {
  type DataStatement,
  type Expr,
  type SelectStatement,
  walkExpr,
  walkStatements,
} from '../syntax/index.js';
import type { JudgedText, RouterInput } from './input.js';

export function copiesProblem(
  { placements }: RouterInput,
  { statement, query }: JudgedText,
): { readonly reason: string; readonly fix: string } | undefined {
  if (statement === undefined || statement.kind === 'utility' || query === undefined) return undefined;
  const fedByOneShard = query.tables.some((table) => placements.get(table)?.placement === 'sharded');
  if (fedByOneShard)
    return {
      reason: 'what it writes to every copy is read on one shard',
      fix: 'read the rows first, then write the same values to every copy',
    };
  if (query.writes.some(({ generatedColumns }) => generatedColumns.length > 0))
    return differ(
      'the server makes values of its columns',
      'make these values in the application and give them',
    );
  if (query.writes.some(hasTriggers))
    return differ('triggers run on each copy', 'do in the application what the triggers do');
  const what = changing(statement);
  return what === undefined
    ? undefined
    : differ(
        `${what} may give each copy a value of its own`,
        'make the value in the application and pass it as a parameter',
      );
}

function differ(why: string, fix: string) {
  return { reason: `its copies on the shards would differ: ${why}`, fix };
}

function hasTriggers({ hiddenWrites, triggerColumns }: Query['writes'][number]): boolean {
  return hiddenWrites.length > 0 || triggerColumns === 'any' || triggerColumns.length > 0;
}

/** Functions that give the same for the same arguments wherever they run. */
const steady = new Set(
  [
    'coalesce nullif greatest least lower upper trim btrim ltrim rtrim length char_length substr substring replace left right',
    'reverse lpad rpad md5 concat_ws split_part position strpos abs round floor ceil ceiling mod power sqrt sign trunc',
    'count sum min max avg bool_and bool_or every array_length cardinality unnest generate_series jsonb_set jsonb_strip_nulls',
  ]
    .join(' ')
    .split(' '),
);

/** What PostgreSQL reads as the time of the day, whatever the clock says. */
const clockWords = /^\s*(?:now|today|tomorrow|yesterday|allballs)\s*$/i;

/** The first thing that may come out otherwise on another copy. */
function changing(statement: DataStatement): string | undefined {
  let found: string | undefined;
  const look = (expr: Expr): void => {
    if (expr.kind === 'call' && !steady.has(expr.name.at(-1) ?? '')) found ??= expr.name.join('.');
    else if (expr.kind === 'literal' && clockWords.test(expr.text)) found ??= 'the time';
    else if (expr.kind === 'other' && expr.what === 'default') found ??= 'DEFAULT';
  };
  walkStatements(statement, (one, exprs) => {
    for (const expr of exprs) walkExpr(expr, look);
    if (one.kind === 'select' && picksRows(one)) found ??= 'a choice among rows';
    if (one.kind === 'update' && one.from.length > 0) found ??= 'a choice among joined rows';
  });
  return found;
}

/** Which rows come first may differ from copy to copy. */
function picksRows({ limit, offset, body }: SelectStatement): boolean {
  return limit !== undefined || offset !== undefined || (body.kind === 'core' && body.distinctOn.length > 0);
}
