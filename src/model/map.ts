/** Where keys live: the shard map, one key's place in it, and what lies between two maps. */

/** One key that lives on a shard of its own choice, whatever its bucket. `key` is spelt as PostgreSQL prints it. */
export interface KeyPin {
  readonly group: string;
  readonly key: string;
  /** 0 … shards − 1. */
  readonly shard: number;
}

export interface ShardMap {
  readonly schemaVersion: 1;
  readonly kind: 'map';
  readonly shards: number;
  readonly buckets: number;
  readonly hash: 'postgres-partition';
  /** The shard of each bucket. */
  readonly owners: readonly number[];
  readonly pins: readonly KeyPin[];
  /** How often each bucket has changed its owner, from 1; it only grows. */
  readonly epochs: readonly number[];
}

export interface KeyLocation {
  readonly group: string;
  /** As PostgreSQL prints it. */
  readonly key: string;
  /** The partition hash as an unsigned decimal: it does not fit a double. */
  readonly hash: string;
  readonly bucket: number;
  readonly shard: number;
  /** The map pins the key there, whatever its bucket. */
  readonly pinned: boolean;
  /** Of its bucket. */
  readonly epoch: number;
}

export interface MapMoves {
  /** Buckets by the shards that they move between, sorted by both. */
  readonly between: readonly {
    readonly from: number;
    readonly to: number;
    readonly buckets: readonly number[];
  }[];
  readonly pinned: readonly KeyPin[];
  readonly unpinned: readonly KeyPin[];
}
