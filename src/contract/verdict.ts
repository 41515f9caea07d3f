/** A verdict: one JSON object a line. */

import { z } from 'zod';
import { type ExplainedStatement, type StatementFix, type Verdict, verdictKinds } from '../model/index.js';
import { SCHEMA_VERSION } from './head.js';
import { without } from './json.js';

export const fixSchema = z.looseObject({
  kind: z.string(),
  text: z.string(),
  rewritten: z.string().optional(),
  rewrittenVerdict: z.enum(verdictKinds).optional(),
});

/** What a verdict says, wherever one is printed. */
export const verdictFields = {
  verdict: z.enum(verdictKinds),
  tables: z.array(z.string()),
  key: z.looseObject({ group: z.string(), param: z.string() }).optional(),
  pairs: z.array(z.tuple([z.string(), z.string()])).optional(),
  fanOut: z.number().min(0).optional(),
  because: z.array(z.string()),
  fix: fixSchema.optional(),
};

export const verdictSchema = z
  .looseObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    kind: z.literal('verdict'),
    id: z.string(),
    ...verdictFields,
    shards: z.array(z.int().min(0)).optional(),
  })
  .meta({
    title: 'A verdict of "shardwright route explain --json", one a line',
    description: 'What one statement needs under a plan, and why.',
  });

/** One line, without its line feed. */
export function renderVerdictJson({ id, verdict, shards, fix }: ExplainedStatement): string {
  return JSON.stringify(
    without({
      schemaVersion: SCHEMA_VERSION,
      kind: 'verdict',
      id,
      verdict: verdict.verdict,
      tables: verdict.tables,
      key: keyJson(verdict),
      shards,
      pairs: verdict.pairs,
      fanOut: verdict.fanOut,
      because: verdict.because,
      fix: fixJson(fix),
    }),
  );
}

/** Field by field: the key's constants stay in memory. */
export function keyJson({ key }: Verdict) {
  return key === undefined ? undefined : { group: key.group, param: key.param };
}

export function fixJson(fix: StatementFix | undefined) {
  if (fix === undefined) return undefined;
  return without({
    kind: fix.kind,
    text: fix.text,
    rewritten: fix.rewritten,
    rewrittenVerdict: fix.rewrittenVerdict,
  });
}
