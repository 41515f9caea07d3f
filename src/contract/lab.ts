/** A lab as it is now, and what became of its traffic, as JSON. */

import { z } from 'zod';
import type { LabStatus, LabTraffic } from '../model/index.js';
import { head, SCHEMA_VERSION, type Tool, toolSchema } from './head.js';
import { printJson } from './json.js';

const countSchema = z.int().min(0);

export const labStatusSchema = z
  .looseObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    kind: z.literal('lab-status'),
    tool: toolSchema,
    name: z.string(),
    folder: z.string(),
    places: z.array(
      z.looseObject({
        name: z.string(),
        dsn: z.string(),
        alive: z.boolean(),
        version: z.string().optional(),
        bytes: countSchema.optional(),
        tables: countSchema.optional(),
        rows: countSchema.optional(),
      }),
    ),
  })
  .meta({
    title: 'What "shardwright lab status --json" prints',
    description: 'The databases of a lab. Passwords are in the addresses only with --show-passwords.',
  });

const milliseconds = z.number().min(0);

export const labLoadSchema = z
  .looseObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    kind: z.literal('lab-load'),
    tool: toolSchema,
    clients: countSchema,
    seconds: z.number(),
    shapes: countSchema,
    unfit: countSchema,
    sent: countSchema,
    failed: countSchema,
    perSecond: z.number(),
    latencyMs: z
      .looseObject({ p50: milliseconds, p95: milliseconds, p99: milliseconds, max: milliseconds })
      .optional(),
    errors: z.array(z.looseObject({ sqlState: z.string(), count: countSchema })),
  })
  .meta({
    title: 'What "shardwright lab load --json" prints',
    description: 'Rates, latencies and errors of the traffic of an export.',
  });

export function renderLabStatusJson(status: LabStatus, tool: Tool): string {
  return printJson({ ...head('lab-status', tool), ...status });
}

export function renderLabLoadJson(traffic: LabTraffic, tool: Tool): string {
  return printJson({ ...head('lab-load', tool), ...traffic });
}
