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
  weightedQueries,
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
  return reportOn(request, read, () => solveUnder(read.ground, settingsOf(request)), progress);
}

/** All that is said of a plan. What it was found with is let go as early as it can be: it is large. */
export async function reportOn(
  request: AnalysisRequest,
  read: ReadInputs,
  solve: () => Promise<Solved>,
  progress: ProgressListener,
): Promise<AnalysisResult> {
  const { workload, catalog, sorted, unread, notes } = read;
  const { plan, proof, said, tables, found } = await reportOnTables(read, solve, progress);
  const { solution } = found;
  const { placements } = solution;
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
    ...((request.curve ?? isSmallEnoughForCurves(found))
      ? { curves: await curvesOf(read.ground, found) }
      : {}),
    ...(request.whatIf === true ? { whatIf: whatIf(read.ground, found, tables, said.statements) } : {}),
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

async function reportOnTables(read: ReadInputs, solve: () => Promise<Solved>, progress: ProgressListener) {
  const { catalog, reader, resolving, ground } = read;
  const { solved, certificate, proof } = await proven(read, solve, progress);
  progress({ stage: 'report', message: 'writing the report' });
  // Only now, since the proof needs the room and no verdict.
  const planned = judgedUnder(ground, solved);
  const { charged, judged, options, plan, problem, settings, solution } = planned;
  const { placements } = solution;
  const queries = weightedQueries(ground.application);
  const judgement = exactCost(charged, placements, options.options, flipsOf(problem));
  return {
    plan: { ...plan, certificate },
    proof,
    said: blockedReport(planned, reader, catalog, resolving),
    tables: tableReports({ catalog, placements, judged, queries, options, judgement, settings }),
    found: { options, plan, settings, solution },
  };
}

async function proven({ ground }: ReadInputs, solve: () => Promise<Solved>, progress: ProgressListener) {
  const solved = await solve();
  const { problem, solution } = solved;
  const seconds = (problem.solveSeconds - solution.secondsLeft).toFixed(2);
  progress({ stage: 'proof', message: 'proving the plan', detail: `solved in ${seconds} s` });
  const { certificate, proof } = await certify(ground, solved);
  return { certificate, proof, solved: { ...solved, solution: { ...solution, evidence: [] } } };
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
