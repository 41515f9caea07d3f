/** What `route deploy` writes as deployment.json: files, what the engine would refuse late, and what becomes of each statement. */

import { z } from 'zod';
import { type Deployment, engines, outcomeKinds, verdictKinds } from '../model/index.js';
import {
  countSchema,
  head,
  SCHEMA_VERSION,
  shareSchema,
  sourceSchema,
  type Tool,
  toolSchema,
} from './head.js';
import { printJson, rounded, without } from './json.js';
import { shardsSchema } from './plan.js';

const outcomeSchema = z.enum(outcomeKinds);

export const deploymentSchema = z
  .looseObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    kind: z.literal('deployment'),
    tool: toolSchema,
    engine: z.enum(engines),
    shards: shardsSchema,
    files: z.array(z.looseObject({ name: z.string(), purpose: z.string() })),
    /** What the engine would refuse late, or keep silent about. */
    findings: z.array(
      z.looseObject({
        level: z.enum(['error', 'warning', 'note']),
        code: z.string(),
        tables: z.array(z.string()),
        message: z.string(),
        fix: z.string(),
      }),
    ),
    summary: z.array(
      z.looseObject({
        outcome: outcomeSchema,
        statements: countSchema,
        calls: countSchema,
        share: shareSchema,
      }),
    ),
    /** The worst first, then by calls. `wrong`: it is run, and gives wrong rows or writes them to the wrong place without an error. */
    statements: z.array(
      z.looseObject({
        id: z.string(),
        queryId: z.string().optional(),
        text: z.string(),
        calls: countSchema,
        verdict: z.enum(verdictKinds),
        tables: z.array(z.string()),
        outcome: outcomeSchema,
        rule: z.string(),
        reason: z.string(),
        remedy: z.string().optional(),
        source: sourceSchema,
      }),
    ),
  })
  .meta({
    title: 'What "shardwright route deploy" writes as deployment.json',
    description: 'The files of an engine, and what it makes of each statement of the workload.',
  });

export function renderDeploymentJson(deployment: Deployment, tool: Tool): string {
  return printJson({
    ...head('deployment', tool),
    engine: deployment.engine,
    shards: deployment.shards,
    files: deployment.files.map(({ name, purpose }) => ({ name, purpose })),
    findings: deployment.findings.map(({ level, code, tables, message, fix }) => ({
      level,
      code,
      tables,
      message,
      fix,
    })),
    summary: deployment.summary.map((one) => ({
      ...one,
      calls: rounded(one.calls),
      share: rounded(one.share),
    })),
    statements: deployment.statements.map((one) =>
      without({
        id: one.id,
        queryId: one.queryId,
        text: one.text,
        calls: rounded(one.calls),
        verdict: one.verdict,
        tables: one.tables,
        outcome: one.outcome,
        rule: one.rule,
        reason: one.reason,
        remedy: one.remedy,
        source: { file: one.source.file, line: one.source.line },
      }),
    ),
  });
}
