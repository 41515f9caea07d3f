/** How rows, bytes and load would lie on the shards: simulated hash placement from the frequencies of keys. */

import type { TableName } from './catalog.js';

/** A figure over the simulated runs: the median, and what 5 % and 95 % of the runs stay below. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** The share that the hottest shard has, 0…1; even would be 1 / shards. */
export interface HottestShares {
  readonly rows?: Spread;
  readonly bytes?: Spread;
  readonly load?: Spread;
}

/** What a number of shards would make of it. */
export interface ShardCountLoad {
  readonly shards: number;
  readonly hottest: HottestShares;
  /** Of load, or of rows where no load is known: no placement gets the hottest shard below this. */
  readonly limit: number;
  /** The same measure when the whales, at most 20, are pinned to the emptiest shard, the heaviest first. Absent without whales. */
  readonly pinned?: Spread;
  /** The same measure when the heaviest whale gets one more shard for itself. Absent without whales. */
  readonly ownShard?: Spread;
}

/** A key so frequent that it is felt wherever it lies. Its value is not known. */
export interface Whale {
  readonly group: string;
  /** 1 is the most common key of the group. */
  readonly rank: number;
  /** The table in which it is most frequent, and its share of that table's rows, 0…1. */
  readonly table: TableName;
  readonly frequency: number;
  /** Its share of the rows and of the load that are placed by key, 0…1. */
  readonly rowShare?: number;
  readonly loadShare?: number;
}

/** One shard of the run whose hottest shard is the median. Shares are 0…1 and sum to 1 over the shards. */
export interface ShardShare {
  readonly shard: number;
  readonly rows?: number;
  readonly bytes?: number;
  readonly load?: number;
}

export interface PlacedLoad {
  /** What `limit`, `pinned` and `ownShard` are of. */
  readonly measure: 'load' | 'rows' | 'none';
  /** For half, as many and twice as many shards as planned. Empty when nothing is known. */
  readonly at: readonly ShardCountLoad[];
  /** For the planned number of shards. */
  readonly shards: readonly ShardShare[];
  /** For the planned number of shards, the heaviest first. */
  readonly whales: readonly Whale[];
}

export interface GroupLoad extends PlacedLoad {
  readonly group: string;
  readonly tables: readonly TableName[];
  /** Share of the plan's whole load that goes where this group's keys go, 0…1. */
  readonly loadShare: number;
  /** Tables whose keys nothing is known of: they are in no figure. */
  readonly unknown: readonly {
    readonly table: TableName;
    readonly why: string;
    readonly loadShare: number;
  }[];
  /** What was taken to be so, by table. */
  readonly assumed: readonly { readonly table: TableName; readonly what: string }[];
}

export interface LoadReport {
  /** Simulated placements. */
  readonly runs: number;
  /** Keys hashed in each; of more keys the spread is worked out from these. */
  readonly hashedKeys: number;
  /** A key of at least this part of one shard's even share is a whale. */
  readonly whaleFraction: number;
  readonly plan: PlacedLoad;
  /** Heaviest load first, then name. */
  readonly groups: readonly GroupLoad[];
  /** Shares of the whole load, 0…1: by key, spread evenly (global reads, lists), on every shard, and not on the shards. */
  readonly kinds: {
    readonly byKey: number;
    readonly spread: number;
    readonly everyShard: number;
    readonly unsharded: number;
    /** By keys of which nothing is known. */
    readonly unknownKeys: number;
    /** Statements that run nowhere yet: unroutable, or unknown. */
    readonly unplaced: number;
  };
}
