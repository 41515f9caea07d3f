/**
 * A mixed-integer linear program as flat arrays, and what a solver says about it. Plain data, so that it can cross to a
 * worker thread. Every column lies in 0…1; the objective is minimised.
 */

export interface MilpModel {
  readonly columnCosts: Float64Array;
  /** 1 for columns that must be whole numbers. Empty: a linear relaxation. */
  readonly integer: Int32Array;
  readonly rowLower: Float64Array;
  readonly rowUpper: Float64Array;
  /** Rows one after the other (CSR). */
  readonly starts: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float64Array;
  /** A feasible point to start from. */
  readonly start?: Float64Array;
  readonly seconds: number;
  /** Branches to try at most. */
  readonly mostNodes?: number;
}

export interface MilpResult {
  /** optimal: proven. feasible: a time limit came first. stopped: nothing usable came back. */
  readonly status: 'optimal' | 'feasible' | 'infeasible' | 'stopped';
  readonly values?: Float64Array;
  /** No point of the model has a lower objective. */
  readonly bound?: number;
  /** Linear relaxations only: by how much the objective rises for each unit that a row's bound is raised. */
  readonly rowDuals?: Float64Array;
  readonly seconds: number;
  readonly solver: string;
}

export interface Solver {
  run(model: MilpModel): Promise<MilpResult>;
  close(): void;
}
