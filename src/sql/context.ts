/** What resolving a statement needs to know beside its tree, and where it stands while it walks down. */

import type { Catalog } from '../model/index.js';
import type { DataStatement, Routine, SelectStatement, Statement } from '../syntax/index.js';
import type { Builder } from './builder.js';
import type { Resolved } from './outputs.js';
import type { Relation, Scope } from './scope.js';

/** Reads SQL that the schema carries: view queries, function bodies, policies. */
export type ReadSql = (text: string) => Statement | undefined;

export type WriteStatement = Exclude<DataStatement, SelectStatement>;

/** Reads the body of a PL/pgSQL trigger function. */
export type ReadTriggerFunction = (body: string) => Routine | undefined;

export interface Context {
  readonly builder: Builder;
  readonly catalog: Catalog;
  readonly readSql: ReadSql;
  readonly readTriggerFunction: ReadTriggerFunction;
  /** Functions that a person vouches for: they read no application table. */
  readonly vouchedFunctions: ReadonlySet<string>;
  /** Row-level security holds for the roles that run the statements. */
  readonly assumeRls: boolean;
  /** Queries hold expressions and expressions hold queries: the way back up goes through here. */
  readonly resolveSelect: (context: Context, statement: SelectStatement, env: Env) => Resolved;
  readonly resolveWrite: (context: Context, statement: WriteStatement, env: Env) => Resolved;
  /** How deep views, functions, policies and cascades are nested. */
  readonly depth: number;
  /** Set while something is read in that the statement does not name: 'policy p of public.t'. */
  readonly via?: string;
}

/** Views in views, functions calling functions: deeper than this is called unseen. */
export const depthLimit = 16;

export interface Env {
  readonly scope: Scope;
  readonly ctes: ReadonlyMap<string, CteBinding>;
  /** FOR UPDATE or SHARE reaches what is read here. */
  readonly locks: boolean;
}

export type CteBinding =
  /** A query, read anew at each reference: each is a copy of its own. */
  | {
      readonly kind: 'query';
      readonly name: string;
      readonly recursive: boolean;
      /** By SEARCH or CYCLE. */
      readonly addsColumns: boolean;
      readonly query: SelectStatement;
      readonly columns: readonly string[];
      readonly env: () => Env;
      readonly used: { count: number };
    }
  /** Run once, whatever is said of it outside: a data-modifying CTE. */
  | {
      readonly kind: 'once';
      readonly resolved: Resolved;
      readonly columns: readonly string[];
      readonly used: { count: number };
    }
  /** The inside of a recursive CTE, while it is being read. */
  | { readonly kind: 'self'; readonly open: (alias: string, columns: readonly string[]) => Relation };

export const topEnv: Env = { scope: [], ctes: new Map(), locks: false };

export function unseen(context: Context, reason: string): void {
  context.builder.unseen.add(reason);
}

export function deeper(context: Context, via: string): Context {
  return { ...context, depth: context.depth + 1, via: context.via ?? via };
}
