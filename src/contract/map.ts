/** The shard map as JSON: which shard owns which bucket. */

import { z } from 'zod';
import { SCHEMA_VERSION } from './head.js';
import { shardsSchema } from './plan.js';

export const mapSchema = z
  .looseObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    kind: z.literal('map'),
    shards: shardsSchema,
    buckets: z.int().min(1),
    hash: z.literal('postgres-partition'),
    owners: z.array(z.int().min(0)),
    pins: z.array(z.looseObject({ group: z.string(), key: z.string(), shard: z.int().min(0) })),
    epochs: z.array(z.int().min(1)),
  })
  .meta({ title: 'The shard map', description: 'The shard of each bucket, in bucket order.' });
