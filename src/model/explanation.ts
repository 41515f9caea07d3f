/** How a verdict comes about, step by step: what `explain` prints of a statement. Evidence only, never a literal. */

import type { StatementReport, TableReport } from './analysis.js';
import type { TableName } from './catalog.js';
import type { Placement } from './placement.js';
import type { Access } from './query.js';

/** One table of a statement, as often as it appears. */
export interface SeenInstance {
  readonly label: string;
  readonly table: TableName;
  readonly access: Access;
  /** Undefined for a table that the plan does not have. */
  readonly placement?: Placement;
  /** Read in through a policy, a cascading foreign key, a function's body. */
  readonly via?: string;
  /** No row of it can influence the result. */
  readonly vacuous: boolean;
}

/** What is known of the shard key of one sharded instance. */
export interface SeenKey {
  /** `orders.user_id`. */
  readonly key: string;
  readonly group: string;
  /** Constants and lists that reach it, each with the equalities on the way. */
  readonly reachedBy: readonly { readonly constant: string; readonly because: readonly string[] }[];
}

export interface Proof {
  readonly command: string;
  readonly instances: readonly SeenInstance[];
  /** Code that is not seen, relations that are not known. */
  readonly unseen: readonly string[];
  /** Every equality that holds, in the order of the text. */
  readonly equalities: readonly string[];
  /** `$1`, `?` for a literal, `$1, $2` for a list. */
  readonly constants: readonly string[];
  readonly keys: readonly SeenKey[];
  /** What mixes rows of several keys above the tables: `LIMIT`, `count(*)` and the like, in words. */
  readonly mixes: readonly string[];
}

export type Explanation =
  | {
      readonly kind: 'statement';
      readonly statement: StatementReport;
      /** Absent for a statement that could not be read. */
      readonly proof?: Proof;
    }
  | {
      readonly kind: 'table';
      readonly table: TableReport;
      /** Statements that touch it, the heaviest first. */
      readonly statements: readonly StatementReport[];
    };
