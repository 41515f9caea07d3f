/** What stands behind REFERENCES when a foreign key is made again, as it is or with the shard key in front of its columns. */

import type { ForeignKey } from './catalog.js';

/**
 * Begins with a blank where there is anything. `columns` are those that it will have; `quoted` spells a name as SQL.
 *
 * A widened key must never touch the shard key: SET NULL and SET DEFAULT name the columns that they are for (PostgreSQL 15), an
 * update of the key that is referred to is refused instead, and MATCH FULL, which would refuse every row that refers to nothing,
 * is left out.
 */
export function referenceOptions(
  { columns: own, onDelete, onUpdate, matchFull, deferrable }: ForeignKey,
  columns: readonly string[],
  quoted: (name: string) => string,
): string {
  const widened = columns.length > own.length;
  const sets = (action: ForeignKey['onDelete']): boolean => widened && action.startsWith('set ');
  return [
    matchFull === true && !widened ? ' MATCH FULL' : '',
    action('DELETE', onDelete, sets(onDelete) ? ` (${own.map(quoted).join(', ')})` : ''),
    sets(onUpdate) ? '' : action('UPDATE', onUpdate),
    deferrable === undefined ? '' : ` DEFERRABLE INITIALLY ${deferrable.toUpperCase()}`,
  ].join('');
}

function action(event: string, what: ForeignKey['onDelete'], of = ''): string {
  return what === 'no action' ? '' : ` ON ${event} ${what.toUpperCase()}${of}`;
}
