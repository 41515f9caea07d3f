/**
 * The best plan with its certificate: reductions, parts solved apart, budgets only where they matter.
 *
 * Parts are solved without budgets first. Parts whose best plan stays clear of every budget keep it, whatever the others
 * do; the rest is solved together under the budgets. So an unrelated table changes nothing for the others.
 */

import {
  type BudgetUse,
  byCodeUnit,
  type Certificate,
  type Placement,
  type Placements,
  type TableName,
} from '../model/index.js';
import type { Assignment, Level, LinearLimit, Open } from './assignment.js';
import { indexTerms, isEqual, isWithin, levelCost, termCost } from './assignment.js';
import type { Bench } from './bench.js';
import { budgetUses } from './budgets.js';
import { climb } from './climb.js';
import { componentsOf, restrictLevel } from './components.js';
import { assignmentOf, denseOf, ranksOf } from './dense.js';
import { isSmall } from './enumerate.js';
import type { Evidence } from './evidence.js';
import { keepLimits } from './limits.js';
import type { Part } from './part.js';
import { type PlanProblem, type Puzzle, puzzleOf } from './problem.js';
import { narrowingTo, type ReducedLevel, reduceLevel } from './reduce.js';
import { type PartSolution, solvePart } from './solve-part.js';
import { openSolver, startCountdown } from './solver/session.js';

export interface Solution {
  /** In name order. */
  readonly placements: Placements;
  /** Position of each table's option. */
  readonly positions: ReadonlyMap<TableName, number>;
  /** Of the statements, recomputed from their boxes: charges not included. */
  readonly cost: number;
  readonly assumedCost: number;
  /** What the chosen options are charged: for being added keys, globals of unknown size, apart from their kin, … */
  readonly charges: number;
  /** Proven lower bound for cost under these rules, the chosen plan's charges taken off. */
  readonly bound: number;
  readonly gap: number;
  readonly status: Certificate['status'];
  readonly solver: string;
  /** Tables that have another option of the same cost and charges, everything else as planned. */
  readonly ties: readonly TableName[];
  /** False when time ran out before ties were decided: another run may then decide them otherwise. */
  readonly tiesDecided: boolean;
  /** Budgets that could not be kept. */
  readonly exceededBudgets: readonly string[];
  /** Of each budget: what it allows, what is taken of it, whom it kept out. */
  readonly budgets: readonly BudgetUse[];
  /** For the certificate: what was found while solving larger parts. */
  readonly evidence: readonly Evidence[];
  /** Of the time that solving may take. */
  readonly secondsLeft: number;
}

/** More starts take longer and find nothing better. */
const MOST_STARTS = 8;
/** Beyond this many assignments a solver is faster. */
const ENUMERATE_UP_TO = 4096;

export async function solvePlan(problem: PlanProblem): Promise<Solution> {
  const enumerateUpTo = problem.enumerateUpTo ?? ENUMERATE_UP_TO;
  const secondsLeft = startCountdown(problem.solveSeconds);
  const bench: Bench = { solver: openSolver(), secondsLeft, enumerateUpTo };
  try {
    return await solvePuzzle(problem, bench);
  } finally {
    bench.solver.close();
  }
}

async function solvePuzzle(problem: PlanProblem, bench: Bench): Promise<Solution> {
  const puzzle = puzzleOf(problem);
  const { open, limits, widened, safe } = keepLimits(puzzle.open, puzzle.limits);
  const reduced = reduceInTime(puzzle, open, bench);
  const narrowed: Puzzle = { ...puzzle, open };
  const { assignment, solved } = await solveParts(narrowed, reduced, limits, safe, bench);
  return describePlan(problem, puzzle, assignment, {
    bound: (reduced[0]?.constant ?? 0) + solved.reduce((sum, part) => sum + part.bound, 0),
    proofs: solved.map((part) => part.proof),
    solver: bench.used ?? (solved.some((part) => part.evidence) ? 'branch and bound' : 'enumeration'),
    tiesDecided: bench.cutShort !== true,
    exceededBudgets: widened,
    limits,
    evidence: solved.flatMap((part) => part.evidence ?? []),
    secondsLeft: bench.secondsLeft(),
  });
}

/** The cost in any case; the levels that decide between equals only while there is time to decide. */
function reduceInTime({ levels }: Puzzle, open: Open, bench: Bench): readonly ReducedLevel[] {
  const narrowing = narrowingTo(open);
  return levels.map((level, at) => {
    if (at === 0 || bench.secondsLeft() > 0) return reduceLevel(level, open, narrowing);
    bench.cutShort = true;
    return { terms: [], linear: level.linear.map(() => []), constant: 0 };
  });
}

function tablesOf(puzzle: Puzzle): readonly number[] {
  return puzzle.names.map((_, table) => table);
}

async function solveParts(
  puzzle: Puzzle,
  levels: readonly Level[],
  limits: readonly LinearLimit[],
  safe: Assignment,
  bench: Bench,
): Promise<{ readonly assignment: Assignment; readonly solved: readonly PartSolution[] }> {
  const first = firstPositions(puzzle);
  const parts = componentsOf(tablesOf(puzzle), levels).map((tables) => partOf(puzzle, levels, tables, first));
  const tried: { readonly part: Part; readonly solution: PartSolution | undefined }[] = [];
  for (const part of parts) {
    const solution = isLikelyContested(part, limits, bench) ? undefined : await solvePart(part, bench);
    tried.push({ part, solution });
  }
  const all = adoptAll(first, tried);
  const isEnough = tried.every(({ solution }) => solution !== undefined) && isWithin(limits, all);
  const clear = isEnough ? tried : tried.filter(({ part }) => weighsNothing(limits, part.tables, all));
  const settled = clear.filter(({ solution }) => solution !== undefined);
  const assignment = adoptAll(first, settled);
  const solved = settled.flatMap(({ solution }) => solution ?? []);
  const contested = tried.filter((one) => !settled.includes(one)).flatMap(({ part }) => part.tables);
  if (contested.length === 0) return { assignment, solved };
  const together = partOf(
    puzzle,
    levels,
    contested.sort((a, b) => a - b),
    assignment,
  );
  const starts = [...together.starts, adopt(assignment, contested, safe)];
  const joint = await solvePart({ ...together, limits, starts }, bench);
  return { assignment: joint.assignment, solved: [...solved, joint] };
}

function adoptAll(
  first: Assignment,
  parts: readonly { readonly part: Part; readonly solution: PartSolution | undefined }[],
): Assignment {
  return parts.reduce(
    (all, { part, solution }) =>
      solution === undefined ? all : adopt(all, part.tables, solution.assignment),
    first,
  );
}

/** A quick look, so that no time goes into proving a plan that weighs on a budget and has to be made again. */
function isLikelyContested(part: Part, limits: readonly LinearLimit[], bench: Bench): boolean {
  if (isSmall(part.tables, part.open, bench.enumerateUpTo)) return false;
  const dense = denseOf(part.tables, part.open, part.levels[0], [], part.others);
  const glance = climb(dense, ranksOf(dense, part.starts[0] as Assignment));
  return (
    glance !== undefined && !weighsNothing(limits, part.tables, assignmentOf(dense, glance, part.others))
  );
}

function firstPositions(puzzle: Puzzle): Assignment {
  return puzzle.open.map((positions) => positions[0] as number);
}

function adopt(all: Assignment, tables: readonly number[], from: Assignment): Assignment {
  const members = new Set(tables);
  return all.map((position, table) => (members.has(table) ? (from[table] as number) : position));
}

function weighsNothing(
  limits: readonly LinearLimit[],
  tables: readonly number[],
  assignment: Assignment,
): boolean {
  return limits.every(({ loads }) =>
    tables.every((table) => (loads[table]?.[assignment[table] as number] ?? 0) === 0),
  );
}

function partOf(
  puzzle: Puzzle,
  levels: readonly Level[],
  tables: readonly number[],
  others: Assignment,
): Part {
  const members = new Set(tables);
  const own = levels.map((level) => restrictLevel(level, members)) as unknown as Part['levels'];
  const starts = startsOf(puzzle, tables, others);
  return { tables, open: puzzle.open, levels: own, limits: [], starts, others };
}

/** Points to climb from: what each table likes most, and everything by one key domain as far as tables have it. */
function startsOf(puzzle: Puzzle, tables: readonly number[], others: Assignment): readonly Assignment[] {
  const members = new Map<string, number>();
  for (const table of tables) {
    for (const group of new Set(puzzle.groups[table])) {
      if (group !== undefined) members.set(group, (members.get(group) ?? 0) + 1);
    }
  }
  const shared = [...members].filter(([, count]) => count > 1);
  const largest = shared.sort(([a, m], [b, n]) => n - m || byCodeUnit(a, b)).slice(0, MOST_STARTS);
  const first = adopt(others, tables, firstPositions(puzzle));
  return [first, ...largest.map(([group]) => byDomain(puzzle, tables, group, first))];
}

function byDomain(puzzle: Puzzle, tables: readonly number[], group: string, first: Assignment): Assignment {
  const assignment = [...first];
  for (const table of tables) {
    const position = puzzle.open[table]?.find((candidate) => puzzle.groups[table]?.[candidate] === group);
    if (position !== undefined) assignment[table] = position;
  }
  return assignment;
}

// ── the answer ───────────────────────────────────────────────────────────────────────────────────────────────────────

interface Findings {
  readonly evidence: readonly Evidence[];
  readonly secondsLeft: number;
  readonly bound: number;
  readonly proofs: readonly PartSolution['proof'][];
  readonly solver: string;
  readonly tiesDecided: boolean;
  readonly exceededBudgets: readonly string[];
  /** The budgets, widened where they had to be. */
  readonly limits: readonly LinearLimit[];
}

/** What is known of an assignment, whoever found it. */
export function describePlan(
  problem: PlanProblem,
  puzzle: Puzzle,
  assignment: Assignment,
  found: Findings,
): Solution {
  const [costs, assumed] = puzzle.levels;
  const cost = levelCost({ terms: puzzle.statements, linear: [] }, assignment);
  const charges = levelCost({ terms: puzzle.wishes, linear: costs.linear }, assignment);
  const isOptimal = found.proofs.every((proof) => proof === 'optimal');
  const bound = isOptimal ? cost : Math.max(0, Math.min(cost, found.bound - charges));
  return {
    placements: new Map(puzzle.names.map((name, at) => [name, chosen(problem, name, assignment[at])])),
    positions: new Map(puzzle.names.map((name, at) => [name, assignment[at] as number])),
    cost,
    assumedCost: levelCost(assumed as Level, assignment),
    charges,
    bound,
    gap: cost === 0 ? 0 : (cost - bound) / cost,
    status: isOptimal ? 'optimal' : 'bounded',
    solver: found.solver,
    ties: tiesOf(puzzle, found.limits, assignment),
    tiesDecided: isOptimal && found.tiesDecided,
    exceededBudgets: found.exceededBudgets,
    budgets: budgetUses(problem.budgets, puzzle, assignment),
    evidence: found.evidence,
    secondsLeft: found.secondsLeft,
  };
}

function chosen(problem: PlanProblem, name: TableName, position: number | undefined): Placement {
  return problem.options.get(name)?.[position as number] as Placement;
}

function tiesOf(
  puzzle: Puzzle,
  limits: readonly LinearLimit[],
  assignment: Assignment,
): readonly TableName[] {
  const [costs] = puzzle.levels;
  const termsOf = indexTerms(costs.terms);
  const price = (table: number, plan: Assignment): number =>
    (termsOf.get(table) ?? []).reduce(
      (sum, term) => sum + termCost(term, plan),
      costs.linear[table]?.[plan[table] as number] ?? 0,
    );
  return puzzle.names.filter((_, table) => {
    const now = price(table, assignment);
    return (puzzle.open[table] as readonly number[]).some((position) => {
      if (position === assignment[table]) return false;
      const other = assignment.with(table, position);
      return isEqual(price(table, other), now) && isWithin(limits, other);
    });
  });
}
