/** The shard map as JSON: which shard owns which bucket; where one key lives; what moves between two maps. */

import { z } from 'zod';
import { type KeyLocation, type MapMoves, type ShardMap, UserError } from '../model/index.js';
import { head, SCHEMA_VERSION, type Tool, toolSchema } from './head.js';
import { firstComplaint, pathText } from './issues.js';
import { parseJson, printJson } from './json.js';
import { shardsSchema } from './plan.js';

const shardSchema = z.int().min(0);
/** Of every bucket, or runs of them: `[shard, how many buckets]`. */
const ownersSchema = z.array(z.union([shardSchema, z.tuple([shardSchema, z.int().min(1)])]));
const pinSchema = z.looseObject({ group: z.string(), key: z.string(), shard: shardSchema });

export const mapSchema = z
  .looseObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    kind: z.literal('map'),
    tool: toolSchema.optional(),
    shards: shardsSchema,
    buckets: z.int().min(1).max(16_777_216),
    hash: z.literal('postgres-partition'),
    owners: ownersSchema,
    pins: z.array(pinSchema).default([]),
    /** 1 for every bucket where it is left out. */
    epochs: z.array(z.int().min(1)).optional(),
  })
  .meta({ title: 'The shard map', description: 'The shard of each bucket, in bucket order.' });

export const locationSchema = z
  .looseObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    kind: z.literal('location'),
    tool: toolSchema,
    group: z.string(),
    key: z.string(),
    /** Unsigned 64 bits, as decimal text. */
    hash: z.string().regex(/^\d{1,20}$/),
    bucket: z.int().min(0),
    shard: shardSchema,
    pinned: z.boolean(),
    epoch: z.int().min(1),
  })
  .meta({ title: 'What "shardwright route map --key --json" prints', description: 'Where a key lives.' });

export const mapMovesSchema = z
  .looseObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    kind: z.literal('map-moves'),
    tool: toolSchema,
    buckets: z.int().min(1),
    moved: z.int().min(0),
    moves: z.array(z.looseObject({ from: shardSchema, to: shardSchema, buckets: z.array(z.int().min(0)) })),
    pinned: z.array(pinSchema),
    unpinned: z.array(pinSchema),
  })
  .meta({
    title: 'What "shardwright route map --diff --json" prints',
    description: 'Buckets and pins that have to move between two maps.',
  });

/** @throws UserError bad-json or bad-map: not a map, or one that contradicts itself */
export function parseMap(text: string, file: string): ShardMap {
  const value = parseJson(text, file);
  const read = mapSchema.safeParse(value);
  if (!read.success) {
    const { path, message } = firstComplaint(mapSchema, read.error);
    throw badMap(file, `${path.length === 0 ? 'the map' : pathText(path)}: ${message}`);
  }
  const { shards, buckets, pins, epochs } = read.data;
  const owners = read.data.owners.flatMap((owner) =>
    typeof owner === 'number' ? [owner] : Array.from({ length: owner[1] }, () => owner[0]),
  );
  if (owners.length !== buckets) throw badMap(file, `owners: ${owners.length} of ${buckets} buckets`);
  const stranger = [...owners, ...pins.map(({ shard }) => shard)].find((shard) => shard >= shards);
  if (stranger !== undefined) throw badMap(file, `shard ${stranger} is not one of 0 to ${shards - 1}`);
  if (epochs !== undefined && epochs.length !== buckets) {
    throw badMap(file, `epochs: ${epochs.length} of ${buckets} buckets`);
  }
  return {
    schemaVersion: 1,
    kind: 'map',
    shards,
    buckets,
    hash: 'postgres-partition',
    owners,
    pins: pins.map(({ group, key, shard }) => ({ group, key, shard })),
    epochs: epochs ?? owners.map(() => 1),
  };
}

function badMap(file: string, complaint: string): UserError {
  return new UserError(
    'bad-map',
    `${file} is not a shard map: ${complaint}`,
    '"shardwright route map --plan shardplan.json --json" prints one.',
    { file },
  );
}

export function renderMapJson({ shards, buckets, hash, owners, pins, epochs }: ShardMap, tool: Tool): string {
  return printJson({ ...head('map', tool), shards, buckets, hash, owners, pins, epochs });
}

export function renderLocationJson(location: KeyLocation, tool: Tool): string {
  return printJson({ ...head('location', tool), ...location });
}

export function renderMapMovesJson(
  { between, pinned, unpinned }: MapMoves,
  buckets: number,
  tool: Tool,
): string {
  const moved = between.reduce((sum, move) => sum + move.buckets.length, 0);
  return printJson({ ...head('map-moves', tool), buckets, moved, moves: between, pinned, unpinned });
}
