/** What placements make of a statement's tables: its sharded instances, and the keys that have to be added to it. */

import type { Instance, Placements, Query, ShardedPlacement, TableName } from '../model/index.js';
import type { Sharded } from './analysis.js';

export function shardedInstances(instances: readonly Instance[], placements: Placements): readonly Sharded[] {
  return instances.flatMap((instance) => {
    const placement = placements.get(instance.table);
    return placement?.placement === 'sharded' ? [{ instance, placement }] : [];
  });
}

/** Placements of the statement's tables whose key is a column that the table does not have yet. */
export function addedTo(
  { tables }: Query,
  placements: Placements,
): readonly (ShardedPlacement & { readonly table: TableName })[] {
  return tables.flatMap((table) => {
    const placement = placements.get(table);
    return placement?.placement === 'sharded' && placement.addKey !== undefined
      ? [{ ...placement, table }]
      : [];
  });
}
