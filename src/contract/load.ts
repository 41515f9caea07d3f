/** Load by shard in analysis.json. */

import { z } from 'zod';
import type { GroupLoad, LoadReport, PlacedLoad, ShardCountLoad, Spread, Whale } from '../model/index.js';
import { countSchema, shareSchema } from './head.js';
import { rounded, without } from './json.js';
import { shardsSchema } from './plan.js';

/** Median of the runs, and what 5 % and 95 % of them stay below. `ratio` is the median over the even share. */
const spreadSchema = z.looseObject({
  median: shareSchema,
  low: shareSchema,
  high: shareSchema,
  ratio: z.number().min(0),
});

const hottestSchema = z.looseObject({
  rows: spreadSchema.optional(),
  bytes: spreadSchema.optional(),
  load: spreadSchema.optional(),
});

const whaleSchema = z.looseObject({
  group: z.string(),
  rank: z.int().min(1),
  table: z.string(),
  frequency: shareSchema,
  rowShare: shareSchema.optional(),
  loadShare: shareSchema.optional(),
});

const placedFields = {
  measure: z.enum(['load', 'rows', 'none']),
  at: z.array(
    z.looseObject({
      shards: shardsSchema,
      even: shareSchema,
      hottest: hottestSchema,
      limit: shareSchema,
      pinned: spreadSchema.optional(),
      ownShard: spreadSchema.optional(),
    }),
  ),
  shards: z.array(
    z.looseObject({
      shard: z.int().min(0),
      rows: shareSchema.optional(),
      bytes: shareSchema.optional(),
      load: shareSchema.optional(),
    }),
  ),
  whales: z.array(whaleSchema),
};

export const loadSchema = z.looseObject({
  runs: countSchema,
  hashedKeys: countSchema,
  whaleFraction: z.number().min(0),
  kinds: z.looseObject({
    byKey: shareSchema,
    spread: shareSchema,
    everyShard: shareSchema,
    unsharded: shareSchema,
    unknownKeys: shareSchema,
    unplaced: shareSchema,
  }),
  plan: z.looseObject(placedFields),
  groups: z.array(
    z.looseObject({
      group: z.string(),
      tables: z.array(z.string()),
      loadShare: shareSchema,
      unknown: z.array(z.looseObject({ table: z.string(), why: z.string(), loadShare: shareSchema })),
      assumed: z.array(z.looseObject({ table: z.string(), what: z.string() })),
      ...placedFields,
    }),
  ),
});

export function loadJson({ runs, hashedKeys, whaleFraction, kinds, plan, groups }: LoadReport) {
  return {
    runs,
    hashedKeys,
    whaleFraction,
    kinds: {
      byKey: share(kinds.byKey),
      spread: share(kinds.spread),
      everyShard: share(kinds.everyShard),
      unsharded: share(kinds.unsharded),
      unknownKeys: share(kinds.unknownKeys),
      unplaced: share(kinds.unplaced),
    },
    plan: placedJson(plan),
    groups: groups.map(groupJson),
  };
}

function groupJson(of: GroupLoad) {
  return {
    group: of.group,
    tables: of.tables,
    loadShare: share(of.loadShare),
    unknown: of.unknown.map(({ table, why, loadShare }) => ({ table, why, loadShare: share(loadShare) })),
    assumed: of.assumed.map(({ table, what }) => ({ table, what })),
    ...placedJson(of),
  };
}

function placedJson({ measure, at, shards, whales }: PlacedLoad) {
  return {
    measure,
    at: at.map(countJson),
    shards: shards.map((one) =>
      without({
        shard: one.shard,
        rows: optional(one.rows, share),
        bytes: optional(one.bytes, share),
        load: optional(one.load, share),
      }),
    ),
    whales: whales.map(whaleJson),
  };
}

function countJson({ shards, hottest, limit, pinned, ownShard }: ShardCountLoad) {
  const spread = (of: Spread) => spreadJson(of, shards);
  return without({
    shards,
    even: share(1 / shards),
    hottest: without({
      rows: optional(hottest.rows, spread),
      bytes: optional(hottest.bytes, spread),
      load: optional(hottest.load, spread),
    }),
    limit: share(limit),
    pinned: optional(pinned, spread),
    ownShard: optional(ownShard, spread),
  });
}

function spreadJson({ median, low, high }: Spread, shards: number) {
  return { median: share(median), low: share(low), high: share(high), ratio: rounded(median * shards) };
}

function whaleJson({ group, rank, table, frequency, rowShare, loadShare }: Whale) {
  return without({
    group,
    rank,
    table,
    frequency: share(frequency),
    rowShare: optional(rowShare, share),
    loadShare: optional(loadShare, share),
  });
}

function share(value: number): number {
  return Math.min(1, Math.max(0, rounded(value)));
}

function optional<T, R>(value: T | undefined, of: (value: T) => R): R | undefined {
  return value === undefined ? undefined : of(value);
}
