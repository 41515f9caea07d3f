/** How key values spread over executions. The values stay here; what comes out are counts and shares. */

import { byCodeUnit, type KeySkew } from '../../model/index.js';
import { detached } from '../../workload/index.js';
import type { ReachedKey } from './reach.js';

/** Keys of a group that are followed; bounds the memory of a long log. */
const mostKeys = 1_000_000;

interface Group {
  readonly byKey: Map<string, number>;
  readonly byShard: number[];
  notFollowed: number;
}

export function trackSkew(shards: number) {
  const groups = new Map<string, Group>();
  const groupOf = (name: string): Group => {
    const known = groups.get(name);
    if (known !== undefined) return known;
    const fresh = { byKey: new Map(), byShard: Array.from({ length: shards }, () => 0), notFollowed: 0 };
    groups.set(name, fresh);
    return fresh;
  };
  return {
    take: ({ group, key, shard }: ReachedKey): void => {
      const of = groupOf(group);
      of.byShard[shard] = (of.byShard[shard] ?? 0) + 1;
      const known = of.byKey.get(key);
      if (known === undefined && of.byKey.size >= mostKeys) of.notFollowed += 1;
      else of.byKey.set(known === undefined ? detached(key) : key, (known ?? 0) + 1);
    },
    report: (): readonly KeySkew[] =>
      [...groups].sort(([a], [b]) => byCodeUnit(a, b)).map(([name, group]) => skewOf(name, group)),
  };
}

function skewOf(group: string, { byKey, byShard, notFollowed }: Group): KeySkew {
  const counts = Float64Array.from(byKey.values()).sort().reverse();
  const followed = counts.reduce((sum, count) => sum + count, 0);
  const squares = counts.reduce((sum, count) => sum + (count / followed) ** 2, 0);
  const executions = followed + notFollowed;
  return {
    group,
    executions,
    distinctKeys: byKey.size,
    notFollowed,
    heaviestShare: (counts[0] ?? 0) / executions,
    topTenShare: counts.slice(0, 10).reduce((sum, count) => sum + count, 0) / executions,
    effectiveKeys: 1 / squares,
    shardShares: byShard.map((count) => count / executions),
  };
}
