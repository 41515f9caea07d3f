/** A shard plan, its score and its certificate; and the model of boxes that it is computed from. */

import type { TableName } from './catalog.js';
import type { Placement, Placements } from './placement.js';
import type { VerdictKind } from './verdict.js';

export type Weight = 'calls' | 'time' | 'rows';

// ── the cost of a statement as boxes ─────────────────────────────────────────────────────────────────────────────────

/** Options of each table, in a fixed order; a box refers to them by position. */
export type TableOptions = ReadonlyMap<TableName, readonly Placement[]>;

/** If every table named has one of the allowed options, the statement costs no more than this for each call. */
export interface Box {
  readonly tier: VerdictKind;
  /** Shards bothered a call, by strict proof. */
  readonly cost: number;
  /** The same when named parameters are assumed to be equal. Not above `cost`. */
  readonly assumedCost: number;
  /** Positions in the table's options, ascending. A table that is not named may have any option. */
  readonly allowed: ReadonlyMap<TableName, readonly number[]>;
}

/** The exact cost of a statement under any placement: that of its cheapest satisfied box, else `otherwise`. */
export interface StatementCost {
  readonly id: string;
  /** Calls (or milliseconds, or rows) in the window. */
  readonly weight: number;
  /** Sorted tables. */
  readonly tables: readonly TableName[];
  readonly boxes: readonly Box[];
  /** Cost when no box is satisfied. */
  readonly otherwise: number;
}

/** Cost of one call by verdict, in shards bothered. S is the number of shards. */
export interface CostTable {
  readonly shards: number;
  readonly single: number;
  readonly scatter: number;
  readonly globalWrite: number;
  /** Also of unroutable and unknown statements: nothing is worse. */
  readonly crossShard: number;
  readonly crossDatabase: number;
  /** multi-shard with an unknown number of keys. */
  readonly listLength: number;
}

// ── the plan ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Score {
  readonly singleShardShare: number;
  readonly oneDatabaseShare: number;
  readonly conditionalShare: number;
  readonly unknownShare: number;
}

export interface Certificate {
  /** optimal: gap 0, proven. bounded: an incumbent with a bound. heuristic: no bound. */
  readonly status: 'optimal' | 'bounded' | 'heuristic';
  /** Of all statements under the plan, by their weight and verdict. */
  readonly cost: number;
  /** No plan under the rules costs less, the charges of this plan taken off on both sides. */
  readonly bound: number;
  /** What the plan is charged beside the statements' cost, for what has to save something before it is chosen. */
  readonly charges: number;
  /** (cost − bound) / cost; 0 for cost 0. */
  readonly gap: number;
  readonly solver: string;
}

/** A budget: what it allows, what the plan takes of it, and which tables it kept out. */
export interface BudgetUse {
  readonly name: string;
  /** What limit and used are in: shares of the whole workload, 0…1, bytes, or columns to add. */
  readonly unit: 'share' | 'bytes' | 'columns';
  readonly limit: number;
  readonly used: number;
  /** What cannot be placed otherwise takes more than the limit. */
  readonly exceeded: boolean;
  /** Tables that take of it under the plan, the most first. */
  readonly holders: readonly TableName[];
  /** Tables that would be placed there were it not for the limit, with what the cost would then lose; the most first. */
  readonly keptOut: readonly { readonly table: TableName; readonly saves: number }[];
}

export interface ShardPlan {
  readonly shards: number;
  readonly weight: Weight;
  /** In name order. */
  readonly tables: Placements;
  readonly score: Score;
  readonly certificate: Certificate;
  /** What a call was taken to cost. */
  readonly costs?: CostTable;
  readonly budgets?: readonly BudgetUse[];
}

/** A candidate of a table with its numbers. */
export interface Candidate {
  readonly placement: Placement;
  /** Share of the weight touching the table that is single-shard under it, everything else as planned. */
  readonly singleShardShare: number;
  /** True when the figures below are of everything else planned anew; false: at most these, everything else as planned. */
  readonly reoptimised: boolean;
  /** Share of the weight touching the table that is single-shard if chosen. */
  readonly shareIfChosen: number;
  /** Total cost of the workload if chosen. */
  readonly costIfChosen: number;
  /** costIfChosen − the plan's cost. */
  readonly flipCost: number;
  /** The same with everything else as planned. */
  readonly flipCostAlone: number;
  /** Other tables that are placed otherwise then, and how, in name order. */
  readonly follows: Placements;
  readonly reasons: readonly string[];
}

/** A column or option that was not let in, and why. */
export interface Rejected {
  readonly option: string;
  readonly reason: string;
}
