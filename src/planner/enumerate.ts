/** Small puzzles are settled by trying every assignment: exact, without a solver, and ties are seen. */

import type { Assignment, Level, LinearLimit, Open } from './assignment.js';
import { isEqual, isLess, isWithin, levelCost } from './assignment.js';

export function isSmall(tables: readonly number[], open: Open, mostAssignments: number): boolean {
  let count = 1;
  for (const table of tables) count *= (open[table] as readonly number[]).length;
  return count <= Math.max(1, mostAssignments);
}

/**
 * The best assignment of these tables by all levels in order; of equals the first one, in the order of the tables and
 * their open positions. Undefined when no assignment keeps the limits. The other tables keep the position they have.
 */
export function enumerate(
  tables: readonly number[],
  open: Open,
  levels: readonly Level[],
  limits: readonly LinearLimit[],
  others: Assignment,
): Assignment | undefined {
  let left = allAssignments(tables, open, others).filter((assignment) => isWithin(limits, assignment));
  for (const level of levels) {
    if (left.length <= 1) break;
    const costs = left.map((assignment) => levelCost(level, assignment));
    const least = costs.reduce((a, b) => (isLess(b, a) ? b : a), costs[0] as number);
    left = left.filter((_, at) => isEqual(costs[at] as number, least));
  }
  return left[0];
}

function allAssignments(tables: readonly number[], open: Open, others: Assignment): Assignment[] {
  let assignments: Assignment[] = [others];
  for (const table of tables) {
    const positions = open[table] as readonly number[];
    assignments = assignments.flatMap((assignment) =>
      positions.map((position) => assignment.with(table, position)),
    );
  }
  return assignments;
}
