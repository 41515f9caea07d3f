/** What a statement needs under a placement, with the evidence. */

import type { TableName } from './catalog.js';

/** From best to worst. */
export const verdictKinds = [
  'tableless',
  'single-shard',
  'global-read',
  'unsharded',
  'conditional',
  'multi-shard',
  'scatter',
  'global-write',
  'cross-shard',
  'cross-database',
  'unroutable',
  'unknown',
] as const;

export type VerdictKind = (typeof verdictKinds)[number];

const onOneDatabase: ReadonlySet<VerdictKind> = new Set([
  'tableless',
  'single-shard',
  'global-read',
  'unsharded',
]);

/** Whether one database alone answers it, by strict proof. */
export function isOnOneDatabase(verdict: VerdictKind): boolean {
  return onOneDatabase.has(verdict);
}

/** Why a statement is not single-shard, as a closed set that fixes are chosen by. */
export type Blocker =
  | 'no-key'
  | 'list-of-keys'
  | 'key-not-constant'
  | 'two-parameters'
  | 'key-passed-by-path'
  | 'join-off-key'
  | 'two-groups'
  | 'nullable-side'
  | 'aggregate-above-shards'
  | 'limit-below'
  | 'global-preserved'
  | 'global-written'
  | 'global-from-shards'
  | 'runs-everywhere'
  | 'two-databases'
  | 'insert-without-key'
  | 'key-updated'
  | 'unique-without-key'
  | 'table-not-in-plan'
  | 'unseen-code'
  | 'unreadable';

/** A table that a blocker is about, and the key column where that matters. */
export interface Concern {
  readonly table: TableName;
  readonly column?: string;
}

export interface Verdict {
  readonly verdict: VerdictKind;
  /** Sorted. */
  readonly tables: readonly TableName[];
  /** The key that decides: single-shard and conditional. `param` is `$n`, or `?` for a literal. */
  readonly key?: { readonly group: string; readonly param: string };
  /** The key's constants, in memory only, for naming shards: never printed. */
  readonly keyConstants?: readonly KeyConstant[];
  /**
   * scatter and multi-shard: groups of the outermost query may have rows on several shards, so their aggregates have to be
   * put together; otherwise each group lies on one shard.
   */
  readonly groupsMeet?: boolean;
  /** How many shards it bothers at most, where that is bounded: multi-shard, and conditional without the assumption. */
  readonly fanOut?: number;
  /** conditional: parameters that would have to be equal. */
  readonly pairs?: readonly (readonly [string, string])[];
  readonly because: readonly string[];
  readonly blocker?: Blocker;
}

/** A constant that a key is compared with. */
export type KeyConstant =
  /** `type`: what it is stored as, when that may cut it. */
  | { readonly kind: 'param'; readonly number: number; readonly type?: string }
  | {
      readonly kind: 'literal';
      readonly text: string;
      readonly literal: 'number' | 'string';
      readonly type?: string;
    }
  /** Every element of a parameter that is an array: `= ANY($1)`. */
  | { readonly kind: 'elements'; readonly number: number }
  /** An immutable expression of constants: equal wherever it is written the same, value not computed. */
  | { readonly kind: 'expression'; readonly text: string };
