/** What a server's log says of transactions under a plan. No value of a key or parameter is in here, only counts and shares. */

import type { TableName } from './catalog.js';
import type { SourceRef } from './source.js';
import type { VerdictKind } from './verdict.js';

/** What a transaction needed, by the values that it ran with. */
export type TransactionOutcome =
  /** All sharded rows have one and the same key value: one shard under any map. */
  | 'oneKey'
  /** Only global tables were read. */
  | 'anyShard'
  /** Several key values that this map happens to keep on one shard. */
  | 'oneShardByMap'
  | 'crosses'
  /** The unsharded database alone. */
  | 'unsharded'
  /** A statement could not be judged, or the log lacks a key's value. */
  | 'unknown'
  | 'noTable';

export type OutcomeCounts = Readonly<Record<TransactionOutcome, number>>;

/** Shares of the transactions that touch the sharded database, 0…1. Absent when there are none. */
export interface TransactionShares {
  readonly transactions: number;
  readonly oneKeyShare?: number;
  /** One key, any shard, or several keys that lie together by this map. */
  readonly oneShardShare?: number;
  readonly crossingShare?: number;
  readonly unknownShare?: number;
}

export interface TransactionReport {
  readonly log: LogCoverage;
  readonly outcomes: OutcomeCounts;
  readonly all: TransactionShares;
  /** Those of two statements and more that touch tables. */
  readonly severalStatements: TransactionShares;
  /** Conditional statements: how often the values that have to be equal were. By executions, then id. */
  readonly pairs: readonly PairEvidence[];
  /** By group. */
  readonly skew: readonly KeySkew[];
  /** Shapes of which a transaction crossed, by how many did. */
  readonly crossing: readonly TransactionShape[];
  /** Transactions whose shape was not followed, because there were too many shapes. */
  readonly shapesNotFollowed: number;
  /** In the log only, most executions first. */
  readonly logOnly: readonly LoggedStatementReport[];
}

export interface PairEvidence {
  readonly statement: string;
  /** `$1 = $4`. */
  readonly pair: string;
  readonly executions: number;
  readonly equal: number;
  /** Executions of which the log lacks a value. */
  readonly unknown: number;
}

/** How the executions that name one key value spread over the values, which are not shown. */
export interface KeySkew {
  readonly group: string;
  readonly executions: number;
  readonly distinctKeys: number;
  /** Executions with keys beyond the most that are followed; distinctKeys is a lower bound then. */
  readonly notFollowed: number;
  readonly heaviestShare: number;
  readonly topTenShare: number;
  /** 1 / Σ share²: as many keys of equal weight would be as uneven. */
  readonly effectiveKeys: number;
  /** Of the executions, by number of the shard. */
  readonly shardShares: readonly number[];
}

export interface TransactionShape {
  /** Ids in order of first appearance, each once. */
  readonly statements: readonly string[];
  /** Those that ran more than once. */
  readonly repeated: readonly string[];
  readonly transactions: number;
  readonly crossing: number;
  /** Which statements took transactions to a second shard, most often first. */
  readonly blamed: readonly { readonly statement: string; readonly transactions: number }[];
}

export interface LoggedStatementReport {
  readonly id: string;
  /** Normalised: literals are `$n`. */
  readonly text: string;
  readonly verdict: VerdictKind;
  readonly executions: number;
}

export interface LogCoverage {
  readonly files: readonly string[];
  /** Records of the log. */
  readonly records: number;
  /** Executions that were judged, failed ones included. */
  readonly executions: number;
  /** Records that are no execution: parse and bind steps, durations alone, connections, other messages. */
  readonly otherRecords: number;
  readonly unreadable: number;
  /** The first places of unreadable records. */
  readonly unreadableAt: readonly SourceRef[];
  /** Records that another file had already. */
  readonly duplicates: number;
  readonly otherDatabase: number;
  readonly failedExecutions: number;
  /** Executions whose key's value is not in the log. */
  readonly withoutValues: number;
  /** Executions of statements that could not be read. */
  readonly notJudged: number;
  /** Executions of statements that the export has. */
  readonly inExport: number;
  /** Of the export's calls of application statements, those of statements that the log has. */
  readonly exportShareSeen?: number;
  readonly sessions: number;
  /** Ended by COMMIT or on their own. */
  readonly committed: number;
  readonly rolledBack: number;
  /** Aborted by an error: not judged. */
  readonly failed: number;
  /** The log begins or ends within them: not judged. */
  readonly incomplete: number;
  /** As the log writes it. */
  readonly from?: string;
  readonly to?: string;
}

/** Two tables that transactions touched both; `source` < `target`. */
export interface TransactionPair {
  readonly source: TableName;
  readonly target: TableName;
  readonly transactions: number;
}
