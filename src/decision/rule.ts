/** Which threshold rule the plan's crossing share falls under, and the statement shapes that make it. */

import type { Score, ShardingRule, StatementReport, VerdictKind } from '../model/index.js';

/** Above this share that crosses shards, another key is worth a thought. */
const RECONSIDER_ABOVE = 0.05;

/** Below this share nothing needs to be mended first. */
const GO_BELOW = 0.01;

/** Shapes worth naming: five to ten of them usually carry nearly all that crosses. */
const MOST_SHAPES = 10;

const good: ReadonlySet<VerdictKind> = new Set(['single-shard', 'global-read']);
const outside: ReadonlySet<VerdictKind> = new Set(['tableless', 'unsharded']);

/** `statements`: heaviest first. */
export function ruleOf(score: Score, statements: readonly StatementReport[]): ShardingRule {
  const sharded = statements.filter(({ verdict }) => !outside.has(verdict.verdict));
  const whole = sharded.reduce((sum, { weight }) => sum + weight, 0);
  const crossShare = whole === 0 ? 0 : 1 - score.singleShardShare;
  const shapes = sharded
    .filter(({ verdict, weight }) => !good.has(verdict.verdict) && weight > 0)
    .slice(0, MOST_SHAPES)
    .map(({ id, text, weight, verdict, fix }) => ({
      id,
      text,
      share: weight / whole,
      verdict: verdict.verdict,
      ...(fix === undefined ? {} : { fix: fix.text }),
      mendable: fix?.rewrittenVerdict !== undefined && good.has(fix.rewrittenVerdict),
    }));
  const fixed = shapes.reduce((sum, { share, mendable }) => sum + (mendable ? share : 0), 0);
  return {
    reconsiderAbove: RECONSIDER_ABOVE,
    goBelow: GO_BELOW,
    crossShare,
    applies: appliesAt(crossShare),
    shapes,
    leftWhenFixed: Math.max(0, crossShare - fixed),
  };
}

function appliesAt(crossShare: number): ShardingRule['applies'] {
  if (crossShare > RECONSIDER_ABOVE) return 'reconsider-the-key';
  return crossShare < GO_BELOW ? 'go' : 'fix-the-shapes';
}
