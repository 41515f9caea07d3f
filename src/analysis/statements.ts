/** Judged statements as reports, heaviest first. */

import {
  byCodeUnit,
  type Query,
  type StatementFix,
  type StatementReport,
  type Verdict,
} from '../model/index.js';
import { fixFor, fixWithoutRewriting, onlyReads } from '../routability/index.js';
import type { Judged } from './judged.js';
import type { Rewritten } from './rewrite.js';

/** `rewritten`: by statement id. */
export function reportStatements(
  judged: readonly Judged[],
  rewritten: ReadonlyMap<string, Rewritten>,
): readonly StatementReport[] {
  return judged
    .map((one) => reportOf(one, rewritten.get(one.source.id)))
    .sort((a, b) => b.weight - a.weight || byCodeUnit(a.id, b.id));
}

function reportOf(
  { source, weight, verdict, query }: Judged,
  rewritten: Rewritten | undefined,
): StatementReport {
  return {
    id: source.id,
    ...(source.queryId === undefined ? {} : { queryId: source.queryId }),
    text: source.text,
    counters: source.counters,
    weight,
    verdict,
    ...withFix(verdict, query, rewritten),
    source: source.source,
    tags: source.tags,
  };
}

function withFix(
  verdict: Verdict,
  query: Query | undefined,
  rewritten: Rewritten | undefined,
): Pick<StatementReport, 'fix'> {
  const fix = fixOf(verdict, query, rewritten);
  return fix === undefined ? {} : { fix };
}

/** What to do about a verdict, with the text that was proven to be better, where there is one. */
export function fixOf(
  verdict: Verdict,
  query: Query | undefined,
  rewritten: Rewritten | undefined,
): StatementFix | undefined {
  if (rewritten === undefined) return fixWithoutRewriting(verdict, onlyReads(query));
  const fix = fixFor(verdict, onlyReads(query));
  return fix === undefined
    ? undefined
    : { ...fix, rewritten: rewritten.text, rewrittenVerdict: rewritten.verdict.verdict };
}
