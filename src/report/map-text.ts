/** The shard map as text: shares of the shards, one key's way to its shard, what moves between two maps. */

import { type KeyLocation, type KeyPin, type MapMoves, percent, type ShardMap } from '../model/index.js';
import { grouped, plural } from './numbers.js';
import { firstOf, type Page, pageOf, printSections, type Section, type TextOptions } from './page.js';
import { clean, wrap } from './words.js';

const MOST_SHARDS = 64;
const MOST_MOVES = 32;
const MOST_PINS = 20;

export function renderMapText(map: ShardMap, options: TextOptions): string {
  const page = pageOf(options, [], '--json');
  return printSections(page, [sharesSection(page, map), pinsSection(page, 'PINNED KEYS', map.pins)]);
}

export function renderLocationText(location: KeyLocation, map: ShardMap, options: TextOptions): string {
  const page = pageOf(options, []);
  const { group, key, hash, bucket, shard, pinned, epoch } = location;
  const steps = [
    `hash ${hash} by PostgreSQL's partition hash`,
    `bucket ${bucket}: the hash modulo ${map.buckets} buckets`,
    pinned
      ? `shard ${shard}: the map pins this key there, whatever its bucket`
      : `shard ${shard}: it owns that bucket (epoch ${epoch})`,
  ];
  return printSections(page, [
    {
      title: `${clean(group)} = ${clean(key)} is on shard ${shard}`,
      lines: steps.flatMap((step) => wrap(step, page.width, '  ')),
    },
  ]);
}

export function renderMapMovesText(moves: MapMoves, buckets: number, options: TextOptions): string {
  const page = pageOf(options, [], '--json');
  const moved = moves.between.reduce((sum, move) => sum + move.buckets.length, 0);
  return printSections(page, [
    {
      title: `MOVES: ${plural(moved, 'bucket')} of ${grouped(buckets)}, ${percent(moved / buckets)} of the keys`,
      lines: firstOf(page, moves.between, MOST_MOVES, ({ from, to, buckets: some }) => [
        `  shard ${from} to shard ${to}: ${plural(some.length, 'bucket')}`,
      ]),
    },
    pinsSection(page, 'NEWLY PINNED', moves.pinned),
    pinsSection(page, 'NO LONGER PINNED', moves.unpinned),
  ]);
}

function sharesSection(page: Page, map: ShardMap): Section {
  const owned = Array.from({ length: map.shards }, () => 0);
  for (const owner of map.owners) owned[owner] = (owned[owner] ?? 0) + 1;
  return {
    title: `MAP: ${plural(map.shards, 'shard')}, ${plural(map.buckets, 'bucket')}`,
    lines: firstOf(
      page,
      owned.map((buckets, shard) => ({ buckets, shard })),
      MOST_SHARDS,
      ({ buckets, shard }) => [
        `  shard ${shard}: ${plural(buckets, 'bucket')}, ${percent(buckets / map.buckets)} of the keys`,
      ],
    ),
  };
}

function pinsSection(page: Page, title: string, pins: readonly KeyPin[]): Section | undefined {
  if (pins.length === 0) return undefined;
  return {
    title,
    lines: firstOf(page, pins, MOST_PINS, ({ group, key, shard }) => [
      `  ${clean(group)} = ${clean(key)}: shard ${shard}`,
    ]),
  };
}
