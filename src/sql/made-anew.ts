/** What a statement makes anew each time it runs: copies of a table that each run it by themselves do not stay alike. */

import { isSystemName } from '../catalog/index.js';
import {
  type DataStatement,
  type Expr,
  type FromItem,
  type SelectStatement,
  type TableItem,
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

const clockWords =
  /^\s*(?:[\d:.]+\s+)?(?:now|today|tomorrow|yesterday|allballs)(?:\s+[\d:.+-]+(?:\s*[a-z_/\d:+-]+)?)?\s*$/i;

/** Does PostgreSQL read this text as a time by the clock, as `now` and `today 10:00`? */
export function isByTheClock(text: string): boolean {
  return clockWords.test(text);
}

/** Where a row lies, and who wrote it. */
const systemColumns = new Set(['ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid']);

/** The first thing that may come out otherwise where the same statement is run again: a call, the time, a choice among rows. */
export function madeAnew(statement: DataStatement): string | undefined {
  let found: string | undefined;
  walkStatements(statement, (one, exprs) => {
    for (const expr of exprs) found ??= madeAnewIn(expr);
    if (one.kind === 'select' && picksRows(one)) found ??= 'a choice among rows';
    if (one.kind === 'update' && one.from.length > 0) found ??= 'a choice among joined rows';
    for (const { name, sampled } of tablesRead(one)) {
      if (sampled) found ??= 'a sample of rows';
      if (isSystemName(name)) found ??= name.join('.');
    }
  });
  return found;
}

/** The same of an expression. */
export function madeAnewIn(expression: Expr): string | undefined {
  let found: string | undefined;
  walkExpr(expression, (expr) => {
    if (expr.kind === 'call' && !steady.has(expr.name.at(-1) ?? '')) found ??= expr.name.join('.');
    else if (expr.kind === 'literal' && isByTheClock(expr.text)) found ??= 'the time';
    else if (expr.kind === 'other' && expr.what === 'default') found ??= 'DEFAULT';
    else if (expr.kind === 'column' && systemColumns.has(expr.path.at(-1) ?? ''))
      found ??= expr.path.join('.');
    else if (expr.kind === 'cast' && /^reg[a-z]+$/.test(expr.type.name.at(-1) ?? ''))
      found ??= 'the number of an object';
  });
  return found;
}

/** Tables of its own FROM; subqueries have theirs. */
function tablesRead(statement: DataStatement): readonly TableItem[] {
  switch (statement.kind) {
    case 'select':
      return statement.body.kind === 'core' ? statement.body.from.flatMap(tablesIn) : [];
    case 'update':
      return statement.from.flatMap(tablesIn);
    case 'delete':
      return statement.using.flatMap(tablesIn);
    case 'merge':
      return tablesIn(statement.source);
    case 'insert':
      return [];
  }
}

function tablesIn(item: FromItem): readonly TableItem[] {
  if (item.kind === 'join') return [...tablesIn(item.left), ...tablesIn(item.right)];
  return item.kind === 'table' ? [item] : [];
}

/** Which rows come first may differ from copy to copy. */
function picksRows({ limit, offset, body }: SelectStatement): boolean {
  return limit !== undefined || offset !== undefined || (body.kind === 'core' && body.distinctOn.length > 0);
}
