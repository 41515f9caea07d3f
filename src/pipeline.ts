/**
 * A whole analysis on one screen: exports and schema in, plan with its evidence out. The first file to open.
 *
 * export files ─► workload ─► syntax ─► sql ─► routability ─► planner ─► plan ─► report
 * schema, stats ─► catalog ─────────────┘  └─► graph
 */

import {
  accessOf,
  blindSpots,
  blockedReport,
  certify,
  constraintReport,
  coverageOf,
  curvesOf,
  isSmallEnoughForCurves,
  judgedUnder,
  readTransactions,
  type Solved,
  solveUnder,
  tableReports,
  whatIf,
} from './analysis/index.js';
import { decisionOf } from './decision/index.js';
import { coAccessGraph, withTransactions } from './graph/index.js';
import { type AnalysisRequest, type ReadInputs, readAll, settingsOf } from './inputs/index.js';
import { loadByShard } from './load/index.js';
import type { AnalysisResult, Placements, ProgressListener } from './model/index.js';
import { exactCost, flipsOf, unenforceable } from './planner/index.js';
import { initialMap } from './topology/index.js';
import { readLogs } from './workload/index.js';

/**
 * Reads exports, schema and statistics, and computes the best shard plan with its evidence.
 * @throws UserError for inputs that cannot be read or hold nothing to analyse
 */
export async function analyzeExports(
  request: AnalysisRequest,
  progress: ProgressListener = () => {},
): Promise<AnalysisResult> {
  return reportBest(request, await readAll(request, progress), progress);
}

/** The best plan of what was read, and all that is said of it. */
export async function reportBest(
  request: AnalysisRequest,
  read: ReadInputs,
  progress: ProgressListener,
): Promise<AnalysisResult> {
  progress({ stage: 'plan', message: 'computing the plan' });
  return reportOn(request, read, await solveUnder(read.ground, settingsOf(request)), progress);
}

/** All that is said of a plan. */
export async function reportOn(
  request: AnalysisRequest,
  read: ReadInputs,
  solved: Solved,
  progress: ProgressListener,
): Promise<AnalysisResult> {
  const { workload, catalog, reader, resolving, sorted, unread, notes } = read;
  const { charged, options, queries, settings, solution } = solved;
  const seconds = (solved.problem.solveSeconds - solution.secondsLeft).toFixed(2);
  progress({ stage: 'proof', message: 'proving the plan', detail: `solved in ${seconds} s` });
  const { certificate, proof } = await certify(read.ground, solved);
  progress({ stage: 'report', message: 'writing the report' });
  // Only now, since the proof needs the room and no verdict.
  const planned = judgedUnder(read.ground, solved);
  const { judged } = planned;
  const plan = { ...planned.plan, certificate };
  const { placements } = solution;
  const said = blockedReport(planned, reader, catalog, resolving);
  const tables = tableReports({
    catalog,
    placements,
    judged,
    queries,
    options,
    judgement: exactCost(charged, placements, options.options, flipsOf(planned.problem)),
    settings,
  });
  const { graph, transactions } = await usedTogether(request, read, placements, progress);
  return {
    plan,
    proof,
    tables,
    ...said,
    graph,
    ...(transactions === undefined ? {} : { transactions }),
    coverage: coverageOf(workload, sorted, unread, catalog),
    window: workload.window,
    decision: decisionOf({
      workload,
      catalog,
      statements: said.statements,
      tables,
      graph,
      score: plan.score,
      queries: new Map(sorted.application.map(({ source, query }) => [source.id, query])),
    }),
    load: loadByShard({
      catalog,
      placements,
      statements: said.statements,
      shards: request.shards,
      listLength: read.ground.costs.listLength,
    }),
    constraints: unenforceable(catalog, placements).map(constraintReport),
    ties: solution.ties,
    notes: [...blindSpots(workload, catalog, solution), ...notes],
    ...((request.curve ?? isSmallEnoughForCurves(planned))
      ? { curves: await curvesOf(read.ground, planned) }
      : {}),
    ...(request.whatIf === true ? { whatIf: whatIf(read.ground, planned, tables, said.statements) } : {}),
    ...(read.crossCheck === undefined ? {} : { crossCheck: read.crossCheck }),
  };
}

/** Which tables statements and, where there are logs, transactions touch together. */
export async function usedTogether(
  request: AnalysisRequest,
  read: ReadInputs,
  placements: Placements,
  progress: ProgressListener,
): Promise<Pick<AnalysisResult, 'graph' | 'transactions'>> {
  const graph = coAccessGraph(
    read.sorted.application.map(({ source, query }) => accessOf(query, source.counters.calls)),
  );
  const logged = await transactionsOfLogs(request, read, placements, progress);
  return logged === undefined
    ? { graph }
    : { graph: withTransactions(graph, logged.pairs), transactions: logged.report };
}

async function transactionsOfLogs(
  { logs = [], database, shards }: AnalysisRequest,
  { workload, catalog, reader, resolving, sorted }: ReadInputs,
  placements: Placements,
  progress: ProgressListener,
) {
  if (logs.length === 0) return undefined;
  progress({ stage: 'log', message: `reading ${logs.length} log files` });
  return readTransactions({
    files: logs,
    items: readLogs(logs),
    statements: workload.statements,
    applicationIds: new Set(sorted.application.map(({ source }) => source.id)),
    catalog,
    placements,
    reader,
    resolving,
    map: initialMap(shards),
    ...(database === undefined ? {} : { database }),
  });
}
