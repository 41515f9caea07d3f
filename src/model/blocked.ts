/** What keeps statements from one shard, what would help, and what the statements would say then. */

import type { TableName } from './catalog.js';
import type { SourceRef } from './source.js';
import type { Blocker, Concern, VerdictKind } from './verdict.js';

/** What to do about a statement that is not single-shard. */
export interface StatementFix {
  /** One of a closed set: routability's FixKind. */
  readonly kind: string;
  readonly text: string;
  /** The statement with its key said: proven to be classified better once the key columns that the plan adds are there. */
  readonly rewritten?: string;
  /** Of that text, judged so. */
  readonly rewrittenVerdict?: VerdictKind;
}

/** Statements with one blocker on the same tables and columns. Shares are of all weight that touches the sharded database. */
export interface BlockedGroup {
  readonly blocker: Blocker;
  /** In name order; empty where no table is to blame. */
  readonly concerns: readonly Concern[];
  readonly statements: number;
  readonly calls: number;
  readonly weight: number;
  readonly share: number;
  /** What was computed to help first, then what the blocker suggests. */
  readonly fixes: readonly GroupFix[];
  /** The heaviest, at most three. */
  readonly examples: readonly BlockedExample[];
}

export interface GroupFix {
  readonly kind: string;
  readonly text: string;
  /** Share that becomes single-shard, computed with the classifier; undefined where that cannot be computed. */
  readonly gain?: number;
}

export interface BlockedExample {
  readonly id: string;
  readonly text: string;
  readonly verdict: VerdictKind;
  readonly calls: number;
  readonly source: SourceRef;
  readonly tags: Readonly<Record<string, string>>;
  readonly rewritten?: string;
}

/** A key column that the plan adds, and the statements that have to say it. */
export interface KeyChange {
  readonly table: TableName;
  readonly column: string;
  /** The heaviest first. `rewritten` is missing where it has to be written by hand. */
  readonly statements: readonly {
    readonly id: string;
    readonly calls: number;
    readonly source: SourceRef;
    readonly rewritten?: string;
  }[];
}
