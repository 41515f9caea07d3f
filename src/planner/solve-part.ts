/**
 * Solves one part of the puzzle by all its levels in order.
 *
 * Small parts are enumerated. Of larger ones the cost is searched for by branch and bound with a dual; then each later
 * level is minimised over what plans of that cost may have. Costs are always recomputed from the terms.
 */

import { type Assignment, isLess, levelCost, type Open } from './assignment.js';
import type { Bench } from './bench.js';
import { type Dense, denseOf, ranksOf } from './dense.js';
import { enumerate, isSmall } from './enumerate.js';
import type { Evidence } from './evidence.js';
import type { Part } from './part.js';
import { evidenceOf } from './record.js';
import { search } from './search.js';
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
  const found = cheapest(part, bench);
  if (found.proof !== 'optimal') return found;
  const settled = await breakTies({ ...part, open: found.open }, found.assignment, bench);
  return { ...found, assignment: settled };
}

function cheapest(part: Part, bench: Bench): PartSolution & { readonly open: Open } {
  const [cost] = part.levels;
  const dense = denseOf(part.tables, part.open, cost, part.limits, part.others);
  const starts = part.starts.map((start) => ranksOf(dense, start));
  const found = search(dense, part.open, starts, () => bench.secondsLeft() <= 0);
  if (found.positions === undefined) throw new Error('budgets were widened, yet no assignment keeps them');
  const assignment = adopt(part, found.positions);
  const reached = levelCost(cost, assignment);
  const isProven = !isLess(found.bound, reached);
  return {
    assignment,
    bound: isProven ? reached : found.bound,
    proof: isProven ? 'optimal' : 'bounded',
    open: openOf(part, dense, found.stays),
    evidence: {
      tables: part.tables,
      withLimits: part.limits.length > 0,
      gap: isProven ? 0 : reached - found.bound,
      tree: evidenceOf(found.record),
    },
  };
}

function adopt({ tables, others }: Part, positions: readonly number[]): Assignment {
  const assignment = [...others];
  for (const [at, table] of tables.entries()) assignment[table] = positions[at] as number;
  return assignment;
}

function openOf(part: Part, { tableStart }: Dense, stays: Uint8Array): Open {
  const open = [...part.open];
  for (const [at, table] of part.tables.entries()) {
    const start = tableStart[at] as number;
    open[table] = (open[table] as readonly number[]).filter((_, rank) => stays[start + rank] === 1);
  }
  return open;
}
