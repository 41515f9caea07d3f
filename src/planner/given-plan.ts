/**
 * A plan that people have, in the form of a solution: what it costs, takes of the budgets and is tied with. Nothing is
 * solved, so nothing is said about cheaper plans; the certificate may prove a bound afterwards.
 */

import { type Placement, type Placements, type TableName, UserError } from '../model/index.js';
import { isLess, isWithin, linearCost } from './assignment.js';
import { isSamePlacement } from './judge.js';
import { keepLimits } from './limits.js';
import { type PlanProblem, puzzleOf } from './problem.js';
import { describePlan, type Solution } from './solve.js';

export interface GivenPlan {
  /** The problem, its budgets widened to what the plan takes: it is one of the plans that are compared. */
  readonly problem: PlanProblem;
  readonly solution: Solution;
}

/** `solver`: who made the plan, as it says itself. @throws UserError bad-plan when a table cannot be what the plan says */
export function givenPlan(problem: PlanProblem, placements: Placements, solver: string): GivenPlan {
  const puzzle = puzzleOf(problem);
  const assignment = puzzle.names.map((name) => positionIn(problem, name, placements.get(name)));
  const { limits, widened } = keepLimits(puzzle.open, puzzle.limits);
  const broken = puzzle.limits.filter((_, at) => !isWithin(limits.slice(at, at + 1), assignment));
  const described = describePlan(problem, puzzle, assignment, {
    evidence: [],
    secondsLeft: problem.solveSeconds,
    bound: 0,
    proofs: ['bounded'],
    solver,
    tiesDecided: true,
    exceededBudgets: [...new Set([...widened, ...broken.map(({ name }) => name)])],
    limits,
  });
  // People decided between equals.
  const solution = { ...described, tiesDecided: true };
  if (broken.length === 0) return { problem, solution };
  const budgets = problem.budgets.map((budget, at) => {
    const used = linearCost(puzzle.limits[at]?.loads ?? [], assignment);
    return isLess(budget.limit, used) ? { ...budget, limit: used } : budget;
  });
  return { problem: { ...problem, budgets }, solution };
}

function positionIn(problem: PlanProblem, name: TableName, placement: Placement | undefined): number {
  const position = (problem.options.get(name) ?? []).findIndex((option) =>
    isSamePlacement(option, placement),
  );
  if (position >= 0) return position;
  throw new UserError(
    'bad-plan',
    `${name} cannot be placed as the plan says: its key is to be added along another path than the schema has`,
    'Make the plan again with "shardwright analyze --out".',
  );
}
