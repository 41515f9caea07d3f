/** What another choice costs, beside the plan. Sorted and ready to print. */

import type { ConstraintReport, Flag } from './analysis.js';
import type { TableName } from './catalog.js';
import type { Placement } from './placement.js';
import type { ShardPlan } from './plan.js';
import type { Note, SourceRef } from './source.js';
import type { Verdict } from './verdict.js';

export interface Simulation {
  /** What was set, in name order; the rest of `after` is the best around it, or as it was. */
  readonly set: readonly { readonly table: TableName; readonly placement: Placement }[];
  readonly rest: 'reoptimised' | 'kept';
  readonly before: {
    /** best: the best plan of this workload. given: a plan file's. */
    readonly origin: 'best' | 'given';
    readonly plan: ShardPlan;
  };
  readonly after: { readonly plan: ShardPlan };
  /** Tables that are placed otherwise, those that were set first, then in name order. */
  readonly tables: readonly MovedTable[];
  /** Statements with another verdict, heaviest first. */
  readonly statements: readonly ChangedStatement[];
  /** Weight of all statements. */
  readonly weight: number;
  readonly constraints: Change<ConstraintReport>;
  readonly flags: Change<Flag & { readonly table: TableName }>;
  readonly notes: readonly Note[];
}

export interface MovedTable {
  readonly table: TableName;
  readonly before: Placement;
  readonly after: Placement;
  /** Set by the user, or a consequence. */
  readonly isSet: boolean;
}

export interface ChangedStatement {
  readonly id: string;
  readonly text: string;
  readonly calls: number;
  readonly weight: number;
  readonly source: SourceRef;
  readonly before: Verdict;
  readonly after: Verdict;
}

export interface Change<T> {
  readonly arising: readonly T[];
  readonly vanishing: readonly T[];
}
