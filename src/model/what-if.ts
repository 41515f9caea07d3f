/**
 * What each table's other choices would do to the statements, ready to be added up: what a page without a planner needs to
 * answer as `simulate` does.
 */

import type { TableName } from './catalog.js';
import type { Placement, Placements } from './placement.js';
import type { VerdictKind } from './verdict.js';

/** By table: its candidates but the planned one, in the order of the table's report. */
export type WhatIf = ReadonlyMap<TableName, readonly WhatIfChoice[]>;

export interface WhatIfChoice {
  readonly placement: Placement;
  /** False: `--set` takes another way to a key of the same name. */
  readonly isFirst: boolean;
  /** Everything else planned anew, as `simulate --set` does. Absent where the analysis left that out for its size. */
  readonly anew?: WhatIfOutcome;
  /** Everything else as planned, as `simulate --keep-rest` does. Absent where added keys depend on more than this table. */
  readonly kept?: WhatIfOutcome;
}

export interface WhatIfOutcome {
  /** Of all statements. */
  readonly cost: number;
  /** Other tables that are placed otherwise then, in name order. */
  readonly moved: Placements;
  /** Statements with another verdict than under the plan, in the order of their reports. */
  readonly changed: readonly ChangedVerdict[];
}

export interface ChangedVerdict {
  /** Position among the reports of the statements. */
  readonly statement: number;
  readonly verdict: VerdictKind;
}
