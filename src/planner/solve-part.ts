/**
 * Solves one part of the puzzle by all its levels in order.
 *
 * Small parts are enumerated. For larger ones a dual bounds the cost and closes positions that no plan as cheap as the
 * one in hand can have; if the two do not meet, an integer program of what is still open proves the cost; then
 * each later level is minimised over what is still open with the earlier ones kept. Costs are always recomputed from
 * the terms: a solver's answer is taken only when it is exactly no worse.
 */

import { type Ascent, ascend } from './ascend.js';
import type { Assignment, Level, Open } from './assignment.js';
import { compareAssignments, isEqual, isWithin, levelCost } from './assignment.js';
import { type Answer, type Bench, run } from './bench.js';
import { assignmentOf, type Dense, denseOf, ranksOf } from './dense.js';
import { enumerate, isSmall } from './enumerate.js';
import type { Evidence, EvidenceNode } from './evidence.js';
import type { Part } from './part.js';
import { type ModelPart, readAssignment } from './program.js';
import { reduceLevel } from './reduce.js';
import { breakTies } from './ties.js';

export interface PartSolution {
  readonly assignment: Assignment;
  /** No assignment of the part costs less. */
  readonly bound: number;
  readonly proof: 'optimal' | 'bounded';
  /** Of larger parts. */
  readonly evidence?: Evidence;
}

export async function solvePart(part: Part, bench: Bench): Promise<PartSolution> {
  const [cost] = part.levels;
  if (isSmall(part.tables, part.open, bench.enumerateUpTo)) {
    const best = enumerate(part.tables, part.open, part.levels, part.limits, part.others);
    if (best === undefined) throw new Error('budgets were widened, yet no assignment keeps them');
    return { assignment: best, bound: levelCost(cost, best), proof: 'optimal' };
  }
  const found = await cheapest(part, bench);
  if (found.proof !== 'optimal') return found;
  const settled = await breakTies({ ...part, open: found.open }, found.assignment, bench);
  return { ...found, assignment: settled };
}

/** Positions beside one a table that an integer program is asked to decide; more take minutes and about a gigabyte. */
const MOST_CHOICES = 6000;
const PROMISING_CHOICES = 1000;
const PROMISING_NODES = 200;

// ── the cost ─────────────────────────────────────────────────────────────────────────────────────────────────────────

async function cheapest(part: Part, bench: Bench): Promise<PartSolution & { readonly open: Open }> {
  const [cost] = part.levels;
  const dense = denseOf(part.tables, part.open, cost, part.limits, part.others);
  const starts = part.starts.map((start) => ranksOf(dense, start));
  const ascent = ascend(dense, starts, () => bench.secondsLeft() <= 0);
  if (ascent.ranks === undefined) throw new Error('budgets were widened, yet no assignment keeps them');
  const hill = assignmentOf(dense, ascent.ranks, part.others);
  const climbed = await improveAmongPromising(part, dense, ascent, hill, bench);
  const climbedCost = levelCost(cost, climbed);
  const open = closeExpensive(part, dense, ascent, climbedCost);
  const bounded = {
    assignment: climbed,
    bound: Math.min(climbedCost, ascent.bound),
    proof: 'bounded',
    open,
    evidence: evidenceOf(part, dense, ascent, open),
  } as const;
  if (isEqual(climbedCost, ascent.bound)) return { ...bounded, bound: climbedCost, proof: 'optimal' };
  if (choicesOf(part.tables, open) > MOST_CHOICES) return bounded;
  const exact = await run(bench, { ...request({ ...part, open }, cost), start: climbed });
  const best = better(part, climbed, exact);
  const bestCost = levelCost(cost, best);
  if (isProven(exact, bestCost)) {
    const left = closeExpensive(part, dense, ascent, bestCost);
    const evidence = evidenceOf(part, dense, ascent, left);
    return { assignment: best, bound: bestCost, proof: 'optimal', open: left, evidence };
  }
  // What was closed costs more than the plan that was in hand.
  const proven = Math.min(
    climbedCost,
    exact?.built.cost(exact.result.bound ?? Number.NEGATIVE_INFINITY) ?? 0,
  );
  const bound = Math.min(bestCost, Math.max(ascent.bound, proven));
  return { ...bounded, assignment: best, bound, proof: isEqual(bound, bestCost) ? 'optimal' : 'bounded' };
}

function evidenceOf(part: Part, dense: Dense, ascent: Ascent, open: Open): Evidence {
  const dual = { dense, ...ascent.dual };
  const isNarrower = part.tables.some((table) => open[table] !== part.open[table]);
  const tree: EvidenceNode = isNarrower
    ? { kind: 'closing', dual, open, rest: { kind: 'open' } }
    : { kind: 'bounded', dual };
  return { tables: part.tables, withLimits: part.limits.length > 0, tree };
}

/** Where budgets press, climbing stops short: the solver looks among the positions that the dual finds cheapest. */
async function improveAmongPromising(
  part: Part,
  dense: Dense,
  ascent: Ascent,
  known: Assignment,
  bench: Bench,
): Promise<Assignment> {
  const [cost] = part.levels;
  if (isEqual(levelCost(cost, known), ascent.bound)) return known;
  const room = [...ascent.rises].filter((rise) => rise > 0).sort((a, b) => a - b)[PROMISING_CHOICES];
  if (room === undefined) return known;
  const open = [...closeExpensive(part, dense, ascent, ascent.bound + room)];
  for (const table of part.tables) {
    const now = known[table] as number;
    const left = open[table] as readonly number[];
    if (!left.includes(now)) open[table] = [...left, now];
  }
  const asked = { ...request({ ...part, open }, cost), start: known, mostNodes: PROMISING_NODES };
  return better(part, known, await run(bench, asked));
}

function choicesOf(tables: readonly number[], open: Open): number {
  return tables.reduce((sum, table) => sum + (open[table] as readonly number[]).length - 1, 0);
}

function request(part: Part, objective: Level): Omit<ModelPart, 'seconds'> {
  const { tables, open, limits, others } = part;
  // Closing positions makes boxes equal, dominated or linear: the model shrinks with every closed position.
  return { tables, open, objective: reduceLevel(objective, open), kept: [], limits, others };
}

/** A position that would raise the bound above a known cost is in no cheapest plan. */
function closeExpensive(part: Part, dense: Dense, { bound, rises }: Ascent, known: number): Open {
  const room = known - bound + 1e-6 * Math.max(1, Math.abs(known));
  const open = [...part.open];
  for (const [at, table] of part.tables.entries()) {
    const start = dense.tableStart[at] as number;
    const left = (open[table] as readonly number[]).filter(
      (_, rank) => (rises[start + rank] as number) <= room,
    );
    if (left.length > 0) open[table] = left;
  }
  return open;
}

function better(part: Part, known: Assignment, exact: Answer | undefined): Assignment {
  if (exact?.result.values === undefined) return known;
  const found = readAssignment(exact.built, exact.result, part.others);
  if (!isWithin(part.limits, found)) return known;
  return compareAssignments(part.levels, found, known) < 0 ? found : known;
}

/** The solver says that nothing cheaper exists, and means a cost that is ours but for its tolerances. */
function isProven(exact: Answer | undefined, cost: number): boolean {
  if (exact?.result.status !== 'optimal' || exact.result.bound === undefined) return false;
  return Math.abs(exact.built.cost(exact.result.bound) - cost) <= 1e-6 * Math.max(1, Math.abs(cost));
}
