/** What an engine is given for a plan: its files, what it will refuse, and what it makes of each statement of the workload. */

import type { TableName } from './catalog.js';
import type { ShardMap } from './map.js';
import type { SourceRef } from './source.js';
import type { VerdictKind } from './verdict.js';

export const engines = ['citus', 'pgdog', 'vitess', 'spqr', 'postgres'] as const;
export type Engine = (typeof engines)[number];

/** From best to worst. `wrong`: the engine runs it and gives wrong rows, or writes rows to the wrong place, without an error. */
export const outcomeKinds = ['supported', 'with-settings', 'refused', 'wrong'] as const;
export type OutcomeKind = (typeof outcomeKinds)[number];

export interface StatementOutcome {
  readonly id: string;
  readonly queryId?: string;
  /** Without literals. */
  readonly text: string;
  readonly calls: number;
  readonly verdict: VerdictKind;
  readonly tables: readonly TableName[];
  readonly outcome: OutcomeKind;
  /** The rule that decided; its page of reasons is the engine's file in src/engines/rules. */
  readonly rule: string;
  /** What the engine does with it: a sentence. */
  readonly reason: string;
  /** Where it is not simply supported: what to change, a sentence. */
  readonly remedy?: string;
  readonly source: SourceRef;
}

/** What the engine would refuse late, or keep silent about. */
export interface DeployFinding {
  readonly level: 'error' | 'warning' | 'note';
  readonly code: string;
  readonly tables: readonly TableName[];
  readonly message: string;
  readonly fix: string;
}

/**
 * One change of a server. Steps are taken in order. `done` is asked of the server before and after: what is done already is not
 * done again, so that a run that was killed is taken up where it ended.
 */
export interface DeployStep {
  readonly id: string;
  /** The server it is for: the coordinator (the monolith), or a shard by its number. */
  readonly on: 'coordinator' | number;
  /** What it does, a clause. */
  readonly title: string;
  readonly sql: string;
  /** What is shown instead of the SQL, where that is long or holds a password. */
  readonly shown?: string;
  /** SQL that gives one row with one boolean. */
  readonly done: string;
  /** Asked of the coordinator first: where it is true, the step is no longer wanted. */
  readonly unless?: string;
  /** It cannot run inside a transaction block. */
  readonly outside?: true;
}

export interface DeployFile {
  readonly name: string;
  /** What it is for, a clause. */
  readonly purpose: string;
  readonly text: string;
}

export interface OutcomeShare {
  readonly outcome: OutcomeKind;
  readonly statements: number;
  readonly calls: number;
  /** Of all calls, 0…1. */
  readonly share: number;
}

/** Where a table is to be, as a server can be asked. */
export interface DeployedTable {
  readonly name: TableName;
  readonly placement: 'sharded' | 'global' | 'unsharded';
  readonly key?: string;
  /** SQL's name. */
  readonly keyType?: string;
  readonly group?: string;
}

export interface Deployment {
  readonly engine: Engine;
  readonly shards: number;
  /** In name order. */
  readonly tables: readonly DeployedTable[];
  /** Of the shards, or the workers of Citus. */
  readonly servers: readonly { readonly host: string; readonly port: number; readonly database: string }[];
  readonly map: ShardMap;
  readonly files: readonly DeployFile[];
  readonly steps: readonly DeployStep[];
  readonly findings: readonly DeployFinding[];
  /** The worst first, then by calls. */
  readonly statements: readonly StatementOutcome[];
  readonly summary: readonly OutcomeShare[];
}

/** Something on a server that is not as the plan has it. */
export interface Drift {
  readonly code: string;
  /** The table, server or node that it is about. */
  readonly subject: string;
  readonly expected: string;
  readonly found: string;
}

export interface DriftReport {
  readonly engine: Engine;
  readonly differences: readonly Drift[];
  /** Tables and servers that were looked at. */
  readonly looked: number;
}

/** One thing of a rollout that was held against the plan. `not-checked` says why in `found`. */
export interface RolloutCheck {
  /** A statement's id, or a table and its shard. */
  readonly subject: string;
  readonly outcome: 'agrees' | 'differs' | 'cautious' | 'not-checked';
  readonly expected: string;
  readonly found: string;
  /** Of a statement, without literals. */
  readonly text?: string;
  readonly calls?: number;
}

export interface RolloutVerification {
  readonly engine: Engine;
  /** Nothing differs, and something was checked. */
  readonly holds: boolean;
  readonly checks: readonly RolloutCheck[];
}
