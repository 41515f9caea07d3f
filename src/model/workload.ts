/** What an export says was run: statements with their counters, and an honest account of what could not be taken. */

import type { Note, SourceRef } from './source.js';

/** Counters of one statement over the window. Times in milliseconds. */
export interface Counters {
  readonly calls: number;
  readonly totalExecMs: number;
  readonly rows: number;
  readonly walBytes: number;
  readonly blocksRead: number;
  readonly blocksHit: number;
}

/** Counters of the whole window. */
export interface AllCounters extends Counters {
  /** Temporary blocks read and written. */
  readonly tempBlocks: number;
  readonly planMs: number;
  /** Compiling with JIT. */
  readonly jitMs: number;
}

/** Counters that came with later versions, or that people leave out of exports. */
export type FurtherCounter = 'wal' | 'blocks' | 'temp' | 'planning' | 'jit';

/** What the server did for statements at top level, those included whose text is not readable. */
export interface WindowTotals {
  readonly counters: AllCounters;
  /** Between neighbouring snapshots, in order. Empty when exports were added. */
  readonly intervals: readonly {
    /** ISO times when known. */
    readonly from?: string;
    readonly to?: string;
    readonly counters: AllCounters;
  }[];
  /** Counters that at least one export does not have; they are 0. */
  readonly lacks: readonly FurtherCounter[];
}

export interface WorkloadStatement {
  /** Stable over runs and row order: made of database and normalised text. */
  readonly id: string;
  /** The server's queryid, the smallest one when several rows were merged. */
  readonly queryId?: string;
  /** Printable: literals that the server kept are replaced by `$n`, comments kept apart. */
  readonly text: string;
  readonly counters: Counters;
  readonly database?: string;
  /** How many rows of the export were merged into this one. */
  readonly mergedRows: number;
  /** Rows of one server and database had different queryids although their texts are the same. */
  readonly severalQueryIds?: boolean;
  /** The first place where it was read (smallest by file, then line). */
  readonly source: SourceRef;
  /** Tags of sqlcommenter comments: controller='orders' → {controller: 'orders'}. */
  readonly tags: Readonly<Record<string, string>>;
  /** The name that a file of queries gives it: `-- name: GetUser`. */
  readonly label?: string;
  /** The text is cut off (monitoring tools cut at a fixed length). */
  readonly truncated: boolean;
}

/** Weight that is counted but is not an application statement, or has no text to read. */
export interface SetAside {
  readonly statements: number;
  readonly counters: Counters;
}

/** Reasons why rows of an export do not become statements. */
export type SetAsideReason = 'masked' | 'noText' | 'nested' | 'otherDatabase';

export interface Workload {
  /** Sorted by id. */
  readonly statements: readonly WorkloadStatement[];
  readonly setAside: Readonly<Record<SetAsideReason, SetAside>>;
  /** Evicted entries in the window: a number when the export says so (dealloc), else unknown. */
  readonly evictions: number | 'unknown';
  readonly window: {
    /** ISO times when known. */
    readonly from?: string;
    readonly to?: string;
    readonly snapshots: number;
    /** Calls that had to be counted from zero because counters went down or were reset. */
    readonly restarted: number;
    /** The exports were added, not subtracted one from the next. */
    readonly summed?: boolean;
  };
  readonly totals: WindowTotals;
  /** Counters that at least one export does not have. */
  readonly lacks?: readonly ('time' | 'rows')[];
  readonly formats: readonly string[];
  readonly notes: readonly Note[];
}
