/** How many transactions needed what, and the shares of it. */

import type { OutcomeCounts, TransactionOutcome, TransactionShares } from '../../model/index.js';

export type GrowingOutcomes = { -readonly [Outcome in keyof OutcomeCounts]: number };

export function noOutcomes(): GrowingOutcomes {
  const none: Record<TransactionOutcome, number> = {
    oneKey: 0,
    anyShard: 0,
    oneShardByMap: 0,
    crosses: 0,
    unsharded: 0,
    unknown: 0,
    noTable: 0,
  };
  return none;
}

/** Of those that touch the sharded database, as the score of statements is. */
export function sharesOf(outcomes: OutcomeCounts): TransactionShares {
  const { oneKey, anyShard, oneShardByMap, crosses, unknown } = outcomes;
  const transactions = oneKey + anyShard + oneShardByMap + crosses + unknown;
  if (transactions === 0) return { transactions };
  return {
    transactions,
    oneKeyShare: (oneKey + anyShard) / transactions,
    oneShardShare: (oneKey + anyShard + oneShardByMap) / transactions,
    crossingShare: crosses / transactions,
    unknownShare: unknown / transactions,
  };
}
