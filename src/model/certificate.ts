/**
 * certificate.json: why no plan is cheaper, in terms of tables, options and statements, so that anybody can recompute it.
 *
 * Each part of the puzzle has a tree. A node that splits a table's options has two children that together leave nothing
 * out; one that closes options bounds the plans that have them; a leaf is bounded by multipliers, its own or those of the
 * nearest node above, or has so few plans left that all are priced. Any messages, and any tolls of budgets that are not
 * negative, prove some bound: docs/decisions/0004-certificate.md.
 */

import type { TableName } from './catalog.js';
import type { Certificate, Weight } from './plan.js';

export interface ProofFile {
  readonly shards: number;
  readonly weight: Weight;
  /** What the proof is about: digests of options, statements with their costs, charges, budgets. */
  readonly model: ModelDigests;
  /** The plan's claims, as proven by the parts below. */
  readonly claims: Pick<Certificate, 'cost' | 'charges' | 'bound' | 'gap'>;
  /** What the solver says by itself; nothing rests on it. */
  readonly solver: Pick<Certificate, 'status' | 'bound'> & { readonly name: string };
  /** Tables with another option of the same cost and charges. In name order. */
  readonly ties: readonly TableName[];
  /** What the plan takes of each budget, in the budget's own unit. */
  readonly budgets: readonly { readonly name: string; readonly limit: number; readonly used: number }[];
  /** What the options of the tables in parts are called, in the order of messages. */
  readonly options: Readonly<Record<TableName, readonly string[]>>;
  /** Tables that no statement of several tables touches are in no part: each has its cheapest option. */
  readonly parts: readonly ProofPart[];
}

export interface ModelDigests {
  readonly options: string;
  readonly statements: string;
  readonly charges: string;
  readonly budgets: string;
}

export interface ProofPart {
  readonly tables: readonly TableName[];
  /** Budgets that this part's proof counts on. */
  readonly budgets: readonly string[];
  /** What every plan of the part costs is a multiple of this, so a bound rounds up to one. */
  readonly unit: number;
  readonly bound: number;
  readonly proof: ProofNode;
}

export type ProofNode = ProofLeaf | ProofTrial | ProofClosing | ProofSplit;

export interface ProofLeaf {
  readonly kind: 'bounded';
  readonly multipliers?: ProofMultipliers;
}

/** All plans that are left are priced. */
export interface ProofTrial {
  readonly kind: 'tried';
}

/** Plans with an option that is closed cost what the multipliers say of it; the rest goes on without it. */
export interface ProofClosing {
  readonly kind: 'closing';
  readonly multipliers: ProofMultipliers;
  readonly closed: Readonly<Record<TableName, readonly string[]>>;
  /** Absent when all options of a table are closed. */
  readonly rest?: ProofNode;
}

export interface ProofSplit {
  readonly kind: 'split';
  readonly multipliers?: ProofMultipliers;
  readonly table: TableName;
  /** What the first branch leaves of the table's options; the second has the others. */
  readonly options: readonly string[];
  readonly branches: readonly [ProofNode, ProofNode];
}

/** What is left out is 0. */
export interface ProofMultipliers {
  /** Messages are whole multiples of 2^-bits. */
  readonly bits: number;
  /** Messages by statement (the first of those that the same tables decide), table, option. */
  readonly statements: Readonly<Record<string, Readonly<Record<TableName, readonly number[]>>>>;
  /** Not negative. */
  readonly budgets: Readonly<Record<string, number>>;
}

/** What verify-plan found, check by check. */
export interface Verification {
  readonly holds: boolean;
  readonly checks: readonly VerificationCheck[];
  /** Absent when the proof could not be followed to its end. */
  readonly verified?: Pick<Certificate, 'status' | 'cost' | 'charges' | 'bound' | 'gap'>;
  /** The solver's own word. */
  readonly solver?: ProofFile['solver'];
  readonly ties: readonly TableName[];
}

export interface VerificationCheck {
  /** kebab-case, stable. */
  readonly id: string;
  readonly holds: boolean;
  readonly message: string;
}
