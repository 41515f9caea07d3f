/**
 * Simulated placements: synthetic keys, hashed by PostgreSQL's own partition hash into the buckets of a fresh shard map.
 * A run is a block of consecutive integers, so runs differ and every one of them is the same in every execution.
 */

import { initialMap, shardOf } from '../topology/index.js';

/** Odd, so that the median is a run. */
export const RUNS = 41;

/** Fewer keys than this are hashed one by one; a shard gets at least `KEYS_PER_SHARD` of the hashed ones on average. */
const FEWEST_KEYS = 2048;
const KEYS_PER_SHARD = 32;

export interface Run {
  /** The shard of the key with this number, from 0. */
  readonly shardOfKey: (key: number) => number;
  /** How many of the first keys lie on each shard. */
  readonly countsOfFirst: (keys: number) => Float64Array;
}

export interface SimulatedRuns {
  readonly shards: number;
  readonly hashedKeys: number;
  readonly runs: readonly Run[];
}

export function hashedKeysFor(shards: number, mostCommonKeys: number): number {
  return Math.max(FEWEST_KEYS, KEYS_PER_SHARD * shards, 2 * mostCommonKeys);
}

export function simulatedRuns(shards: number, hashedKeys: number): SimulatedRuns {
  const map = initialMap(shards);
  const placed = (run: number): Run => {
    const owners = Int32Array.from({ length: hashedKeys }, (_, key) =>
      shardOf(map, '', { family: 'integer', value: BigInt(run * hashedKeys + key + 1) }),
    );
    return { shardOfKey: (key) => owners[key] ?? 0, countsOfFirst: remembered(owners, shards) };
  };
  return { shards, hashedKeys, runs: Array.from({ length: RUNS }, (_, run) => placed(run)) };
}

function remembered(owners: Int32Array, shards: number): (keys: number) => Float64Array {
  const known = new Map<number, Float64Array>();
  return (keys) => {
    const found = known.get(keys);
    if (found !== undefined) return found;
    const counts = new Float64Array(shards);
    for (const owner of owners.subarray(0, keys)) counts[owner] = (counts[owner] ?? 0) + 1;
    known.set(keys, counts);
    return counts;
  };
}
