/** What has to move between two maps of the same buckets: buckets by their owners, and pins. */
import type { KeyPin, MapMoves, ShardMap } from '../model/index.js';

/** @throws RangeError when the maps have different numbers of buckets: then keys have other buckets, and nothing compares */
export function movesBetween(before: ShardMap, after: ShardMap): MapMoves {
  if (before.buckets !== after.buckets) {
    throw new RangeError(`maps of ${before.buckets} and ${after.buckets} buckets do not compare`);
  }
  const moves = new Map<string, { from: number; to: number; buckets: number[] }>();
  before.owners.forEach((from, bucket) => {
    const to = after.owners[bucket] as number;
    if (from === to) return;
    const name = `${from} ${to}`;
    const known = moves.get(name);
    if (known === undefined) moves.set(name, { from, to, buckets: [bucket] });
    else known.buckets.push(bucket);
  });
  return {
    between: [...moves.values()].sort((a, b) => a.from - b.from || a.to - b.to),
    pinned: after.pins.filter((pin) => !before.pins.some((other) => isSame(pin, other))),
    unpinned: before.pins.filter((pin) => !after.pins.some((other) => isSame(pin, other))),
  };
}

function isSame(a: KeyPin, b: KeyPin): boolean {
  return a.group === b.group && a.key === b.key && a.shard === b.shard;
}
