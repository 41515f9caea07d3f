/**
 * The best plan of a workload that was read, under settings: options, costs, puzzle, solver, verdicts. The analysis, what
 * `simulate` compares and every point of a curve come this way, so that the same choice gives the same answer everywhere.
 */

import type { Catalog, CostTable, Placements, Query, ShardPlan, Verdict, Weight } from '../model/index.js';
import {
  givenPlan,
  isSamePlacement,
  type OptionsOfTables,
  type PlannerSettings,
  type PlanProblem,
  planProblem,
  type Solution,
  solvePlan,
  tableOptions,
  type WeightedQuery,
} from '../planner/index.js';
import { classifyStatement } from '../routability/index.js';
import { refuseUnplaced } from './check-plan.js';
import { type Judged, type Resolved, weightOf } from './judged.js';
import { pinned, pinsOf } from './pins.js';
import { scoreOf } from './score.js';
import { statementCosts } from './statement-costs.js';

/** A workload that was read: everything but what people want of the plan. */
export interface Groundwork {
  readonly catalog: Catalog;
  readonly application: readonly Resolved[];
  /** Statements that could not be read, which count as unknown under every plan. */
  readonly unread: readonly Judged[];
  readonly costs: CostTable;
  readonly weight: Weight;
}

/** A plan that was found, or that people have. */
export interface Solved {
  readonly settings: PlannerSettings;
  readonly options: OptionsOfTables;
  /** Statements of one shape together. */
  readonly charged: ReturnType<typeof statementCosts>;
  readonly problem: PlanProblem;
  readonly solution: Solution;
}

export interface Planned extends Solved {
  /** All statements, in the order of the workload, those that could not be read at the end. */
  readonly judged: readonly Judged[];
  readonly plan: ShardPlan;
}

/** @throws UserError bad-config: settings name a table or column that is not there, or leave no option */
export async function planUnder(ground: Groundwork, settings: PlannerSettings): Promise<Planned> {
  return judgedUnder(ground, await solveUnder(ground, settings));
}

/** The same without a verdict of any statement yet. */
export async function solveUnder(ground: Groundwork, settings: PlannerSettings): Promise<Solved> {
  const posed = pose(ground, settings);
  return { ...posed, settings, solution: await solvePlan(posed.problem) };
}

export function judgedUnder(ground: Groundwork, solved: Solved): Planned {
  const judged = judgeAll(ground, solved.solution.placements);
  return { ...solved, judged, plan: planOf(ground, solved.solution, judged) };
}

/**
 * The same of a plan that people have: nothing is planned anew, and every other option keeps its price. What the gates
 * would not let the planner choose is let in for the tables whose plan it is.
 * @throws UserError bad-config or bad-plan: a table cannot be what the plan says
 */
export function planAsGiven(
  ground: Groundwork,
  settings: PlannerSettings,
  given: Placements,
  solver: string,
): Solved {
  const free = pose(ground, settings);
  refuseUnplaced(given, free.options.options.keys());
  const beyond = [...free.options.options]
    .filter(([name, list]) => !list.some((option) => isSamePlacement(option, given.get(name))))
    .map(([name]) => name);
  const posed = beyond.length === 0 ? free : pose(ground, pinned(settings, pinsOf(given, new Set(beyond))));
  const { problem, solution } = givenPlan(posed.problem, given, solver);
  return { ...posed, problem, settings, solution };
}

/** What is to be planned, by itself: no solver is asked. */
export function problemUnder(ground: Groundwork, settings: PlannerSettings): PlanProblem {
  return pose(ground, settings).problem;
}

function pose(
  { catalog, application, costs, weight }: Groundwork,
  settings: PlannerSettings,
): Pick<Planned, 'options' | 'charged' | 'problem'> {
  const queries = weightedQueries(application);
  const options = tableOptions(catalog, queries, settings);
  const charged = statementCosts(application, options.options, costs, weight);
  const problem = planProblem({ catalog, queries, options: options.options, costs: charged, settings });
  return { options, charged, problem };
}

/** As the planner takes them: made for whoever asks, since held they are one more record of each statement. */
export function weightedQueries(application: readonly Resolved[]): readonly WeightedQuery[] {
  return application.map(({ source, query }) => ({
    id: source.id,
    query,
    calls: source.counters.calls,
    totalExecMs: source.counters.totalExecMs,
  }));
}

/** Every statement under placements, those that could not be read at the end. Statements of one query share its verdict. */
export function judgeAll(
  { application, unread, weight }: Groundwork,
  placements: Placements,
): readonly Judged[] {
  const verdicts = new Map<Query, Verdict>();
  const verdictOf = (query: Query): Verdict => {
    const known = verdicts.get(query) ?? classifyStatement(query, placements);
    verdicts.set(query, known);
    return known;
  };
  return [
    ...application.map(({ source, query }) => ({
      source,
      query,
      weight: weightOf(source, weight),
      verdict: verdictOf(query),
    })),
    ...unread,
  ];
}

function planOf(
  { costs, weight }: Groundwork,
  { placements, cost, bound, gap, status, solver, charges, budgets }: Solution,
  judged: readonly Judged[],
): ShardPlan {
  return {
    shards: costs.shards,
    weight,
    tables: placements,
    score: scoreOf(judged),
    certificate: { status, cost, bound, gap, solver, charges },
    costs,
    budgets,
  };
}
