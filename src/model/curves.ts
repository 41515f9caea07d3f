/** The curves of what a limit buys: the best plan under each. */

import type { TableName } from './catalog.js';
import type { Placements } from './placement.js';
import type { Certificate, Score } from './plan.js';

/** What more room for global tables buys, and what each new key column buys. */
export interface Curves {
  /** Ascending by limit. */
  readonly globalBytes: Curve;
  readonly addedKeys: Curve;
}

export interface Curve {
  readonly points: readonly CurvePoint[];
  /** False when there are more steps than were computed. Steps of less than 1 % of the limit are never told apart. */
  readonly complete: boolean;
}

export interface CurvePoint {
  /** The least limit under which this is the best plan: bytes of global tables, or columns to add. */
  readonly limit: number;
  /** Whether this is the plan of the analysis. */
  readonly isPlan: boolean;
  readonly cost: number;
  readonly status: Certificate['status'];
  readonly score: Score;
  readonly tables: Placements;
  /** Tables that are placed otherwise than in the plan of the analysis, in name order. */
  readonly differing: readonly TableName[];
}
