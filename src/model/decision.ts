/** Shard or not: what an export says of how much the server does, what cheaper levers would buy, and which rule applies. */

import type { TableName } from './catalog.js';
import type { VerdictKind } from './verdict.js';

/** A figure of the window, with what it was computed from. Without a value, `why` says what is missing. */
export interface Figure {
  /** kebab-case, stable. */
  readonly code: string;
  readonly label: string;
  readonly value?: number;
  readonly unit: 'number' | 'per-second' | 'bytes-per-second' | 'share' | 'ms';
  readonly from: string;
  readonly why?: string;
}

export interface HeavyStatement {
  readonly id: string;
  readonly text: string;
  /** Of time or of WAL of all statements at top level, 0…1. */
  readonly share: number;
  readonly calls: number;
  readonly meanMs: number;
  readonly writes: boolean;
  readonly blockReadsPerCall?: number;
  readonly blocksPerCall?: number;
  readonly walBytesPerCall?: number;
}

/** Writes of a table: a statement that writes several gives each an equal part. */
export interface WrittenTable {
  readonly table: TableName;
  readonly calls: number;
  readonly rows: number;
  readonly walBytes?: number;
}

/** How a counter went from snapshot to snapshot. */
export interface Growth {
  readonly counter: 'calls' | 'rows' | 'wal-bytes' | 'busy-backends';
  /** A second, over the intervals whose length is known. */
  readonly mean: number;
  readonly peak: number;
  /** Peak over mean. */
  readonly peakOverMean: number;
  /** When the interval of the peak ended; ISO. */
  readonly peakAt: string;
  readonly intervals: number;
  /** Least-squares slope as a part of the mean, for each day. From three intervals on. */
  readonly trendPerDay?: number;
}

export interface Lever {
  readonly code:
    | 'indexes-and-plans'
    | 'pooling'
    | 'caching'
    | 'read-replicas'
    | 'partitioning'
    | 'archiving'
    | 'split-off-a-service';
  /** What was measured and what it would buy at most, a sentence each. */
  readonly says: readonly string[];
  /** The most that it could take off the primary, 0…1 of `of`; absent when the export does not tell. */
  readonly most?: number;
  readonly of: 'time' | 'calls' | 'bytes';
  /** Statements it is about, by id. */
  readonly statements: readonly string[];
  readonly tables: readonly TableName[];
}

/** A statement shape that is not on one shard by proof. */
export interface CrossingShape {
  readonly id: string;
  readonly text: string;
  readonly share: number;
  readonly verdict: VerdictKind;
  readonly fix?: string;
  /** A text that says the key is proven to need one shard. */
  readonly mendable: boolean;
}

export interface ShardingRule {
  /** Above this share that is not single-shard: reconsider the key. */
  readonly reconsiderAbove: number;
  /** Below this share: go. In between: fix the shapes. */
  readonly goBelow: number;
  /** 1 − the single-shard share, conditional and unknown statements counted as crossing, 0…1. */
  readonly crossShare: number;
  readonly applies: 'reconsider-the-key' | 'fix-the-shapes' | 'go';
  /** Heaviest first. */
  readonly shapes: readonly CrossingShape[];
  /** Crossing share that is left when those of them that are mendable are mended. */
  readonly leftWhenFixed: number;
}

export interface DecisionReport {
  readonly figures: readonly Figure[];
  readonly byTime: readonly HeavyStatement[];
  readonly byWal: readonly HeavyStatement[];
  readonly writtenTables: readonly WrittenTable[];
  readonly growth: readonly Growth[];
  /** Why there is no growth to show. */
  readonly growthUnknown?: string;
  /** In the order to exhaust them. */
  readonly levers: readonly Lever[];
  readonly rule: ShardingRule;
}
