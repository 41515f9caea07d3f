/** What keeps statements from one shard, and what the application has to change, in analysis.json. */

import { z } from 'zod';
import type { AnalysisResult, BlockedExample, SourceRef } from '../model/index.js';
import { countSchema, shareSchema, sourceSchema } from './head.js';
import { rounded, without } from './json.js';
import { tagsJson } from './tags.js';

export const blockedFields = {
  blocked: z.array(
    z.looseObject({
      blocker: z.string(),
      concerns: z.array(z.looseObject({ table: z.string(), column: z.string().optional() })),
      statements: countSchema,
      calls: countSchema,
      weight: countSchema,
      share: shareSchema,
      /** `gain`: share that becomes single-shard, where it can be computed. */
      fixes: z.array(z.looseObject({ kind: z.string(), text: z.string(), gain: z.number().optional() })),
      examples: z.array(
        z.looseObject({
          id: z.string(),
          text: z.string(),
          verdict: z.string(),
          calls: countSchema,
          source: sourceSchema,
          tags: z.record(z.string(), z.string()).optional(),
          rewritten: z.string().optional(),
        }),
      ),
    }),
  ),
  keyChanges: z.array(
    z.looseObject({
      table: z.string(),
      column: z.string(),
      statements: z.array(
        z.looseObject({
          id: z.string(),
          calls: countSchema,
          source: sourceSchema,
          rewritten: z.string().optional(),
        }),
      ),
    }),
  ),
  /** With --assume-rls: what is single-shard by policies alone. */
  singleByPolicy: z.looseObject({ statements: countSchema, share: shareSchema }).optional(),
};

export function blockedJson({ blocked, keyChanges, singleByPolicy }: AnalysisResult) {
  return {
    blocked: blocked.map(({ blocker, concerns, statements, calls, weight, share, fixes, examples }) => ({
      blocker,
      concerns: concerns.map(({ table, column }) => without({ table, column })),
      statements,
      calls: rounded(calls),
      weight: rounded(weight),
      share: rounded(share),
      fixes: fixes.map(({ kind, text, gain }) =>
        without({ kind, text, gain: gain === undefined ? undefined : rounded(gain) }),
      ),
      examples: examples.map(exampleJson),
    })),
    keyChanges: keyChanges.map(({ table, column, statements }) => ({
      table,
      column,
      statements: statements.map(({ id, calls, source, rewritten }) =>
        without({ id, calls: rounded(calls), source: sourceJson(source), rewritten }),
      ),
    })),
    singleByPolicy:
      singleByPolicy === undefined
        ? undefined
        : { statements: singleByPolicy.statements, share: rounded(singleByPolicy.share) },
  };
}

function exampleJson({ id, text, verdict, calls, source, tags, rewritten }: BlockedExample) {
  return without({
    id,
    text,
    verdict,
    calls: rounded(calls),
    source: sourceJson(source),
    tags: tagsJson(tags),
    rewritten,
  });
}

function sourceJson({ file, line }: SourceRef) {
  return { file, line };
}
