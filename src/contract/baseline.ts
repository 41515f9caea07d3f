/** baseline.json: the statements and findings that a check takes for known. Read, and written one statement a line. */

import { z } from 'zod';
import {
  type Baseline,
  type BaselineStatement,
  byCodeUnit,
  UserError,
  verdictKinds,
} from '../model/index.js';
import {
  countSchema,
  head,
  SCHEMA_VERSION,
  shareSchema,
  type Tool,
  toolSchema,
  weightSchema,
} from './head.js';
import { firstComplaint, pathText } from './issues.js';
import { parseJson, printJson, rounded, without } from './json.js';
import { scoreJson, scoreSchema } from './plan.js';

const fingerprintSchema = z
  .string()
  .regex(/^[0-9a-f]{16}$/, { error: 'must be a fingerprint of 16 hexadecimal digits' });

export const baselineSchema = z
  .looseObject({
    schemaVersion: z.literal(SCHEMA_VERSION, { error: `must be ${SCHEMA_VERSION}` }),
    kind: z.literal('baseline', { error: 'must be "baseline"' }),
    tool: toolSchema.optional(),
    weight: weightSchema,
    score: scoreSchema,
    coverage: z
      .looseObject({ calls: countSchema, judgedShare: shareSchema })
      .optional()
      .describe('Of the export; absent when the baseline was made of .sql files.'),
    findings: z.array(fingerprintSchema).describe('Findings that are known.'),
    statements: z.array(
      z.looseObject({
        fingerprint: fingerprintSchema,
        verdict: z.enum(verdictKinds),
        weight: countSchema,
        tables: z.array(z.string()),
        text: z.string(),
      }),
    ),
  })
  .meta({
    title: 'baseline.json',
    description: 'What "shardwright check --update-baseline" writes and later checks compare with.',
  });

const remake = 'Remove it, and make it again with "shardwright check … --update-baseline".';

/** @throws UserError bad-json, newer-version or bad-baseline */
export function parseBaseline(text: string, file: string): Baseline {
  const json = parseJson(text, file, remake);
  const version = (json as { readonly schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === 'number' && version > SCHEMA_VERSION) {
    throw new UserError(
      'newer-version',
      `${file} has schemaVersion ${version}, and this release reads up to ${SCHEMA_VERSION}`,
      'Upgrade shardwright to the release that wrote the baseline, or remove it and make it again.',
      { file },
    );
  }
  const read = baselineSchema.safeParse(json);
  if (!read.success) {
    const { path, message } = firstComplaint(baselineSchema, read.error);
    throw new UserError(
      'bad-baseline',
      `${file} is not a baseline: ${path.length === 0 ? 'the file' : pathText(path)}: ${message}`,
      remake,
      { file },
    );
  }
  const { weight, score, coverage, findings, statements } = read.data;
  return {
    weight,
    score,
    ...(coverage === undefined ? {} : { coverage }),
    findings: new Set(findings),
    statements: new Map(statements.map((statement) => [statement.fingerprint, statement])),
  };
}

export function renderBaselineJson(baseline: Baseline, tool: Tool): string {
  const { coverage } = baseline;
  const text = printJson(
    without({
      ...head('baseline', tool),
      weight: baseline.weight,
      score: scoreJson(baseline.score),
      coverage:
        coverage === undefined
          ? undefined
          : { calls: rounded(coverage.calls), judgedShare: rounded(coverage.judgedShare) },
      findings: [...baseline.findings].sort(byCodeUnit),
      statements: [],
    }),
  );
  const lines = [...baseline.statements.values()]
    .sort((a, b) => byCodeUnit(a.fingerprint, b.fingerprint))
    .map((statement) => `    ${JSON.stringify(statementJson(statement))}`);
  if (lines.length === 0) return text;
  return text.replace(/"statements": \[\]\n\}\n$/, () => `"statements": [\n${lines.join(',\n')}\n  ]\n}\n`);
}

function statementJson({ fingerprint, verdict, weight, tables, text }: BaselineStatement) {
  return { fingerprint, verdict, weight: rounded(weight), tables, text };
}
