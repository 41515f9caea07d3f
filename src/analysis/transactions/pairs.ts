/** What runs in pairs, counted: tables of one transaction, and parameters of conditional statements. */

import { byCodeUnit, type PairEvidence, type TableName, type TransactionPair } from '../../model/index.js';
import type { PairOutcome } from './reach.js';

export function trackTablePairs() {
  const pairs = new Map<string, { source: TableName; target: TableName; transactions: number }>();
  return {
    take: (tables: ReadonlySet<TableName>): void => {
      const sorted = [...tables].sort(byCodeUnit);
      for (const [at, source] of sorted.entries()) {
        for (const target of sorted.slice(at + 1)) {
          const key = JSON.stringify([source, target]);
          const pair = pairs.get(key) ?? { source, target, transactions: 0 };
          pair.transactions += 1;
          pairs.set(key, pair);
        }
      }
    },
    all: (): readonly TransactionPair[] => [...pairs.values()],
  };
}

export function trackPairEvidence() {
  const seen = new Map<
    string,
    { statement: string; pair: string; equal: number; different: number; unknown: number }
  >();
  return {
    take: (statement: string, { pair, outcome }: PairOutcome): void => {
      const key = `${statement} ${pair}`;
      const evidence = seen.get(key) ?? { statement, pair, equal: 0, different: 0, unknown: 0 };
      evidence[outcome] += 1;
      seen.set(key, evidence);
    },
    report: (): readonly PairEvidence[] =>
      [...seen.values()]
        .map(({ statement, pair, equal, different, unknown }) => ({
          statement,
          pair,
          executions: equal + different + unknown,
          equal,
          unknown,
        }))
        .sort(
          (a, b) =>
            b.executions - a.executions || byCodeUnit(a.statement, b.statement) || byCodeUnit(a.pair, b.pair),
        ),
  };
}
