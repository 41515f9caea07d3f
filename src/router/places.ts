/** Where key values live: the shard map made ready for many look-ups. */

import type { ShardMap } from '../model/index.js';
import { bucketOf, type KeyValue, keyText } from '../topology/index.js';

export interface Place {
  readonly shard: number;
  readonly bucket: number;
}

/** NULL is in bucket 0, and has no pin. */
export type PlaceOf = (group: string, value: KeyValue | null) => Place;

/** @throws RangeError, when asked, for a bucket without an owner */
export function placesOf(map: ShardMap): PlaceOf {
  const pinned = new Map(map.pins.map(({ group, key, shard }) => [pinName(group, key), shard]));
  return (group, value) => {
    const bucket = bucketOf(map, value);
    const pin = pinned.size === 0 || value === null ? undefined : pinned.get(pinName(group, keyText(value)));
    const shard = pin ?? map.owners[bucket];
    if (shard === undefined) throw new RangeError(`the shard map has no owner for bucket ${bucket}`);
    return { shard, bucket };
  };
}

function pinName(group: string, key: string): string {
  return `${group}\0${key}`;
}
