/** Between which two values the single-shard share lies, whatever the statements are that could not be read. */

import type { AnalysisResult, Coverage, StatementReport, Weight } from '../model/index.js';

export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** Undefined when nothing was unread, or when the export does not say what the unread weighs. */
export function singleShardBounds({ plan, statements, coverage }: AnalysisResult): Bounds | undefined {
  const judged = shardedWeight(statements);
  const inside = sum(statements.filter(isUnread));
  const all = unreadWeight(coverage, plan.weight);
  if (all === undefined) return undefined;
  // Cut and unparsed statements whose tables are known are among the statements already.
  const outside = Math.max(0, all - inside);
  if (inside + outside === 0 || judged + outside === 0) return undefined;
  const single = plan.score.singleShardShare * judged;
  return {
    low: single / (judged + outside),
    high: Math.min(1, (single + inside + outside) / (judged + outside)),
  };
}

/** Weight that touches a table of the sharded database: what shares are shares of. */
export function shardedWeight(statements: readonly StatementReport[]): number {
  return sum(
    statements.filter(({ verdict }) => verdict.verdict !== 'tableless' && verdict.verdict !== 'unsharded'),
  );
}

function isUnread({ verdict }: StatementReport): boolean {
  return verdict.verdict === 'unknown' && verdict.blocker === 'unreadable';
}

function unreadWeight(coverage: Coverage, weight: Weight): number | undefined {
  const parts = [coverage.masked, coverage.truncated, coverage.unparsed];
  switch (weight) {
    case 'calls':
      return parts.reduce((total, part) => total + part.calls, 0);
    case 'time':
      return parts.reduce((total, part) => total + part.totalExecMs, 0);
    case 'rows':
      return parts.some((part) => part.statements > 0) ? undefined : 0;
  }
}

function sum(statements: readonly StatementReport[]): number {
  return statements.reduce((total, { weight }) => total + weight, 0);
}
