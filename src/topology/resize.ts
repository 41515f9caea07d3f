/**
 * The same map for another number of shards, with as few buckets moved as can be: each shard keeps what it may, and only
 * what is above its even share moves. Buckets keep their number, so what stays has its hash, bucket and epoch as before.
 */
import type { ShardMap } from '../model/index.js';

/**
 * A moved bucket goes where a fresh map of that many shards has it, if there is room, so that doubling gives the
 * database's own hash partitions again. Pins of shards that are no more go back to their key's bucket.
 * @throws RangeError when `shards` is not a whole number from 1 to the number of buckets
 */
export function resized(map: ShardMap, shards: number): ShardMap {
  if (!Number.isSafeInteger(shards) || shards < 1 || shards > map.buckets) {
    throw new RangeError(`not a number of shards for ${map.buckets} buckets: ${shards}`);
  }
  const room = evenShares(map, shards);
  const stays = map.owners.map((owner, bucket) => prefersToStay(owner, bucket, shards));
  const owners: (number | undefined)[] = map.owners.map(() => undefined);
  // Who gives up a bucket gives up one that a fresh map has elsewhere.
  for (const round of [true, false]) {
    map.owners.forEach((owner, bucket) => {
      if (stays[bucket] !== round || owner >= shards || (room[owner] ?? 0) === 0) return;
      owners[bucket] = owner;
      room[owner] = (room[owner] ?? 0) - 1;
    });
  }
  const homeless = owners.flatMap((owner, bucket) => (owner === undefined ? [bucket] : []));
  for (const bucket of homeless) {
    const home = bucket % shards;
    if ((room[home] ?? 0) === 0) continue;
    owners[bucket] = home;
    room[home] = (room[home] ?? 0) - 1;
  }
  const free = room.flatMap((left, shard) => Array.from({ length: left }, () => shard));
  const placed = owners.map((owner) => owner ?? (free.shift() as number));
  return {
    ...map,
    shards,
    owners: placed,
    pins: map.pins.filter(({ shard }) => shard < shards),
    epochs: map.epochs.map((epoch, bucket) => (placed[bucket] === map.owners[bucket] ? epoch : epoch + 1)),
  };
}

function prefersToStay(owner: number, bucket: number, shards: number): boolean {
  return bucket % shards === owner;
}

/** Buckets of each shard: even, and where that leaves some over, one more for those that have most already. */
function evenShares({ owners, buckets }: ShardMap, shards: number): number[] {
  const owned = Array.from({ length: shards }, () => 0);
  for (const owner of owners) if (owner < shards) owned[owner] = (owned[owner] ?? 0) + 1;
  const [least, over] = [Math.floor(buckets / shards), buckets % shards];
  const byOwned = owned.map((_, shard) => shard).sort((a, b) => (owned[b] ?? 0) - (owned[a] ?? 0) || a - b);
  const withMore = new Set(byOwned.slice(0, over));
  return owned.map((_, shard) => least + (withMore.has(shard) ? 1 : 0));
}
