/**
 * Solves one part of the puzzle by all its levels in order.
 *
 * Small parts are enumerated. Larger ones go to the solver: the linear relaxation bounds the cost and, by its reduced
 * costs, closes positions that no plan as cheap as the one in hand can have; the integer program proves the cost; then
 * each later level is minimised over what is still open with the earlier ones kept. Costs are always recomputed from
 * the terms: a solver's answer is taken only when it is exactly no worse.
 */

import type { Assignment, Level, Open } from './assignment.js';
import { compareAssignments, isEqual, isWithin, levelCost } from './assignment.js';
import { type Answer, type Bench, run } from './bench.js';
import { climb } from './climb.js';
import { enumerate, isSmall } from './enumerate.js';
import type { Part } from './part.js';
import { type ModelPart, readAssignment } from './program.js';
import { reduceLevel } from './reduce.js';
import { breakTies } from './ties.js';

export interface PartSolution {
  readonly assignment: Assignment;
  /** No assignment of the part costs less. */
  readonly bound: number;
  readonly proof: 'optimal' | 'bounded' | 'none';
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

// ── the cost ─────────────────────────────────────────────────────────────────────────────────────────────────────────

async function cheapest(part: Part, bench: Bench): Promise<PartSolution & { readonly open: Open }> {
  const [cost] = part.levels;
  const relaxed = await run(bench, request(part, cost, true));
  const starts = [...part.starts];
  if (relaxed?.result.values !== undefined)
    starts.push(readAssignment(relaxed.built, relaxed.result, part.others));
  const climbed = climb(part.tables, part.open, cost, part.limits, starts);
  const relaxedBound = relaxed?.result.bound;
  let bound = relaxedBound === undefined ? leastImaginable(part) : (relaxed?.built.cost(relaxedBound) ?? 0);
  if (climbed !== undefined && isEqual(levelCost(cost, climbed), bound)) {
    const open = closeExpensive(part, relaxed, levelCost(cost, climbed));
    return { assignment: climbed, bound: levelCost(cost, climbed), proof: 'optimal', open };
  }
  const narrowed =
    climbed === undefined ? part.open : closeExpensive(part, relaxed, levelCost(cost, climbed));
  const exact = await run(bench, {
    ...request({ ...part, open: narrowed }, cost, false),
    ...startOf(climbed),
  });
  const best = better(part, climbed, exact);
  if (best === undefined) throw new Error('no assignment within the budgets was found in the time given');
  const bestCost = levelCost(cost, best);
  if (exact?.result.bound !== undefined) bound = Math.max(bound, exact.built.cost(exact.result.bound));
  bound = Math.min(bound, bestCost);
  if (isProven(exact, bestCost)) {
    return {
      assignment: best,
      bound: bestCost,
      proof: 'optimal',
      open: closeExpensive(part, relaxed, bestCost),
    };
  }
  const proof = relaxedBound === undefined && exact?.result.bound === undefined ? 'none' : 'bounded';
  return { assignment: best, bound, proof: isEqual(bound, bestCost) ? 'optimal' : proof, open: narrowed };
}

function request(part: Part, objective: Level, relaxed: boolean): Omit<ModelPart, 'seconds'> {
  const { tables, open, limits, others } = part;
  // Closing positions makes boxes equal, dominated or linear: the model shrinks with every closed position.
  return { tables, open, objective: reduceLevel(objective, open), kept: [], limits, relaxed, others };
}

function startOf(assignment: Assignment | undefined): { readonly start?: Assignment } {
  return assignment === undefined ? {} : { start: assignment };
}

/** What every table and term costs at its best, without a solver. */
function leastImaginable(part: Part): number {
  const [cost] = part.levels;
  const terms = cost.terms.reduce(
    (sum, term) => sum + term.weight * (term.boxes[0]?.cost ?? term.otherwise),
    0,
  );
  return part.tables.reduce((sum, table) => {
    const charges = (part.open[table] ?? []).map((position) => cost.linear[table]?.[position] ?? 0);
    return sum + charges.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  }, terms);
}

/** Reduced-cost fixing: a position that would raise the relaxation's bound above a known cost is in no cheapest plan. */
function closeExpensive(part: Part, relaxed: Answer | undefined, known: number): Open {
  const { reducedCosts, bound } = relaxed?.result ?? {};
  if (relaxed === undefined || reducedCosts === undefined || bound === undefined) return part.open;
  const room = known - relaxed.built.cost(bound) + 1e-6 * Math.max(1, Math.abs(known));
  const { columnOf, unscale } = relaxed.built;
  return part.open.map((positions, table) => {
    const columns = columnOf.get(table);
    if (columns === undefined) return positions;
    const left = positions.filter(
      (position) => unscale(reducedCosts[columns.get(position) as number] ?? 0) <= room,
    );
    return left.length > 0 ? left : positions;
  });
}

function better(
  part: Part,
  known: Assignment | undefined,
  exact: Answer | undefined,
): Assignment | undefined {
  if (exact?.result.values === undefined) return known;
  const found = readAssignment(exact.built, exact.result, part.others);
  if (!isWithin(part.limits, found)) return known;
  return known === undefined || compareAssignments(part.levels, found, known) < 0 ? found : known;
}

/** The solver says that nothing cheaper exists, and means a cost that is ours but for its tolerances. */
function isProven(exact: Answer | undefined, cost: number): boolean {
  if (exact?.result.status !== 'optimal' || exact.result.bound === undefined) return false;
  return Math.abs(exact.built.cost(exact.result.bound) - cost) <= 1e-6 * Math.max(1, Math.abs(cost));
}
