/** Statements that Vitess and SPQR route in their own tests, as the corpus of that name has them, and the plan each of them is of. */

import type { Placement } from '../src/model/index.js';

export interface RoutingCase {
  readonly id: string;
  readonly sql: string;
  readonly expected: string;
  readonly tables: readonly {
    readonly name: string;
    readonly kind: string;
    readonly shard_key?: readonly string[];
    readonly colocation_group?: string;
    readonly key_types?: readonly string[];
    /** SPQR's way from key to range; 'identity' compares the key itself with the ranges. */
    readonly hash?: readonly string[];
  }[];
}

export function planOf({ tables }: RoutingCase): ReadonlyMap<string, Placement> {
  return new Map(tables.map((table) => [`public.${table.name}`, placementOf(table)]));
}

function placementOf(table: RoutingCase['tables'][number]): Placement {
  if (table.kind !== 'sharded') return { placement: table.kind === 'reference' ? 'global' : 'unsharded' };
  const type = table.key_types?.[0];
  return {
    placement: 'sharded',
    key: table.shard_key?.[0] ?? '',
    group: table.colocation_group ?? '',
    ...(type === undefined ? {} : { keyType: type }),
  };
}
