/** The plan's score: shares of the weight that touches tables of the sharded database. */

import type { Score, VerdictKind } from '../model/index.js';

interface Weighed {
  readonly weight: number;
  readonly verdict: { readonly verdict: VerdictKind };
}

const oneShard: ReadonlySet<VerdictKind> = new Set(['single-shard', 'global-read']);

/**
 * singleShardShare: single-shard and global-read over all weight but tableless and purely unsharded; oneDatabaseShare adds
 * unsharded to both. Shares are 0…1. Of nothing the good ones are 1, the others 0: nothing crosses.
 */
export function scoreOf(statements: readonly Weighed[]): Score {
  const weightOf = (fits: (kind: VerdictKind) => boolean) =>
    statements.reduce((sum, { weight, verdict }) => (fits(verdict.verdict) ? sum + weight : sum), 0);
  const single = weightOf((kind) => oneShard.has(kind));
  const unsharded = weightOf((kind) => kind === 'unsharded');
  const all = weightOf((kind) => kind !== 'tableless');
  const sharded = all - unsharded;
  return {
    singleShardShare: share(single, sharded, 1),
    oneDatabaseShare: share(single + unsharded, all, 1),
    conditionalShare: share(
      weightOf((kind) => kind === 'conditional'),
      sharded,
      0,
    ),
    unknownShare: share(
      weightOf((kind) => kind === 'unknown'),
      sharded,
      0,
    ),
  };
}

function share(part: number, whole: number, ofNothing: number): number {
  return whole === 0 ? ofNothing : part / whole;
}

/** Share of a table's weight that is single-shard; undefined where nothing but unsharded statements touch it. */
export function singleShareOf(statements: readonly Weighed[]): number | undefined {
  const sharded = statements.filter(
    ({ verdict }) => verdict.verdict !== 'unsharded' && verdict.verdict !== 'tableless',
  );
  return sharded.length === 0 ? undefined : scoreOf(sharded).singleShardShare;
}
