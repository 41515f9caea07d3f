/** Shard or not, in analysis.json. */

import { z } from 'zod';
import type { DecisionReport, HeavyStatement } from '../model/index.js';
import { countSchema, shareSchema } from './head.js';
import { rounded, without } from './json.js';

const heavySchema = z.looseObject({
  id: z.string(),
  share: shareSchema,
  calls: countSchema,
  meanMs: countSchema,
  writes: z.boolean(),
  blockReadsPerCall: countSchema.optional(),
  blocksPerCall: countSchema.optional(),
  walBytesPerCall: countSchema.optional(),
});

export const decisionSchema = z.looseObject({
  figures: z.array(
    z.looseObject({
      code: z.string(),
      label: z.string(),
      /** null when unknown; `why` says so. */
      value: z.number().nullable(),
      unit: z.enum(['number', 'per-second', 'bytes-per-second', 'share', 'ms']),
      from: z.string(),
      why: z.string().optional(),
    }),
  ),
  byTime: z.array(heavySchema),
  byWal: z.array(heavySchema),
  writtenTables: z.array(
    z.looseObject({
      table: z.string(),
      calls: countSchema,
      rows: countSchema,
      walBytes: countSchema.optional(),
    }),
  ),
  growth: z.array(
    z.looseObject({
      counter: z.enum(['calls', 'rows', 'wal-bytes', 'busy-backends']),
      mean: countSchema,
      peak: countSchema,
      peakOverMean: countSchema,
      peakAt: z.string(),
      intervals: countSchema,
      trendPerDay: z.number().optional(),
    }),
  ),
  growthUnknown: z.string().optional(),
  levers: z.array(
    z.looseObject({
      code: z.string(),
      says: z.array(z.string()),
      most: shareSchema.optional(),
      of: z.enum(['time', 'calls', 'bytes']),
      statements: z.array(z.string()),
      tables: z.array(z.string()),
    }),
  ),
  rule: z.looseObject({
    reconsiderAbove: shareSchema,
    goBelow: shareSchema,
    crossShare: shareSchema,
    applies: z.enum(['reconsider-the-key', 'fix-the-shapes', 'go']),
    shapes: z.array(
      z.looseObject({
        id: z.string(),
        share: shareSchema,
        verdict: z.string(),
        fix: z.string().optional(),
        mendable: z.boolean(),
      }),
    ),
    leftWhenFixed: shareSchema,
  }),
});

export function decisionJson({ rule, ...of }: DecisionReport) {
  return without({
    figures: of.figures.map(({ code, label, value, unit, from, why }) =>
      without({ code, label, value: value === undefined ? null : rounded(value), unit, from, why }),
    ),
    byTime: of.byTime.map(heavyJson),
    byWal: of.byWal.map(heavyJson),
    writtenTables: of.writtenTables.map(({ table, calls, rows, walBytes }) =>
      without({ table, calls: rounded(calls), rows: rounded(rows), walBytes: optional(walBytes) }),
    ),
    growth: of.growth.map(({ counter, mean, peak, peakOverMean, peakAt, intervals, trendPerDay }) =>
      without({
        counter,
        mean: rounded(mean),
        peak: rounded(peak),
        peakOverMean: rounded(peakOverMean),
        peakAt,
        intervals,
        trendPerDay: optional(trendPerDay),
      }),
    ),
    growthUnknown: of.growthUnknown,
    levers: of.levers.map(({ code, says, most, of: measure, statements, tables }) =>
      without({ code, says, most: optional(most), of: measure, statements, tables }),
    ),
    rule: {
      reconsiderAbove: rule.reconsiderAbove,
      goBelow: rule.goBelow,
      crossShare: rounded(rule.crossShare),
      applies: rule.applies,
      shapes: rule.shapes.map(({ id, share, verdict, fix, mendable }) =>
        without({ id, share: rounded(share), verdict, fix, mendable }),
      ),
      leftWhenFixed: rounded(rule.leftWhenFixed),
    },
  });
}

function heavyJson(of: HeavyStatement) {
  return without({
    id: of.id,
    share: rounded(of.share),
    calls: rounded(of.calls),
    meanMs: rounded(of.meanMs),
    writes: of.writes,
    blockReadsPerCall: optional(of.blockReadsPerCall),
    blocksPerCall: optional(of.blocksPerCall),
    walBytesPerCall: optional(of.walBytesPerCall),
  });
}

function optional(value: number | undefined): number | undefined {
  return value === undefined ? undefined : rounded(value);
}
