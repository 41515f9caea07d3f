/** What a call costs by its verdict, in shards bothered; every figure can be configured. */

import type { CostTable, Verdict } from '../model/index.js';

export function defaultCosts(shards: number): CostTable {
  return {
    shards,
    single: 1,
    scatter: shards,
    globalWrite: 2 * shards,
    crossDatabase: 2 * shards,
    crossShard: 4 * shards,
    listLength: 3,
  };
}

/** By strict proof: a conditional statement is what it is without the assumption, at most a scatter. */
export function costOfVerdict(verdict: Verdict, costs: CostTable): number {
  switch (verdict.verdict) {
    case 'tableless':
    case 'single-shard':
    case 'global-read':
    case 'unsharded':
      return costs.single;
    case 'conditional':
      return verdict.fanOut === undefined ? costs.scatter : costOfList(verdict.fanOut, costs);
    case 'multi-shard':
      return costOfList(verdict.fanOut, costs);
    case 'scatter':
      return costs.scatter;
    case 'global-write':
      return costs.globalWrite;
    case 'cross-database':
      return costs.crossDatabase;
    case 'cross-shard':
    case 'unroutable':
    case 'unknown':
      return costs.crossShard;
  }
}

/** A list bothers a shard for each key, never fewer than one and never more than all. */
export function costOfList(length: number | undefined, costs: CostTable): number {
  return Math.max(costs.single, Math.min(length ?? costs.listLength, costs.scatter));
}
