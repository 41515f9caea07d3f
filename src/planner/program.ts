/**
 * A part of the puzzle as a mixed-integer program.
 *
 * `x[table, position]` is 1 when chosen; `y[term, box]` may rise to 1 only when each table of the box has an allowed
 * position, and earns what the box saves against `otherwise`. So the objective is a level's cost less a constant.
 */

import type { Assignment, Level, LinearLimit, Open, Term } from './assignment.js';
import { isSatisfied, linearCost, tablesOfTerm } from './assignment.js';
import type { MilpModel, MilpResult } from './solver/milp.js';

/** Coefficients beyond this make a solver's tolerances bite. */
const LARGEST_COEFFICIENT = 1e7;

/** A level that must not get worse while a later one is minimised. */
export interface KeptLevel {
  readonly level: Level;
  readonly atMost: number;
}

export interface ModelPart {
  readonly tables: readonly number[];
  readonly open: Open;
  readonly objective: Level;
  readonly kept: readonly KeptLevel[];
  readonly limits: readonly LinearLimit[];
  readonly seconds: number;
  /** Branches to try at most; default: as many as there is time for. */
  readonly mostNodes?: number;
  /** Positions of the tables that are not part of the model. */
  readonly others: Assignment;
  readonly start?: Assignment;
}

export interface BuiltModel {
  readonly model: MilpModel;
  /** The level's cost that an objective value of the solver stands for. */
  readonly cost: (objective: number) => number;
  readonly columnOf: ReadonlyMap<number, ReadonlyMap<number, number>>;
}

/** The column of a choice; undefined when the position is closed. */
type ColumnFinder = (table: number, position: number) => number | undefined;

interface Draft {
  readonly costs: number[];
  readonly rows: {
    readonly entries: ReadonlyMap<number, number>;
    readonly lower: number;
    readonly upper: number;
  }[];
  readonly start: number[];
  integers: number;
}

export function buildModel(part: ModelPart): BuiltModel {
  const draft: Draft = { costs: [], rows: [], start: [], integers: 0 };
  const columnOf = addChoices(draft, part);
  const column: ColumnFinder = (table, position) => columnOf.get(table)?.get(position);
  const objective = expressLevel(draft, part, part.objective, column);
  for (const [at, value] of objective.terms) draft.costs[at] = (draft.costs[at] ?? 0) + value;
  for (const { level, atMost } of part.kept) {
    const kept = expressLevel(draft, part, level, column);
    const slack = 1e-9 * Math.max(1, Math.abs(atMost));
    const scale = scaleOf([...kept.terms.values()]);
    const terms = new Map([...kept.terms].map(([at, value]) => [at, value * scale]));
    addRow(draft, terms, Number.NEGATIVE_INFINITY, (atMost - kept.constant + slack) * scale);
  }
  for (const limit of part.limits) addLimit(draft, part, limit, column);
  const scale = scaleOf(draft.costs);
  return {
    model: freeze(draft, part, scale),
    cost: (value) => value / scale + objective.constant,
    columnOf,
  };
}

/** Reads the chosen positions; the tables that are not part of the model keep theirs. */
export function readAssignment(built: BuiltModel, result: MilpResult, others: Assignment): Assignment {
  const assignment = [...others];
  for (const [table, columns] of built.columnOf) {
    let most = Number.NEGATIVE_INFINITY;
    for (const [position, column] of columns) {
      const value = result.values?.[column] ?? 0;
      if (value > most) [assignment[table], most] = [position, value];
    }
  }
  return assignment;
}

function addChoices(draft: Draft, part: ModelPart): ReadonlyMap<number, ReadonlyMap<number, number>> {
  const columnOf = new Map<number, ReadonlyMap<number, number>>();
  for (const table of part.tables) {
    const columns = new Map<number, number>();
    for (const position of part.open[table] as readonly number[]) {
      columns.set(position, draft.costs.length);
      draft.costs.push(0);
      draft.start.push(part.start?.[table] === position ? 1 : 0);
    }
    columnOf.set(table, columns);
    addRow(draft, new Map([...columns.values()].map((at) => [at, 1])), 1, 1);
  }
  draft.integers = draft.costs.length;
  return columnOf;
}

/** Adds the columns and rows of a level's terms; gives what it costs as coefficients and a constant. */
function expressLevel(
  draft: Draft,
  part: ModelPart,
  level: Level,
  column: ColumnFinder,
): { readonly terms: ReadonlyMap<number, number>; readonly constant: number } {
  const coefficients = new Map<number, number>();
  for (const table of part.tables) {
    for (const position of part.open[table] as readonly number[]) {
      const charge = level.linear[table]?.[position] ?? 0;
      if (charge !== 0) coefficients.set(column(table, position) as number, charge);
    }
  }
  let constant = level.constant ?? 0;
  for (const term of level.terms) {
    constant += term.weight * term.otherwise;
    const columns = addTerm(draft, part, term, column);
    for (const [at, box] of term.boxes.entries()) {
      coefficients.set(columns[at] as number, term.weight * (box.cost - term.otherwise));
    }
  }
  return { terms: coefficients, constant };
}

function addTerm(draft: Draft, part: ModelPart, term: Term, column: ColumnFinder): readonly number[] {
  const { start } = part;
  const earned = start === undefined ? -1 : term.boxes.findIndex((box) => isSatisfied(box, start));
  const columns = term.boxes.map((_, at) => {
    draft.costs.push(0);
    draft.start.push(at === earned ? 1 : 0);
    return draft.costs.length - 1;
  });
  if (columns.length > 1) addRow(draft, new Map(columns.map((at) => [at, 1])), Number.NEGATIVE_INFINITY, 1);
  for (const table of tablesOfTerm(term)) addLinks(draft, term, table, columns, column);
  return columns;
}

/**
 * Of the boxes that allow a table no more than a set of positions, one may be taken when the set has the chosen position.
 * One row a set bounds far better than one row a box: boxes with one key share what of the key is chosen.
 */
function addLinks(
  draft: Draft,
  term: Term,
  table: number,
  columns: readonly number[],
  column: ColumnFinder,
): void {
  const sets = term.boxes.map(({ allowed }) => {
    const positions = allowed.get(table);
    if (positions === undefined) return undefined;
    return new Set(positions.filter((position) => column(table, position) !== undefined));
  });
  const seen = new Set<string>();
  for (const set of sets) {
    if (set === undefined) continue;
    const name = [...set].sort((a, b) => a - b).join();
    if (seen.has(name)) continue;
    seen.add(name);
    const entries = new Map([...set].map((position) => [column(table, position) as number, -1]));
    for (const [at, other] of sets.entries())
      if (other !== undefined && [...other].every((position) => set.has(position)))
        entries.set(columns[at] as number, 1);
    addRow(draft, entries, Number.NEGATIVE_INFINITY, 0);
  }
}

/** What other tables weigh is taken already. */
function addLimit(draft: Draft, part: ModelPart, limit: LinearLimit, column: ColumnFinder): void {
  const entries = new Map<number, number>();
  let largest = 0;
  for (const table of part.tables) {
    for (const position of part.open[table] as readonly number[]) {
      const load = limit.loads[table]?.[position] ?? 0;
      if (load !== 0) entries.set(column(table, position) as number, load);
      largest = Math.max(largest, load);
    }
  }
  if (largest === 0) return;
  const taken = linearCost(
    limit.loads.map((loads, table) => (part.tables.includes(table) ? [] : loads)),
    part.others,
  );
  // Bytes and milliseconds reach 1e12: a row is read in units of its largest entry.
  const scaled = new Map([...entries].map(([at, load]) => [at, load / largest]));
  addRow(draft, scaled, Number.NEGATIVE_INFINITY, Math.max(0, limit.limit - taken) / largest);
}

function addRow(draft: Draft, entries: ReadonlyMap<number, number>, lower: number, upper: number): void {
  if (entries.size > 0) draft.rows.push({ entries, lower, upper });
}

function scaleOf(costs: readonly number[]): number {
  const largest = costs.reduce((most, cost) => Math.max(most, Math.abs(cost)), 0);
  return largest > LARGEST_COEFFICIENT ? LARGEST_COEFFICIENT / largest : 1;
}

function freeze(draft: Draft, part: ModelPart, scale: number): MilpModel {
  const starts = new Int32Array(draft.rows.length + 1);
  const indices: number[] = [];
  const values: number[] = [];
  for (const [at, row] of draft.rows.entries()) {
    for (const [index, value] of [...row.entries].sort(([a], [b]) => a - b)) {
      indices.push(index);
      values.push(value);
    }
    starts[at + 1] = indices.length;
  }
  const integer = Int32Array.from(draft.costs, (_, at) => (at < draft.integers ? 1 : 0));
  return {
    columnCosts: Float64Array.from(draft.costs, (cost) => cost * scale),
    integer,
    rowLower: Float64Array.from(draft.rows, (row) => row.lower),
    rowUpper: Float64Array.from(draft.rows, (row) => row.upper),
    starts,
    indices: Int32Array.from(indices),
    values: Float64Array.from(values),
    ...(part.start === undefined ? {} : { start: Float64Array.from(draft.start) }),
    ...(part.mostNodes === undefined ? {} : { mostNodes: part.mostNodes }),
    seconds: part.seconds,
  };
}
