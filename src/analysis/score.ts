/** The plan's score: shares of the weight that touches tables of the sharded database. */

import type { Score, VerdictKind } from '../model/index.js';

interface Weighed {
  readonly weight: number;
  readonly verdict: { readonly verdict: VerdictKind };
}

const oneShard: ReadonlySet<VerdictKind> = new Set(['single-shard', 'global-read']);

/**
 * singleShardShare: single-shard and global-read over all weight but tableless and purely unsharded; oneDatabaseShare adds
 * unsharded to both. Shares are 0…1; of nothing they are 1: nothing crosses.
 */
export function scoreOf(statements: readonly Weighed[]): Score {
  const weightOf = (fits: (kind: VerdictKind) => boolean) =>
    statements.reduce((sum, { weight, verdict }) => (fits(verdict.verdict) ? sum + weight : sum), 0);
  const single = weightOf((kind) => oneShard.has(kind));
  const unsharded = weightOf((kind) => kind === 'unsharded');
  const all = weightOf((kind) => kind !== 'tableless');
  const sharded = all - unsharded;
  return {
    singleShardShare: share(single, sharded),
    oneDatabaseShare: share(single + unsharded, all),
    conditionalShare: share(
      weightOf((kind) => kind === 'conditional'),
      sharded,
    ),
    unknownShare: share(
      weightOf((kind) => kind === 'unknown'),
      sharded,
    ),
  };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}

/** Share of a table's weight that is single-shard; undefined where nothing but unsharded statements touch it. */
export function singleShareOf(statements: readonly Weighed[]): number | undefined {
  const sharded = statements.filter(
    ({ verdict }) => verdict.verdict !== 'unsharded' && verdict.verdict !== 'tableless',
  );
  return sharded.length === 0 ? undefined : scoreOf(sharded).singleShardShare;
}
