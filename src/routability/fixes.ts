/** What to do about a statement that is not single-shard: a closed set, chosen by what blocks it. */

import type { Blocker, Query, Verdict } from '../model/index.js';

export type FixKind =
  | 'add-key-to-where'
  | 'pass-one-parameter'
  | 'pass-the-key'
  | 'add-key-column'
  | 'make-global'
  | 'lookup-table'
  | 'move-to-warehouse'
  | 'split-statement'
  | 'accept-scatter'
  | 'keep-key-unchanged'
  | 'widen-unique-index'
  | 'give-schema'
  | 'complete-plan'
  | 'judge-by-hand';

export interface Fix {
  readonly kind: FixKind;
  readonly text: string;
}

const fixes: Readonly<Record<Blocker, Fix>> = {
  'no-key': {
    kind: 'add-key-to-where',
    text: 'add the shard key to the WHERE clause where the application knows it, look the key up first, or accept the scatter',
  },
  'list-of-keys': {
    kind: 'accept-scatter',
    text: 'bounded by its list; split it by key in the application if it is hot',
  },
  'key-not-constant': {
    kind: 'pass-the-key',
    text: 'compute the key in the application and pass it as a parameter',
  },
  'two-parameters': {
    kind: 'pass-one-parameter',
    text: 'pass the key once and use the same parameter in every place',
  },
  'key-passed-by-path': {
    kind: 'pass-the-key',
    text: 'pass the key as well, or keep a lookup table from this id to the key',
  },
  'join-off-key': {
    kind: 'split-statement',
    text: 'join on the shard key as well, or split the statement and look the other rows up by their own key',
  },
  'two-groups': {
    kind: 'split-statement',
    text: 'split it into one statement for each group, or make the smaller side global',
  },
  'nullable-side': {
    kind: 'add-key-to-where',
    text: 'fix the key of every joined table to one value: move the condition from ON to WHERE, or use one key',
  },
  'aggregate-above-shards': {
    kind: 'move-to-warehouse',
    text: 'run it on a replica or warehouse that has all rows, or group by the shard key',
  },
  'limit-below': { kind: 'add-key-to-where', text: 'fix the key inside the limited subquery' },
  'global-preserved': {
    kind: 'split-statement',
    text: 'read the global table by itself and look the sharded rows up by their key',
  },
  'global-written': {
    kind: 'accept-scatter',
    text: 'write it rarely and in a transaction over all shards, or shard the table',
  },
  'global-from-shards': {
    kind: 'split-statement',
    text: 'read the sharded rows first, then write the same values to every copy',
  },
  'runs-everywhere': {
    kind: 'accept-scatter',
    text: 'run it on every shard; a bulk load is split by the shard key of each row',
  },
  'two-databases': { kind: 'split-statement', text: 'read the unsharded table by itself, or make it global' },
  'insert-without-key': {
    kind: 'pass-the-key',
    text: 'make the key in the application (UUID or Snowflake id) and insert it',
  },
  'key-updated': {
    kind: 'keep-key-unchanged',
    text: 'delete the row and insert it under its new key, or choose a key that never changes',
  },
  'unique-without-key': {
    kind: 'widen-unique-index',
    text: 'add the key to the unique index, or keep uniqueness in a lookup table',
  },
  'table-not-in-plan': { kind: 'complete-plan', text: 'add the table to the plan' },
  'unseen-code': {
    kind: 'give-schema',
    text: 'give the schema with the function’s body, or vouch for it under assume.functions in the config',
  },
  unreadable: {
    kind: 'judge-by-hand',
    text: 'judge it by hand; if the text was cut off, export it whole',
  },
};

/** Where no key is implied by what a statement says, saying one would make another statement of it. */
const withoutKey: Partial<Readonly<Record<Blocker, Fix>>> = {
  'no-key': {
    kind: 'accept-scatter',
    text: 'it asks for no single row nor the rows of one parent: accept the scatter, or run it on a replica or warehouse that has all rows',
  },
  'nullable-side': {
    kind: 'judge-by-hand',
    text: 'fix the key of every joined table to one value where one is meant; what a condition in ON leaves in, one in WHERE takes out',
  },
  'limit-below': {
    kind: 'judge-by-hand',
    text: 'fix the key inside the limited subquery where one is meant: the rows that the limit picks become others',
  },
};

/** What changes or locks rows cannot be sent to a copy of them. */
const notOnlyReads: Partial<Readonly<Record<Blocker, Fix>>> = {
  'aggregate-above-shards': {
    kind: 'move-to-warehouse',
    text: 'compute it on a replica or warehouse that has all rows and write the result by key, or group by the shard key',
  },
};

const notOnlyReadsWithoutKey: Partial<Readonly<Record<Blocker, Fix>>> = {
  'no-key': {
    kind: 'accept-scatter',
    text: 'it names no single row nor the rows of one parent: accept the scatter, or let a job do it one shard after the other',
  },
};

/** What is usually done about it; `onlyReads`: every statement that is meant does. */
export function fixFor({ blocker }: Verdict, onlyReads: boolean): Fix | undefined {
  if (blocker === undefined) return undefined;
  return (onlyReads ? undefined : notOnlyReads[blocker]) ?? fixes[blocker];
}

/** The same where it is known that no rewriting of the statement is proven. */
export function fixWithoutRewriting(verdict: Verdict, onlyReads: boolean): Fix | undefined {
  const { blocker } = verdict;
  if (blocker === undefined) return undefined;
  return (
    (onlyReads ? undefined : notOnlyReadsWithoutKey[blocker]) ??
    withoutKey[blocker] ??
    fixFor(verdict, onlyReads)
  );
}

/** It changes and locks no row, as far as anybody could read it. */
export function onlyReads(query: Query | undefined): boolean {
  return (
    query === undefined ||
    (query.writes.length === 0 && query.instances.every(({ access }) => access === 'read'))
  );
}
