/** A part of the puzzle that is solved by itself. */

import type { Assignment, Level, LinearLimit, Open } from './assignment.js';

export interface Part {
  readonly tables: readonly number[];
  readonly open: Open;
  /** Reduced for these open positions and restricted to these tables; the cost first. */
  readonly levels: readonly [Level, ...Level[]];
  readonly limits: readonly LinearLimit[];
  readonly starts: readonly Assignment[];
  /** Positions of all other tables. */
  readonly others: Assignment;
}
