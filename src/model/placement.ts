/** Where the rows of each table live. */

import type { TableName } from './catalog.js';

export type Placement =
  | ShardedPlacement
  | { readonly placement: 'global' }
  | { readonly placement: 'unsharded' };

export interface ShardedPlacement {
  readonly placement: 'sharded';
  readonly key: string;
  /** SQL name of the key's type when known. */
  readonly keyType?: string;
  /** Key domain: tables of one group with equal keys share a shard. */
  readonly group: string;
  /** The key column does not exist yet and is taken along this foreign-key path. */
  readonly addKey?: AddKey;
}

export interface AddKey {
  /** Steps from the table to the one that has the key: `order_id -> public.orders.id`. */
  readonly path: readonly string[];
  /** The key's name in the table at the end of the path, when it is not the new column's name. */
  readonly targetKey?: string;
}

export type Placements = ReadonlyMap<TableName, Placement>;
