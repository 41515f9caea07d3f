/** What a statement makes anew each time it runs: copies of a table that each run it by themselves do not stay alike. */

import {
  type DataStatement,
  type Expr,
  type SelectStatement,
  walkExpr,
  walkStatements,
} from '../syntax/index.js';

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

/** The first thing that may come out otherwise where the same statement is run again: a call, the time, a choice among rows. */
export function madeAnew(statement: DataStatement): string | undefined {
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
