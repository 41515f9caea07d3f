/** Where one key lives, and every step of the way there. */
import type { KeyLocation, ShardMap } from '../model/index.js';
import { type KeyValue, keyText } from './key.js';
import { bucketOf, shardOf } from './map.js';
import { partitionHash } from './partition.js';

/** @throws RangeError when the map has no owner for the bucket */
export function locate(map: ShardMap, group: string, value: KeyValue): KeyLocation {
  const key = keyText(value);
  const bucket = bucketOf(map, value);
  return {
    group,
    key,
    hash: BigInt.asUintN(64, partitionHash(value)).toString(),
    bucket,
    shard: shardOf(map, group, value),
    pinned: map.pins.some((pin) => pin.group === group && pin.key === key),
    epoch: map.epochs[bucket] ?? 1,
  };
}
