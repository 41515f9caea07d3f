/** A plan's certificate: the proof written down, and what it proves, which is all that the plan may claim. */

import type { Certificate, ProofFile } from '../../model/index.js';
import type { PlanProblem } from '../problem.js';
import type { Solution } from '../solve.js';
import { openSolver } from '../solver/session.js';
import { budgetUse, figuresOf } from './claims.js';
import { digestsOf } from './digest.js';
import { toNumber } from './exact.js';
import { tiesIn } from './facts.js';
import { followProof } from './follow.js';
import { proofModel } from './model.js';
import { provePlan } from './prove-plan.js';
import { writeOptions, writePart } from './write.js';

export interface Certified {
  readonly certificate: Certificate;
  readonly proof: Omit<ProofFile, 'shards' | 'weight'>;
}

/** Relaxations may have this many rows all together: seconds, not minutes. */
const MOST_ROWS = 400_000;
const LEAST_SECONDS = 2;

/** Assumes that the solution is one of the problem. */
export async function certifyPlan(problem: PlanProblem, solution: Solution): Promise<Certified> {
  const model = proofModel(problem);
  const assignment = model.names.map((name) => solution.positions.get(name) as number);
  const solver = openSolver();
  try {
    const effort = { solver, secondsLeft: secondsFor(problem, solution), rowsLeft: MOST_ROWS };
    const { options, parts } = await writtenProof(model, assignment, solution.evidence, effort);
    const followed = followProof(model, parts);
    if ('broken' in followed) throw new Error(`a proof was written that does not hold: ${followed.broken}`);
    const { status, ...claims } = figuresOf(problem, model, assignment, followed.bound);
    return {
      certificate: { status, ...claims, solver: solution.solver },
      proof: {
        model: digestsOf(model),
        claims,
        solver: { name: solution.solver, status: solution.status, bound: solution.bound },
        ties: tiesIn(model, assignment),
        budgets: budgetUse(problem, model, assignment),
        options,
        // What counts is what following the proof makes of it.
        parts: parts.map((part, at) => ({
          ...part,
          bound: toNumber(followed.parts[at]?.bound ?? 0n, model.bits),
        })),
      },
    };
  } finally {
    await solver.close();
  }
}

/** By itself: what it was proven with is let go before the proof is followed. */
async function writtenProof(...asked: Parameters<typeof provePlan>) {
  const [model] = asked;
  const proven = await provePlan(...asked);
  return { options: writeOptions(model, proven), parts: proven.map(writePart) };
}

/** What solving left over; a little even then, since what was tried through left nothing that proves it. */
function secondsFor({ solveSeconds }: PlanProblem, { secondsLeft }: Solution): number {
  return Math.min(solveSeconds, Math.max(secondsLeft, LEAST_SECONDS));
}
