/** All that an analysis says of statements that are not single-shard, made in one go: they share the rewritten texts. */

import type { AnalysisResult, Catalog, Placements, Query, StatementFix, Verdict } from '../model/index.js';
import type { ResolveSettings } from '../sql/index.js';
import { normaliseText, type Reader } from '../syntax/index.js';
import { blockedGroups } from './blocked.js';
import { singleByPolicy } from './by-policy.js';
import type { Planned } from './plan-under.js';
import { rewrite, rewriting } from './rewrite.js';
import { keyChanges, rewrittenStatements } from './rewrites.js';
import { fixOf, reportStatements } from './statements.js';

export function blockedReport(
  { judged, solution: { placements }, options: { options } }: Planned,
  reader: Reader,
  catalog: Catalog,
  settings: ResolveSettings,
): Pick<AnalysisResult, 'statements' | 'blocked' | 'keyChanges' | 'singleByPolicy'> {
  const world = rewriting(reader, catalog, placements, settings);
  const rewritten = rewrittenStatements(world, judged);
  const byPolicy = singleByPolicy(judged, reader, catalog, settings, placements);
  return {
    statements: reportStatements(judged, rewritten),
    blocked: blockedGroups({ judged, placements, options, rewritten }),
    keyChanges: keyChanges(world, judged, placements, rewritten),
    ...(byPolicy === undefined ? {} : { singleByPolicy: byPolicy }),
  };
}

/** The fix of a single statement: its text is printed without literals. */
export function rewriteFor(
  reader: Reader,
  catalog: Catalog,
  placements: Placements,
  settings: ResolveSettings,
): (sql: string, verdict: Verdict, query: Query | undefined) => StatementFix | undefined {
  const world = rewriting(reader, catalog, placements, settings);
  return (sql, verdict, query) => {
    const isReadable = verdict.blocker !== undefined && verdict.blocker !== 'unreadable';
    const rewritten = isReadable ? rewrite(world, normaliseText(sql).text, verdict) : undefined;
    return fixOf(verdict, query, rewritten);
  };
}
