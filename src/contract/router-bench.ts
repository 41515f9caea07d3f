/** What "shardwright route bench --json" prints. */

import { z } from 'zod';
import type { RouterBench, RouterBenchRun } from '../model/index.js';
import { countSchema, head, SCHEMA_VERSION, type Tool, toolSchema } from './head.js';
import { printJson } from './json.js';

const runSchema = z.looseObject({ medianMs: countSchema, perSecond: countSchema });

export const routerBenchSchema = z
  .looseObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    kind: z.literal('router-bench'),
    tool: toolSchema,
    mode: z.enum(['simple', 'extended', 'prepared']),
    shards: z.int().min(1),
    clients: z.int().min(1),
    seconds: z.int().min(1),
    workloads: z.array(
      z.looseObject({
        name: z.enum(['select-only', 'tpcb-like']),
        statements: z.int().min(1),
        direct: runSchema,
        pgbouncer: runSchema.optional(),
        router: runSchema,
        /** The router's transactions a second over the others'. */
        ofDirect: countSchema,
        ofPgbouncer: countSchema.optional(),
        /** What the router adds to one statement at the median. */
        addedMs: z.number(),
      }),
    ),
    knownDecisionMicros: countSchema,
    newDecisionMicros: countSchema,
  })
  .meta({
    title: 'What "shardwright route bench --json" prints',
    description: 'The router beside a direct connection and PgBouncer, in one run.',
  });

export function renderRouterBenchJson(bench: RouterBench, tool: Tool): string {
  const workloads = bench.workloads.map((workload) => {
    const { direct, pgbouncer, router, statements } = workload;
    return {
      ...workload,
      ofDirect: ratio(router, direct),
      ...(pgbouncer === undefined ? {} : { ofPgbouncer: ratio(router, pgbouncer) }),
      addedMs: Number(((router.medianMs - direct.medianMs) / statements).toFixed(4)),
    };
  });
  return printJson({ ...head('router-bench', tool), ...bench, workloads });
}

function ratio(one: RouterBenchRun, other: RouterBenchRun): number {
  return Number((one.perSecond / other.perSecond).toFixed(3));
}
