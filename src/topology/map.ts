/**
 * The shard map: key → bucket → shard. Buckets are many and shards few; ownership and moves go by bucket.
 * Takes a number of shards or a map as it was read from its file, gives buckets and shards of key values.
 * As long as nothing has moved, a key's shard is the remainder of PostgreSQL's own hash partition for that number of
 * shards, since the number of buckets is a multiple of the number of shards.
 */
import type { KeyPin, ShardMap } from '../model/index.js';
import { type KeyValue, keyText } from './key.js';
import { remainder } from './partition.js';

const bucketsPerShard = 256;

/**
 * The map of a cluster before anything has moved: 256 buckets for each shard, bucket b on shard b mod shards.
 * @throws RangeError when `shards` is not a positive whole number
 */
export function initialMap(shards: number): ShardMap {
  if (!Number.isSafeInteger(shards) || shards < 1) throw new RangeError(`not a number of shards: ${shards}`);
  const buckets = shards * bucketsPerShard;
  return {
    schemaVersion: 1,
    kind: 'map',
    shards,
    buckets,
    hash: 'postgres-partition',
    owners: Array.from({ length: buckets }, (_, bucket) => bucket % shards),
    pins: [],
    epochs: Array.from({ length: buckets }, () => 1),
  };
}

/** The bucket of a key value; a NULL key is in bucket 0. */
export function bucketOf(map: ShardMap, value: KeyValue | null): number {
  return remainder(value, map.buckets);
}

/**
 * The shard of a key value in a co-location group: where it is pinned, otherwise where its bucket lives.
 * @throws RangeError when the map has no owner for the bucket
 */
export function shardOf(map: ShardMap, group: string, value: KeyValue | null): number {
  const pinned = value === null ? undefined : pinOf(map, group, value);
  if (pinned !== undefined) return pinned.shard;
  const bucket = bucketOf(map, value);
  const owner = map.owners[bucket];
  if (owner === undefined) throw new RangeError(`the shard map has no owner for bucket ${bucket}`);
  return owner;
}

function pinOf(map: ShardMap, group: string, value: KeyValue): KeyPin | undefined {
  if (map.pins.length === 0) return undefined;
  const key = keyText(value);
  return map.pins.find((pin) => pin.group === group && pin.key === key);
}
