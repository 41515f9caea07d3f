/**
 * Columns of the tables on a shard, held against the schema: an INSERT without a list goes by their order, which decides the key
 * and so the shard. A column that only one side has is no reason, for it may be on its way, or be a key that the plan adds; the
 * order of the others is.
 */

import type { Router } from '../router/index.js';

/** Why the shard may not serve. `there`: by the position of the table in what is expected; a table that is not there is left out. */
export function otherColumns(
  expected: Router['expects']['columns'],
  there: ReadonlyMap<number, readonly string[]>,
): string | undefined {
  for (const [i, { table, columns, key }] of expected.entries()) {
    const found = there.get(i);
    if (found === undefined) continue;
    const both = columns.filter((column) => found.includes(column));
    const theirs = found.filter((column) => columns.includes(column));
    const at = both.findIndex((column, k) => theirs[k] !== column);
    if (at >= 0)
      return `the columns of ${table} are in another order there: ${theirs[at]} comes before ${both[at]}`;
    if (
      key !== undefined &&
      columns.includes(key) &&
      found.includes(key) &&
      found.indexOf(key) !== columns.indexOf(key)
    )
      return `the key ${key} of ${table} is column ${found.indexOf(key) + 1} there, and ${columns.indexOf(key) + 1} in the schema`;
  }
  return undefined;
}
