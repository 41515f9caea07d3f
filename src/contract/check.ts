/** What `check --json` prints: findings, what they were compared with, and what they rest on. */

import { z } from 'zod';
import {
  type CheckComparison,
  type CheckResult,
  type CheckSummary,
  type Finding,
  findingLevels,
  ruleIds,
  verdictKinds,
} from '../model/index.js';
import { coverageJson, coverageSchema } from './analysis.js';
import {
  countSchema,
  head,
  SCHEMA_VERSION,
  shareSchema,
  sourceSchema,
  type Tool,
  toolSchema,
  weightSchema,
} from './head.js';
import { printJson, rounded, without } from './json.js';
import { scoreJson, scoreSchema, shardsSchema } from './plan.js';
import { tagsJson } from './tags.js';

const levelSchema = z.enum(findingLevels);
const ruleSchema = z.enum(ruleIds);

const findingSchema = z.looseObject({
  rule: ruleSchema,
  level: levelSchema,
  /** What happened. */
  message: z.string(),
  /** What to do about it. */
  fix: z.string(),
  /** Stable over runs. */
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
  tables: z.array(z.string()),
  /** Its text, without literals; null where the finding is about no statement. */
  statement: z.string().nullable(),
  /** Of the weight that it is about; null where no weight is behind it. */
  share: shareSchema.nullable(),
  location: sourceSchema,
  known: z.boolean(),
  fails: z.boolean(),
  statementId: z.string().optional(),
  statementFingerprint: z.string().optional(),
  queryId: z.string().optional(),
  /** The name that a file of queries gives the statement. */
  label: z.string().optional(),
  verdict: z.enum(verdictKinds).optional(),
  because: z.array(z.string()).optional(),
  calls: countSchema.optional(),
  tags: z.record(z.string(), z.string()).optional(),
});

const countsSchema = z.looseObject({ known: countSchema, added: countSchema, gone: countSchema });

export const checkSchema = z
  .looseObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    kind: z.literal('check'),
    tool: toolSchema,
    /** False makes exit code 1, unless --exit-zero was given. */
    passed: z.boolean(),
    plan: z.looseObject({ file: z.string(), shards: shardsSchema, weight: weightSchema }),
    findings: z.array(findingSchema),
    /** Findings that waivers silence. */
    waived: z.array(findingSchema.extend({ reason: z.string(), expires: z.string().optional() })),
    summary: z.looseObject({
      statements: countSchema,
      weight: countSchema,
      score: scoreSchema,
      crossShardShare: shareSchema,
      maxCrossShard: shareSchema.optional(),
      errors: countSchema,
      warnings: countSchema,
      notes: countSchema,
      known: countSchema,
      waived: countSchema,
      failing: countSchema,
    }),
    comparison: z
      .looseObject({
        origin: z.enum(['baseline', 'plan']),
        file: z.string(),
        before: scoreSchema,
        after: scoreSchema,
        judgedBefore: shareSchema.optional(),
        judgedAfter: shareSchema.optional(),
        tolerance: shareSchema,
        statements: countsSchema.optional(),
      })
      .optional(),
    coverage: coverageSchema.optional(),
    rules: z.array(
      z.looseObject({
        id: ruleSchema,
        summary: z.string(),
        level: levelSchema,
        levelWhenNew: levelSchema,
        page: z.string(),
      }),
    ),
  })
  .meta({
    title: 'What "shardwright check --json" prints',
    description: 'Findings of the gate. Shares are 0 to 1, tables are schema.table.',
  });

export function renderCheckJson(result: CheckResult, tool: Tool): string {
  return printJson(
    without({
      ...head('check', tool),
      passed: result.summary.failing === 0,
      plan: { file: result.plan.file, shards: result.plan.shards, weight: result.plan.weight },
      findings: result.findings.map(findingJson),
      waived: result.waived.map(({ finding, reason, expires }) =>
        without({ ...findingJson(finding), reason, expires }),
      ),
      summary: summaryJson(result.summary),
      comparison: result.comparison === undefined ? undefined : comparisonJson(result.comparison),
      coverage: result.coverage === undefined ? undefined : coverageJson(result.coverage),
      rules: result.rules.map(({ id, summary, level, levelWhenNew, page }) => ({
        id,
        summary,
        level,
        levelWhenNew,
        page,
      })),
    }),
  );
}

function findingJson(finding: Finding) {
  const { statement, share, location } = finding;
  return without({
    rule: finding.rule,
    level: finding.level,
    message: finding.message,
    fix: finding.fix,
    fingerprint: finding.fingerprint,
    tables: finding.tables,
    statement: statement?.text ?? null,
    share: share === undefined ? null : rounded(share),
    location: { file: location.file, line: location.line },
    known: finding.known,
    fails: finding.fails,
    statementId: statement?.id,
    statementFingerprint: statement?.fingerprint,
    queryId: statement?.queryId,
    label: statement?.label,
    verdict: statement?.verdict,
    because: statement?.because,
    calls: statement === undefined ? undefined : rounded(statement.calls),
    tags: statement === undefined ? undefined : tagsJson(statement.tags),
  });
}

function summaryJson(summary: CheckSummary) {
  return without({
    statements: summary.statements,
    weight: rounded(summary.weight),
    score: scoreJson(summary.score),
    crossShardShare: rounded(summary.crossShardShare),
    maxCrossShard: summary.maxCrossShard,
    errors: summary.errors,
    warnings: summary.warnings,
    notes: summary.notes,
    known: summary.known,
    waived: summary.waived,
    failing: summary.failing,
  });
}

function comparisonJson(comparison: CheckComparison) {
  const { judgedBefore, judgedAfter, statements } = comparison;
  return without({
    origin: comparison.origin,
    file: comparison.file,
    before: scoreJson(comparison.before),
    after: scoreJson(comparison.after),
    judgedBefore: judgedBefore === undefined ? undefined : rounded(judgedBefore),
    judgedAfter: judgedAfter === undefined ? undefined : rounded(judgedAfter),
    tolerance: comparison.tolerance,
    statements,
  });
}
