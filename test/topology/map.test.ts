import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ShardMap } from '../../src/model/index.js';
import {
  bucketOf,
  initialMap,
  type KeyValue,
  movesBetween,
  remainder,
  resized,
  shardOf,
} from '../../src/topology/index.js';

const keys: readonly KeyValue[] = Array.from({ length: 500 }, (_, i) => ({
  family: 'integer',
  value: BigInt(i * 7919 - 1_000_000),
}));

const answer: KeyValue = { family: 'integer', value: 42n };

test.each([1, 2, 3, 16, 100])('before a move the shard of %d is the hash partition', (shards) => {
  const map = initialMap(shards);
  expect(map.buckets).toBe(256 * shards);
  expect(map.owners).toHaveLength(map.buckets);
  expect(map.epochs).toHaveLength(map.buckets);
  for (const key of keys) expect(shardOf(map, 'users', key)).toBe(remainder(key, shards));
});

test('a moved bucket takes its keys along and no others', () => {
  const before = initialMap(4);
  const moved = bucketOf(before, answer);
  const after: ShardMap = { ...before, owners: before.owners.map((shard, b) => (b === moved ? 3 : shard)) };
  expect(shardOf(before, 'users', answer)).toBe(2);
  for (const key of [answer, ...keys]) {
    const expected = bucketOf(after, key) === moved ? 3 : shardOf(before, 'users', key);
    expect(shardOf(after, 'users', key)).toBe(expected);
  }
});

test('a pin holds for its own group and key only', () => {
  const map: ShardMap = { ...initialMap(4), pins: [{ group: 'users', key: '42', shard: 1 }] };
  expect(shardOf(map, 'users', answer)).toBe(1);
  expect(shardOf(map, 'shops', answer)).toBe(2);
  expect(shardOf(map, 'users', { family: 'integer', value: 43n })).toBe(
    remainder({ family: 'integer', value: 43n }, 4),
  );
});

test('a NULL key lives in bucket 0', () => {
  expect(bucketOf(initialMap(4), null)).toBe(0);
  expect(shardOf(initialMap(4), 'users', null)).toBe(0);
});

test('what is no map is said so', () => {
  expect(() => initialMap(0)).toThrow(RangeError);
  expect(() => initialMap(2.5)).toThrow(RangeError);
  expect(() => shardOf({ ...initialMap(2), owners: [] }, 'users', answer)).toThrow('no owner for bucket');
});

describe('another number of shards', () => {
  const counts = (map: ShardMap) => {
    const owned = Array.from({ length: map.shards }, () => 0);
    for (const owner of map.owners) owned[owner] = (owned[owner] ?? 0) + 1;
    return owned;
  };
  const moved = (before: ShardMap, after: ShardMap) =>
    before.owners.filter((owner, bucket) => owner !== after.owners[bucket]).length;
  /** What shards that are full have too much of: less than that cannot move. */
  const leastMoves = (before: ShardMap, shards: number) => {
    const owned = counts(before).map((count, shard) => (shard < shards ? count : 0));
    const most = Math.ceil(before.buckets / shards);
    const withMost = before.buckets % shards === 0 ? shards : before.buckets % shards;
    const kept = [...owned]
      .sort((a, b) => b - a)
      .map((count, at) => Math.min(count, at < withMost ? most : most - 1))
      .reduce((sum, count) => sum + count, 0);
    return before.buckets - kept;
  };

  test.each([
    [16, 32],
    [16, 17],
    [16, 15],
    [4, 6],
    [6, 4],
    [3, 1],
    [1, 5],
  ])('from %d to %d: even, with the fewest moves', (from, to) => {
    const before = initialMap(from);
    const after = resized(before, to);
    const shares = counts(after);
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
    expect(moved(before, after)).toBe(leastMoves(before, to));
  });

  test('there and back, and on from there: still the fewest', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }), (steps) => {
        let map = initialMap(4);
        for (const shards of steps) {
          const next = resized(map, shards);
          expect(moved(map, next)).toBe(leastMoves(map, shards));
          map = next;
        }
      }),
    );
  });

  test('doubling gives the database’s own hash partitions again', () => {
    const map = resized(initialMap(16), 32);
    for (const key of keys) expect(shardOf(map, 'users', key)).toBe(remainder(key, 32));
  });

  test('what moves gets a new epoch, what stays keeps its own', () => {
    const [before, after] = [initialMap(4), resized(initialMap(4), 5)];
    after.epochs.forEach((epoch, bucket) => {
      expect(epoch).toBe(before.owners[bucket] === after.owners[bucket] ? 1 : 2);
    });
  });

  test('pins of a shard that is no more go', () => {
    const pins = [0, 3].map((shard) => ({ group: 'users', key: `${shard}`, shard }));
    expect(resized({ ...initialMap(4), pins }, 3).pins).toEqual(pins.slice(0, 1));
  });

  test('more shards than buckets are refused', () => {
    expect(() => resized(initialMap(1), 257)).toThrow(RangeError);
  });
});

test('what lies between two maps is what is moved', () => {
  const [before, after] = [initialMap(4), resized(initialMap(4), 6)];
  const { between } = movesBetween(before, after);
  const owners = [...before.owners];
  for (const { from, to, buckets } of between) {
    for (const bucket of buckets) {
      expect(owners[bucket]).toBe(from);
      owners[bucket] = to;
    }
  }
  expect(owners).toEqual(after.owners);
});
