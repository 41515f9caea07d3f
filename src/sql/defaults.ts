/**
 * What a write runs that it does not say: defaults of the columns that it leaves to them. Their functions are looked at like
 * those of the statement; a default that cannot be read is code that is not seen.
 */

import type { Column, Table } from '../model/index.js';
import type { Assignment } from '../syntax/index.js';
import { isDefault } from './constants.js';
import { type Context, deeper, topEnv, unseen } from './context.js';
import { visitAll } from './expressions.js';

/** `columns`: names of those that get their default in some row. */
export function visitDefaults(context: Context, table: Table, columns: Iterable<string>): void {
  const names = new Set(columns);
  for (const column of table.columns) if (names.has(column.name)) visitDefault(context, table, column);
}

/** `SET c = DEFAULT`. */
export function visitAssignedDefaults(
  context: Context,
  table: Table,
  assignments: readonly Assignment[],
): void {
  visitDefaults(
    context,
    table,
    assignments.filter(({ value }) => isDefault(value)).map(({ column }) => column),
  );
}

function visitDefault(context: Context, table: Table, column: Column): void {
  if (column.default?.kind !== 'expression') return;
  const via = `the default of ${table.name}.${column.name}`;
  const statement = context.readSql(`SELECT ${column.default.text}`);
  if (statement?.kind !== 'select' || statement.body.kind !== 'core') {
    unseen(context, `${via} is not read`);
    return;
  }
  visitAll(
    deeper(context, via),
    statement.body.output.map(({ expr }) => expr),
    topEnv,
  );
}
