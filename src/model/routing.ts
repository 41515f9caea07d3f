/** Where one statement goes: its shape, which holds for every value, and the decision that the values of its parameters make of it. */

import type { TableName } from './catalog.js';
import type { VerdictKind } from './verdict.js';

/** The text of a parameter's value as PostgreSQL's input function reads it; null is NULL, undefined is not known. */
export type ParameterText = string | null | undefined;

export interface Given {
  /** Of `$1`, `$2` … */
  readonly values: readonly ParameterText[];
  /** The type that the client declared for each, as an OID; 0 or nothing where PostgreSQL is to infer it. */
  readonly types?: readonly number[];
}

/** What a text is, apart from where it goes. */
export type Role =
  /** SELECT, INSERT, UPDATE, DELETE, MERGE, and EXPLAIN of these. */
  | { readonly kind: 'data' }
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'transaction';
      readonly action:
        | 'begin'
        | 'commit'
        | 'rollback'
        | 'savepoint'
        | 'release'
        | 'rollback to'
        | 'set transaction'
        /** PREPARE TRANSACTION, COMMIT PREPARED, ROLLBACK PREPARED. */
        | 'two-phase';
    }
  /** SET, RESET, SHOW, DISCARD. `local`: until the transaction's end. */
  | {
      readonly kind: 'session';
      readonly action: 'set' | 'reset' | 'show' | 'discard';
      readonly local: boolean;
      /** In lower case: `search_path`, `timezone`; `all` of RESET ALL and DISCARD ALL. */
      readonly name?: string;
    }
  /** DECLARE, FETCH, MOVE, CLOSE: inside a transaction, on its shard. A DECLARE is decided by its query. */
  | { readonly kind: 'cursor'; readonly action: 'declare' | 'fetch' | 'move' | 'close' | 'close all' }
  /** PREPARE, EXECUTE, DEALLOCATE as SQL. */
  | { readonly kind: 'prepared'; readonly action: 'prepare' | 'execute' | 'deallocate' }
  /** LISTEN, UNLISTEN, NOTIFY. */
  | { readonly kind: 'notification'; readonly action: 'listen' | 'unlisten' | 'notify' }
  | CopyIn
  | { readonly kind: 'copy-out' }
  /** DDL, VACUUM, LOCK, CALL, DO … */
  | { readonly kind: 'utility'; readonly command: string };

/** COPY t FROM STDIN: its rows are data, and each has a place of its own. */
export interface CopyIn {
  readonly kind: 'copy-in';
  readonly table: TableName;
  /** As listed, else all of the table's; undefined when they are not known. */
  readonly columns?: readonly string[];
  /** Set for a sharded table whose key is among the columns: its position in a row, from 0. */
  readonly key?: { readonly at: number; readonly group: string; readonly type: string };
}

/** A text that was read, once for all its executions. */
export interface Shape {
  readonly text: string;
  readonly role: Role;
  /** `unknown` for what cannot be read. */
  readonly verdict: VerdictKind;
  readonly tables: readonly TableName[];
  /** It changes or locks rows, or may. */
  readonly isWrite: boolean;
  /** The highest `$n` of the text. */
  readonly parameters: number;
  /** Takes up to 5 µs unless it scatters. */
  readonly decide: (given: Given) => Decision;
}

export type Decision = One | Any | Unsharded | Several | Refused;

interface Decided {
  readonly verdict: VerdictKind;
  readonly tables: readonly TableName[];
  /** It changes or locks rows, or may. */
  readonly isWrite: boolean;
}

export interface One extends Decided {
  readonly kind: 'one';
  readonly shard: number;
  /** Of the keys that decided. */
  readonly group: string;
  /** The bucket of the one key; several keys may live on one shard as well. */
  readonly bucket?: number;
}

/** Every shard gives the same answer: global tables are read, or none at all. Inside a transaction its shard is as good. */
export interface Any extends Decided {
  readonly kind: 'any';
}

/** The unsharded database. Also what only one place may answer, as `nextval`. */
export interface Unsharded extends Decided {
  readonly kind: 'unsharded';
}

/** Several shards, each on its own part. */
export interface Several extends Decided {
  readonly kind: 'several';
  /** In the order of the shards. */
  readonly parts: readonly Part[];
  readonly merge: Merge;
}

/** What one database is asked. */
export interface Part {
  /** The unsharded database is asked as well when a global table is written: it holds a copy. */
  readonly shard: number | 'unsharded';
  readonly text: string;
  /** The statement's parameters that the text takes, in the order of its own `$1`, `$2` …: numbers from 1. */
  readonly parameters: readonly number[];
}

export interface Refused {
  readonly kind: 'refused';
  /** `0A000` unless said otherwise. */
  readonly sqlstate: string;
  readonly verdict: VerdictKind;
  readonly tables: readonly TableName[];
  readonly isWrite: boolean;
  /** One sentence: what cannot be done. */
  readonly reason: string;
  /** The verdict's evidence; literals as `?`. */
  readonly because: readonly string[];
  /** One sentence: what to do about it. */
  readonly fix: string;
}

// ── putting rows together ────────────────────────────────────────────────────────────────────────────────────────────

export type Merge = Concatenate | Combine | { readonly kind: 'same' };

/** Rows one after the other; numbers of rows are added up. `same` instead: every copy gives the same, one answer stands for all. */
export interface Concatenate {
  readonly kind: 'concatenate';
  /** Of the rows: so many are left out at the front, and so many are taken. */
  readonly skip?: number;
  readonly take?: number;
  /** For each part the places of its rows in the whole, when it gives as many rows as there are places. */
  readonly places?: readonly (readonly number[])[];
}

/**
 * PostgreSQL puts the rows together: the parts' rows, in text form, are handed to one of the shards, column by column as
 * arrays of texts, and a query sorts, groups and adds them up.
 */
export interface Combine {
  readonly kind: 'combine';
  /** Columns at the end of a part's rows that are not the statement's own. */
  readonly hidden: number;
  /** `types`: the SQL names, without length, of all columns of a part's rows. */
  readonly query: (types: readonly string[]) => CombineQuery;
}

export interface CombineQuery {
  readonly text: string;
  /** What its `$1`, `$2` … are: a parameter of the statement, or the array (text[]) of a column of all rows, from 0. */
  readonly arguments: readonly CombineArgument[];
}

export type CombineArgument =
  | { readonly kind: 'parameter'; readonly number: number }
  | { readonly kind: 'column'; readonly at: number };
