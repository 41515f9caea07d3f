/** Runs one model through HiGHS in this thread. Takes flat arrays, gives the solver's answer; never throws for a model it cannot solve. */

import highsModule, { type Highs, type Model, type ModelData, type VariableType } from 'highs';
import type { MilpModel, MilpResult } from './milp.js';

// The package's types describe its CommonJS build; imported from a module, the default export is the loader itself.
const loadHighs = highsModule as unknown as typeof highsModule.default;
let loaded: Promise<Highs> | undefined;

export async function runHighs(model: MilpModel): Promise<MilpResult> {
  loaded ??= loadHighs();
  const highs = await loaded;
  const solver = `highs ${highs.version.string}`;
  const native = highs.createModel(toModelData(highs, model));
  try {
    return { ...solve(highs, native, model), seconds: native.getRunTime(), solver };
  } catch (error) {
    if (!isSolverFailure(highs, error)) throw error;
    // Out of memory or a crash inside: the next model gets a fresh instance.
    loaded = undefined;
    return { status: 'stopped', seconds: model.seconds, solver };
  } finally {
    if (loaded !== undefined) native.dispose();
  }
}

function isSolverFailure(highs: Highs, error: unknown): boolean {
  return (
    error instanceof highs.errors.HighsError || (error instanceof Error && error.name === 'RuntimeError')
  );
}

function toModelData(highs: Highs, model: MilpModel): ModelData {
  const numCols = model.columnCosts.length;
  const numRows = model.rowLower.length;
  return {
    numCols,
    numRows,
    sense: highs.constants.objectiveSense.minimize,
    colCost: model.columnCosts,
    colLower: new Float64Array(numCols),
    colUpper: new Float64Array(numCols).fill(1),
    rowLower: model.rowLower,
    rowUpper: model.rowUpper,
    matrix: {
      format: 'csr',
      numRows,
      numCols,
      starts: model.starts,
      indices: model.indices,
      values: model.values,
    },
    ...(model.integer.length > 0 ? { integrality: Array.from(model.integer) as VariableType[] } : {}),
  };
}

function solve(
  highs: Highs,
  native: Model,
  model: MilpModel,
): Pick<MilpResult, 'status' | 'values' | 'bound' | 'rowDuals'> {
  const relaxed = model.integer.length === 0;
  native.options.set({
    output_flag: false,
    random_seed: 0,
    // Gaps of zero: a plan is called optimal only when nothing cheaper exists.
    mip_rel_gap: 0,
    mip_abs_gap: 0,
    time_limit: Math.max(0.001, model.seconds),
    ...(model.mostNodes === undefined ? {} : { mip_max_nodes: model.mostNodes }),
  });
  if (model.start !== undefined && !relaxed) native.setSolution({ colValue: model.start });
  const { modelStatus } = native.run();
  const { optimal, infeasible } = highs.constants.modelStatus;
  if (modelStatus === infeasible) return { status: 'infeasible' };
  if (relaxed) return modelStatus === optimal ? relaxation(native) : { status: 'stopped' };
  const bound = native.info.get('mip_dual_bound') as number;
  const feasible = native.info.get('primal_solution_status') === highs.constants.solutionStatus.feasible;
  return {
    status: modelStatus === optimal ? 'optimal' : feasible ? 'feasible' : 'stopped',
    ...(feasible ? { values: native.getSolution().colValue } : {}),
    ...(Number.isFinite(bound) ? { bound } : {}),
  };
}

function relaxation(native: Model): Pick<MilpResult, 'status' | 'values' | 'bound' | 'rowDuals'> {
  const { colValue, rowDual } = native.getSolution();
  const bound = native.getObjectiveValue();
  return { status: 'optimal', values: colValue, bound, rowDuals: rowDual };
}
