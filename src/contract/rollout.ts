/** What `route diff --json` and `route verify --json` print. */

import { z } from 'zod';
import { type DriftReport, engines, type RolloutVerification } from '../model/index.js';
import { countSchema, head, SCHEMA_VERSION, type Tool, toolSchema } from './head.js';
import { printJson, rounded, without } from './json.js';

export const driftSchema = z
  .looseObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    kind: z.literal('drift'),
    tool: toolSchema,
    engine: z.enum(engines),
    looked: countSchema,
    differences: z.array(
      z.looseObject({ code: z.string(), subject: z.string(), expected: z.string(), found: z.string() }),
    ),
  })
  .meta({
    title: 'What "shardwright route diff --json" prints',
    description: 'What on the servers is not as the plan has it.',
  });

export const rolloutVerificationSchema = z
  .looseObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    kind: z.literal('rollout-verification'),
    tool: toolSchema,
    engine: z.enum(engines),
    /** Nothing differs, and something was checked. */
    holds: z.boolean(),
    checks: z.array(
      z.looseObject({
        subject: z.string(),
        /** `cautious`: the engine needs fewer shards than the verdict says; nothing goes wrong by it. */
        outcome: z.enum(['agrees', 'differs', 'cautious', 'not-checked']),
        expected: z.string(),
        found: z.string(),
        text: z.string().optional(),
        calls: countSchema.optional(),
      }),
    ),
  })
  .meta({
    title: 'What "shardwright route verify --json" prints',
    description:
      'What the engine plans for each statement, or where the rows of each partition lie, held against the plan.',
  });

export function renderDriftJson({ engine, looked, differences }: DriftReport, tool: Tool): string {
  return printJson({ ...head('drift', tool), engine, looked, differences });
}

export function renderRolloutVerificationJson(
  { engine, holds, checks }: RolloutVerification,
  tool: Tool,
): string {
  return printJson({
    ...head('rollout-verification', tool),
    engine,
    holds,
    checks: checks.map(({ calls, ...check }) =>
      without({ ...check, calls: calls === undefined ? undefined : rounded(calls) }),
    ),
  });
}
