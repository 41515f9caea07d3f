import { expect, test } from 'vitest';
import {
  bucketOf,
  initialMap,
  type KeyValue,
  remainder,
  type ShardMap,
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
