/**
 * What storing a row runs beside defaults and triggers: CHECKs and generated columns. Their functions may read tables, on
 * whichever shard the row happens to be, so they are looked at like those of the statement.
 */

import { familyTriggers } from '../catalog/index.js';
import type { Table } from '../model/index.js';
import { type Context, deeper } from './context.js';
import { checkCall, plainCall } from './functions.js';

/** `set`: columns that an UPDATE changes. A BEFORE trigger may change any other. */
export function runRowCode(
  context: Context,
  table: Table,
  events: readonly ('insert' | 'update' | 'delete')[],
  set: readonly string[],
): void {
  if (!events.includes('insert') && !events.includes('update')) return;
  const isUpdateOnly = !events.includes('insert');
  const mayChangeMore = familyTriggers(context.catalog, table).some(({ timing }) => timing === 'before');
  for (const { what, calls, columns } of table.rowCode) {
    const isLeftAlone =
      isUpdateOnly && !mayChangeMore && columns?.some((column) => set.includes(column)) === false;
    if (isLeftAlone) continue;
    for (const name of calls) {
      checkCall(deeper(context, what), plainCall(name));
    }
  }
}
