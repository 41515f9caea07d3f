/**
 * How the rows of a table lie on its shard key, by statistics: a few common keys with their frequencies, the rest spread
 * evenly over the other distinct values. What is not known is said, never made up.
 */

import type { Catalog, Placements, ShardedPlacement, TableName } from '../model/index.js';
import { distinctOf, statisticsOf } from '../planner/index.js';

/** Shares of the rows, 0…1: frequencies, nullShare and tailShare sum to 1. */
export interface KeySpread {
  /** Of the common keys, highest first. The first of one table is taken to be the first of every table of the group. */
  readonly frequencies: readonly number[];
  /** Rows without a key: all of them hash to bucket 0. */
  readonly nullShare: number;
  readonly tailShare: number;
  /** Over how many keys the tail is spread. */
  readonly tailKeys: number;
}

export type KeyKnowledge =
  | { readonly known: true; readonly spread: KeySpread; readonly assumed?: string }
  | { readonly known: false; readonly why: string };

/** Spread of a table's own key column; of a key to be added, that of the table where its path ends. */
export function keyKnowledge(
  catalog: Catalog,
  placements: Placements,
  name: TableName,
  { key, addKey }: ShardedPlacement,
): KeyKnowledge {
  if (addKey === undefined) return knowledgeOf(catalog, name, key);
  const end = addKey.path.at(-1)?.split(' -> ')[1];
  const at = end === undefined ? undefined : end.slice(0, end.lastIndexOf('.'));
  const placement = at === undefined ? undefined : placements.get(at);
  if (at === undefined || placement?.placement !== 'sharded' || placement.addKey !== undefined) {
    return { known: false, why: `${key} is a new column, and nothing is known of the keys it will hold` };
  }
  const target = knowledgeOf(catalog, at, addKey.targetKey ?? key);
  if (!target.known) return { known: false, why: `${key} is a new column, filled from ${at}: ${target.why}` };
  return { ...target, assumed: `${key} is a new column: its keys are taken to be as common as in ${at}` };
}

function knowledgeOf(catalog: Catalog, name: TableName, key: string): KeyKnowledge {
  const table = catalog.tables.get(name);
  const distinct = distinctOf(table, key);
  if (distinct === undefined || distinct <= 0) {
    return { known: false, why: `the number of distinct values of ${key} is not known` };
  }
  const statistics = statisticsOf(table, key);
  const common = statistics?.commonFrequencies ?? [];
  const rows = table?.statistics?.rowCount;
  const isUnique = rows !== undefined && distinct >= rows;
  const spread = keySpread(distinct, common, statistics?.nullShare ?? 0);
  if (common.length > 0 || isUnique) return { known: true, spread };
  return { known: true, spread, assumed: `no frequencies of common values of ${key}: taken to be all alike` };
}

/** Rounded statistics may say a little more than all rows; then they are scaled to be all of them. */
export function keySpread(distinct: number, common: readonly number[], nullShare: number): KeySpread {
  const frequencies = common.filter((frequency) => frequency > 0).sort((a, b) => b - a);
  const told = frequencies.reduce((sum, frequency) => sum + frequency, nullShare);
  const others = Math.round(distinct) - frequencies.length;
  const isWhole = told >= 1 || (others <= 0 && told > 0);
  if (isWhole) {
    return {
      frequencies: frequencies.map((frequency) => frequency / told),
      nullShare: nullShare / told,
      tailShare: 0,
      tailKeys: 0,
    };
  }
  return { frequencies, nullShare, tailShare: 1 - told, tailKeys: Math.max(1, others) };
}
