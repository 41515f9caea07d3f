/** What merging and inserting depend on: aggregates, groups, orders, and the constants of an INSERT. */

import type { Expr, InsertStatement, SelectCore } from '../../syntax/index.js';
import { constantOf } from './constants.js';
import { someExpr } from './search.js';

export interface InsertTraits {
  readonly table: string;
  readonly columns?: readonly string[];
  /** Of VALUES; 0 where the rows come from a query. */
  readonly rows: number;
  /** Constants of the only row, or of the query's output, by position; undefined where it is no constant. */
  readonly values: readonly (string | undefined)[];
  readonly onConflict: 'none' | 'nothing' | 'target';
}

/** Of the top. `plain`: count, sum, min, max or avg of all rows, each an output by itself. */
export type Aggregates = 'none' | 'plain' | 'other';

export function insertTraits({ table, columns, source, onConflict }: InsertStatement): InsertTraits {
  const body = source?.body;
  const rows = body?.kind === 'values' ? body.rows : [];
  const only =
    body?.kind === 'values'
      ? (rows[0] ?? [])
      : body?.kind === 'core'
        ? body.output.map(({ expr }) => expr)
        : [];
  const hasTarget =
    onConflict !== undefined && (onConflict.targetColumns.length > 0 || onConflict.constraint !== undefined);
  return {
    table: table.name.at(-1) ?? '',
    ...(columns === undefined ? {} : { columns }),
    rows: rows.length,
    values: only.map(constantOf),
    onConflict:
      onConflict === undefined ? 'none' : hasTarget || onConflict.action === 'update' ? 'target' : 'nothing',
  };
}

const mergeable = /^(?:count|sum|min|max|avg)$/;
const known =
  /^(?:count|sum|min|max|avg|stddev\w*|var\w*|string_agg|array_agg|jsonb?_\w*agg\w*|bool_and|bool_or|every|percentile_\w+|mode)$/;

export function aggregatesOf({ output, groupBy }: SelectCore): Aggregates {
  const isAggregate = (one: Expr): boolean =>
    one.kind === 'call' && one.over === undefined && known.test(one.name.join('.'));
  const withAggregates = output.map(({ expr }) => expr).filter((expr) => someExpr(expr, isAggregate));
  if (withAggregates.length === 0) return groupBy === undefined ? 'none' : 'plain';
  const isPlain = (expr: Expr): boolean =>
    expr.kind === 'cast'
      ? isPlain(expr.arg)
      : expr.kind === 'call' &&
        mergeable.test(expr.name.join('.')) &&
        !expr.distinct &&
        expr.filter === undefined &&
        expr.orderBy.length === 0;
  return withAggregates.every(isPlain) ? 'plain' : 'other';
}

export function groupsByOther({ groupBy, output }: SelectCore): boolean {
  const names = new Set(
    output.flatMap(({ expr }) => (expr.kind === 'column' ? [expr.path.at(-1) ?? ''] : [])),
  );
  return (groupBy?.sets.flat() ?? []).some(
    (expr) => expr.kind !== 'literal' && !(expr.kind === 'column' && names.has(expr.path.at(-1) ?? '')),
  );
}
