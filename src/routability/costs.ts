/** What a call costs by its verdict, in shards bothered (planning.md's table, every figure configurable). */

import type { CostTable, Verdict } from '../model/index.js';

export function defaultCosts(shards: number): CostTable {
  return {
    shards,
    single: 1,
    scatter: shards,
    globalWrite: 2 * shards,
    crossDatabase: 2 * shards,
    crossShard: 4 * shards,
    unroutable: 4 * shards,
    unknown: 4 * shards,
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
    case 'cross-shard':
      return costs.crossShard;
    case 'cross-database':
      return costs.crossDatabase;
    case 'unroutable':
      return costs.unroutable;
    case 'unknown':
      return costs.unknown;
  }
}

export function costOfList(length: number | undefined, costs: CostTable): number {
  return Math.min(length ?? costs.listLength, costs.scatter);
}
