/** What people may set, with the defaults and the thresholds behind the gates. */

import type { Ban, Pin, Query, TableName } from '../model/index.js';

/** A statement of the workload with what it weighs on a server. */
export interface WeightedQuery {
  readonly id: string;
  readonly query: Query;
  readonly calls: number;
  readonly totalExecMs: number;
}

export interface PlannerSettings {
  readonly shards: number;
  readonly pins: ReadonlyMap<TableName, Pin>;
  readonly forbid: ReadonlyMap<TableName, readonly Ban[]>;
  /** Where both are written, for what is wrong with them. */
  readonly intentFile?: string;
  readonly budgets: {
    /** Bytes of all global tables together. Default: 1 GiB or 1 % of all bytes, whichever is more. */
    readonly globalBytes?: number;
    /** Key columns that tables do not have yet. Default: no limit. */
    readonly addedKeys?: number;
    /** Shares of the workload that the unsharded database may take. */
    readonly unshardedTimeShare: number;
    readonly unshardedWriteShare: number;
  };
  /** What a choice has to save before it is worth it, as a share of the weight of the table's statements. */
  readonly charges: {
    readonly addKey: number;
    readonly globalOfUnknownSize: number;
    readonly unsharded: number;
    /** A key that may be null, and nobody knows how often. */
    readonly nullableKey: number;
    /** A key apart from the tables that the table refers to, though it has the key that they are sharded by. */
    readonly leavingGroup: number;
  };
  readonly solveSeconds: number;
}

export const defaultSettings: PlannerSettings = {
  shards: 16,
  pins: new Map(),
  forbid: new Map(),
  budgets: { unshardedTimeShare: 0.1, unshardedWriteShare: 0.05 },
  charges: {
    addKey: 0.02,
    globalOfUnknownSize: 0.05,
    unsharded: 0.02,
    nullableKey: 0.01,
    leavingGroup: 0.05,
  },
  solveSeconds: 30,
};

/** A key needs this many distinct values for each shard to spread evenly. */
export const DISTINCT_PER_SHARD = 100;

/** The most common key value may take this much of the share that one shard has of all rows. */
export const HOT_KEY_FRACTION = 0.5;

/** From here on a key value is worth a word: it adds this part of one shard's even share to the shard that it lies on. */
export const WHALE_FRACTION = 0.1;

/** With fewer rows for each shard, a table's own counts say little of its key; the key's domain is judged instead. */
export const FEW_ROWS_PER_SHARD = 1000;

/** A table with more writes among its calls than this is not made global: each write is a commit on every shard. */
export const GLOBAL_WRITE_SHARE = 0.2;

/** Tables that are only read and are smaller than this are better copied than sharded, all else being equal. */
export const TINY_BYTES = 64 * 1024 * 1024;
