/** The solver with the time it has left, and how a model is put to it. */

import { type BuiltModel, buildModel, type ModelPart } from './program.js';
import type { MilpResult, Solver } from './solver/milp.js';

/** The solver with the time it has left. */
export interface Bench {
  readonly solver: Solver;
  /** By the clock on the wall. What is done while there are some must not depend on how many. */
  readonly secondsLeft: () => number;
  /** Parts with no more assignments than this are tried through. */
  readonly enumerateUpTo: number;
  /** Name and version of the solver, once it was used. */
  used?: string;
  /** Time ran out before ties were decided. */
  cutShort?: boolean;
}

export interface Answer {
  readonly built: BuiltModel;
  readonly result: MilpResult;
}

/** Undefined when no time is left. */
export async function run(bench: Bench, request: Omit<ModelPart, 'seconds'>): Promise<Answer | undefined> {
  if (bench.secondsLeft() <= 0) return undefined;
  const built = buildModel({ ...request, seconds: bench.secondsLeft() });
  const result = await bench.solver.run(built.model);
  if (result.status !== 'stopped') bench.used = result.solver;
  return { built, result };
}
