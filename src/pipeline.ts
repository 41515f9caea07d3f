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
  checkPlan,
  claimNotes,
  claimsNothing,
  constraintReport,
  costsOf,
  coverageOf,
  crossCheck,
  curvesOf,
  emptySchemaNote,
  explain,
  exportChecks,
  type GateQuestion,
  type Groundwork,
  gateInput,
  goneNotes,
  isSmallEnoughForCurves,
  judgeUnread,
  keyTypes,
  loadSchemaFiles,
  nameNotes,
  nothingToAnalyse,
  type Planned,
  planAsGiven,
  planCatalog,
  plannerSettings,
  planUnder,
  type Question,
  type ReadStatement,
  readStatements,
  readTransactions,
  refuseUnknownWeight,
  resolveSettings,
  rewriteFor,
  serverChecks,
  simulate,
  skippedNote,
  sortStatements,
  tableReports,
  trackingChecks,
  trackingOfManifest,
  treesOf,
  unreadVerdict,
  verify,
  whatIf,
  withQueries,
} from './analysis/index.js';
import { examineServer, type SessionOptions, writeTemporary } from './capture/index.js';
import { inferCatalog, loadTextFiles, readSchema, readStatistics } from './catalog/index.js';
import type { Config } from './config/index.js';
import type { PlanFile, Tool } from './contract/index.js';
import { decisionOf } from './decision/index.js';
import { baselineOf, runGate } from './gate/index.js';
import { coAccessGraph, withTransactions } from './graph/index.js';
import { loadByShard } from './load/index.js';
import type {
  AnalysisResult,
  Baseline,
  Catalog,
  CheckResult,
  DoctorReport,
  DocumentedPlan,
  ExplainedStatement,
  ExplainInput,
  Explanation,
  Placements,
  ProgressListener,
  ProofFile,
  Simulation,
  Verdict,
  Verification,
  Weight,
  Workload,
  WorkloadStatement,
} from './model/index.js';
import { defaultSettings, exactCost, flipsOf, unenforceable } from './planner/index.js';
import { classifyStatement, nameShards } from './routability/index.js';
import { fingerprintOf, resolveStatement } from './sql/index.js';
import { loadReader, type ReaderName, splitStatements } from './syntax/index.js';
import { initialMap } from './topology/index.js';
import {
  discoverInputs,
  type ExportFile,
  noExport,
  openExport,
  readLogs,
  readQueryFiles,
  readWorkload,
} from './workload/index.js';

export interface AnalysisRequest {
  /** Files and folders; '-' is standard input. */
  readonly exports: readonly string[];
  readonly schema: readonly string[];
  readonly stats: readonly string[];
  /** The server's csvlog or jsonlog: transactions are judged under the plan. */
  readonly logs?: readonly string[];
  readonly database?: string;
  readonly sum: boolean;
  readonly weight: Weight;
  readonly shards: number;
  readonly config: Config;
  readonly reader: ReaderName;
  readonly crossCheck: boolean;
  /** Policies pin keys for the roles that run the statements. */
  readonly assumeRls: boolean;
  readonly solveSeconds?: number;
  /** Curves of what limits buy: always, never, or by default when the puzzle is small. */
  readonly curve?: boolean;
  /** What each table's other choices would do to the statements, for report.html. */
  readonly whatIf?: boolean;
}

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

/**
 * The same under a plan that people have: statements are judged under it, other options priced beside it, and its
 * certificate says what could be saved. Nothing is planned anew.
 * @throws UserError for inputs that cannot be read, and for a plan that is out of date with them
 */
export async function documentExports(
  request: AnalysisRequest,
  given: PlanFile,
  progress: ProgressListener = () => {},
): Promise<DocumentedPlan> {
  const read = await readAll(request, progress);
  const { catalog } = read;
  const analysis = await reportUnder(request, read, given, progress);
  return {
    analysis,
    catalog,
    buckets: initialMap(request.shards).buckets,
    constraints: unenforceable(catalog, analysis.plan.tables).map((one) => ({
      ...constraintReport(one),
      columns: one.columns,
      change: one.remedy,
      ...(one.target === undefined ? {} : { target: one.target }),
    })),
    ...(request.config.document === undefined ? {} : { intent: request.config.document }),
  };
}

/**
 * A statement or a table of the workload with every step behind its verdict, under the best plan or a given one.
 * @throws UserError for inputs that cannot be read, and when nothing is called so
 */
export async function explainExports(
  request: AnalysisRequest,
  subject: string,
  given?: PlanFile,
  progress: ProgressListener = () => {},
): Promise<Explanation> {
  const read = await readAll(request, progress);
  const result =
    given === undefined
      ? await reportBest(request, read, progress)
      : await reportUnder(request, read, given, progress);
  return explain(
    subject,
    result,
    (id) => read.ground.application.find(({ source }) => source.id === id)?.query,
  );
}

function settingsOf({ config, shards, solveSeconds }: AnalysisRequest) {
  return plannerSettings(config, shards, solveSeconds);
}

async function reportBest(request: AnalysisRequest, read: ReadInputs, progress: ProgressListener) {
  progress({ stage: 'plan', message: 'computing the plan' });
  return report(request, read, await planUnder(read.ground, settingsOf(request)), progress);
}

async function reportUnder(
  request: AnalysisRequest,
  read: ReadInputs,
  given: PlanFile,
  progress: ProgressListener,
) {
  progress({ stage: 'plan', message: 'judging the plan' });
  checkPlan(given.tables, read.catalog);
  const solver = given.certificate?.solver ?? 'given';
  const planned = planAsGiven(read.ground, settingsOf(request), given.tables, solver);
  const notes = [
    ...read.notes,
    ...goneNotes(given.tables, [...planned.plan.tables.keys()]),
    ...claimNotes(given, planned.plan),
  ];
  return report(request, { ...read, notes }, planned, progress);
}

/** All that is said of a plan. */
async function report(
  request: AnalysisRequest,
  read: ReadInputs,
  planned: Planned,
  progress: ProgressListener,
): Promise<AnalysisResult> {
  const { workload, catalog, reader, resolving, sorted, unread, notes } = read;
  const { charged, judged, options, queries, settings, solution } = planned;
  const solved = (planned.problem.solveSeconds - solution.secondsLeft).toFixed(2);
  progress({ stage: 'proof', message: 'proving the plan', detail: `solved in ${solved} s` });
  const { plan, proof } = await certify(planned);
  progress({ stage: 'report', message: 'writing the report' });
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
  const logged = await transactionsOfLogs(request, read, placements, progress);
  const statementGraph = coAccessGraph(
    sorted.application.map(({ source, query }) => accessOf(query, source.counters.calls)),
  );
  const graph = logged === undefined ? statementGraph : withTransactions(statementGraph, logged.pairs);
  return {
    plan,
    proof,
    tables,
    ...said,
    graph,
    ...(logged === undefined ? {} : { transactions: logged.report }),
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
    ...(request.crossCheck
      ? {
          crossCheck: crossCheck(
            workload.statements,
            [reader, await loadReader(otherReader(request.reader))],
            catalog,
            resolving,
          ),
        }
      : {}),
  };
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

/**
 * Another choice beside the plan: what is set becomes pins, and everything else is planned anew around it.
 * @throws UserError for inputs that cannot be read, choices that name nothing or are impossible
 */
export async function simulateExports(
  request: AnalysisRequest,
  question: Question,
  progress: ProgressListener = () => {},
): Promise<Simulation> {
  const { ground } = await readAll(request, progress);
  progress({ stage: 'plan', message: 'computing the plans' });
  return simulate(ground, settingsOf(request), question);
}

/**
 * A plan and its certificate, held against the same inputs as they were made from. No solver is asked.
 * @throws UserError for inputs that cannot be read, and for a plan that claims nothing
 */
export async function verifyExports(
  request: AnalysisRequest,
  plan: PlanFile,
  proof: ProofFile,
  progress: ProgressListener = () => {},
): Promise<Verification> {
  const { shards = request.shards, weight = request.weight, score, certificate } = plan;
  if (score === undefined || certificate === undefined) throw claimsNothing();
  const { ground } = await readAll(request, progress);
  progress({ stage: 'plan', message: 'checking the plan and its proof' });
  const settings = plannerSettings(request.config, request.shards, undefined);
  return verify(ground, settings, { tables: plan.tables, shards, weight, score, certificate }, proof);
}

type ReadInputs = Awaited<ReturnType<typeof readAll>>;

/**
 * The gate: workload and schema as they are now, held against a plan and, where there is one, a baseline.
 * @throws UserError for inputs that cannot be read
 */
export async function checkExports(
  request: AnalysisRequest,
  question: GateQuestion,
  progress: ProgressListener = () => {},
): Promise<CheckedExports> {
  const fingerprints = new Map<string, string>();
  const queries = await readQueryFiles(request.exports);
  if (queries.others.length === 0 && queries.statements.length + queries.schemas.length === 0) {
    throw noExport(request.exports, []);
  }
  const schema = [...queries.schemas, ...request.schema];
  const { ground, workload, sorted, unread, catalog } = await readAll(
    { ...request, exports: queries.others, schema },
    progress,
    {
      queries: queries.statements,
      // A schema by itself can be held against a plan, and query files need not touch a table.
      mayTouchNothing: queries.others.length === 0,
      watch: (read, known) => {
        if (read.kind === 'application') fingerprints.set(read.source.id, fingerprintOf(read.tree, known));
      },
    },
  );
  progress({ stage: 'plan', message: 'checking' });
  const input = gateInput(question, {
    ground,
    config: request.config,
    fingerprints,
    ...(queries.others.length > 0 && question.isTraffic
      ? { coverage: coverageOf(workload, sorted, unread, catalog) }
      : {}),
  });
  if (question.newBaseline === undefined) return { result: runGate(input) };
  const baseline = { ...baselineOf(input), file: question.newBaseline };
  return { result: runGate({ ...input, baseline }), baseline };
}

export interface CheckedExports {
  /** Under the new baseline, where one was asked for. */
  readonly result: CheckResult;
  /** To be written. */
  readonly baseline?: Baseline & { readonly file: string };
}

interface BesideExports {
  /** Statements of .sql files. */
  readonly queries?: readonly WorkloadStatement[];
  /** Otherwise inputs without a statement on a table are an error. */
  readonly mayTouchNothing?: boolean;
  /** Shown each statement as it was read. */
  readonly watch?: (read: ReadStatement, catalog: Catalog) => void;
}

// ── is it good enough? ───────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Checks of an export: what it covers, what it lacks, and what to do.
 * @throws UserError for inputs that cannot be read
 */
export async function examineExports(
  request: AnalysisRequest,
  progress: ProgressListener = () => {},
): Promise<DoctorReport> {
  const { manifest, workload, catalog, sorted, unread } = await readInputs(request, progress);
  const tracking = await trackingOfManifest(manifest);
  const coverage = coverageOf(workload, sorted, unread, catalog);
  return {
    subject: request.exports.join(', '),
    source: 'export',
    checks: [
      ...(tracking === undefined ? [] : trackingChecks(tracking)),
      ...exportChecks({ workload, coverage, catalog }),
    ],
  };
}

/**
 * The same of a live server: its settings, its log and its statistics, and what a capture of it would be good for.
 * @throws UserError when it cannot be reached
 */
export async function examineLive(
  options: SessionOptions,
  request: AnalysisRequest,
  tool: Tool,
  progress: ProgressListener = () => {},
): Promise<DoctorReport> {
  progress({ stage: 'read', message: 'asking the server' });
  const exam = await examineServer(options);
  const subject = `${exam.facts.database} on PostgreSQL ${exam.facts.version}`;
  const checks = serverChecks(exam);
  if (exam.captured === undefined) return { subject, source: 'server', checks };
  const { folder, remove } = await writeTemporary(exam.captured, tool);
  try {
    const { workload, catalog, sorted, unread } = await readInputs(
      { ...request, exports: [folder] },
      progress,
    );
    const coverage = coverageOf(workload, sorted, unread, catalog);
    return {
      subject,
      source: 'server',
      checks: [...checks, ...exportChecks({ workload, coverage, catalog })],
    };
  } finally {
    await remove();
  }
}

async function readAll(...asked: Parameters<typeof readInputs>) {
  const read = await readInputs(...asked);
  const [, , beside] = asked;
  if (read.sorted.application.length === 0 && beside?.mayTouchNothing !== true) throw nothingToAnalyse();
  return read;
}

/** Everything that comes in, read and resolved: what plans are made from, and what a report says of it. */
async function readInputs(
  request: AnalysisRequest,
  progress: ProgressListener,
  { queries = [], mayTouchNothing = false, watch = () => {} }: BesideExports = {},
) {
  progress({ stage: 'read', message: 'reading exports' });
  const found = await discoverInputs(request.exports);
  const skipped = found.skipped.map(skippedNote);
  for (const note of skipped) progress({ stage: 'read', message: 'reading exports', note });
  const hasExports = found.exports.length > 0;
  if (!hasExports && !mayTouchNothing) throw noExport(request.exports, found.skipped);
  const counted = hasExports ? await readExports(request, found.exports, progress) : undefined;
  const workload = withQueries(counted, queries);

  if (counted !== undefined) refuseUnknownWeight(counted, request.weight);

  progress({ stage: 'schema', message: 'reading schema and statistics' });
  const reader = await loadReader(request.reader);
  const schemaFiles = [...(await loadTextFiles(found.schemas)), ...(await loadSchemaFiles(request.schema))];
  const declared =
    schemaFiles.length > 0
      ? await readSchema(schemaFiles)
      : inferCatalog(treesOf(workload.statements, reader));
  const statistics = await loadTextFiles([...found.statistics, ...request.stats]);
  const { catalog, notes } = readStatistics(statistics, declared);

  progress({ stage: 'parse', message: `reading ${workload.statements.length} statements` });
  const resolving = resolveSettings(reader, request.config, request.assumeRls);
  const sorted = sortStatements(
    watched(readStatements(workload.statements, reader), (read) => watch(read, catalog)),
    catalog,
    resolving,
  );
  const unread = [...sorted.truncated, ...sorted.unparsed].map((one) =>
    judgeUnread(one, catalog, request.weight),
  );

  const ground: Groundwork = {
    catalog,
    application: sorted.application,
    unread,
    costs: costsOf(request.config, request.shards),
    weight: request.weight,
  };
  return {
    ...(found.manifest === undefined ? {} : { manifest: found.manifest }),
    workload,
    catalog,
    reader,
    resolving,
    sorted,
    unread,
    ground,
    notes: [
      ...emptySchemaNote(catalog),
      ...nameNotes(sorted.names, catalog, request.config.assume.functions),
      ...notes,
      ...skipped,
    ],
  };
}

function readExports(
  { sum, database }: AnalysisRequest,
  exports: readonly ExportFile[],
  progress: ProgressListener,
): Promise<Workload> {
  return readWorkload(exports.map(openExport), {
    sum,
    ...(database === undefined ? {} : { database }),
    onProgress: ({ file, rows }) => progress({ stage: 'read', message: `${file}: ${rows} rows` }),
  });
}

/** Trees are let go one by one: who wants something of them has to look on. */
function* watched<T>(items: Iterable<T>, watch: (item: T) => void): Generator<T> {
  for (const item of items) {
    watch(item);
    yield item;
  }
}

function otherReader(reader: ReaderName): ReaderName {
  return reader === 'libpg-query' ? 'pgsql-ast-parser' : 'libpg-query';
}

// ── one statement under a plan ───────────────────────────────────────────────────────────────────────────────────────

export interface ExplainRequest {
  readonly plan: { readonly tables: Placements; readonly shards?: number };
  readonly schema: readonly string[];
  readonly config: Config;
  readonly reader: ReaderName;
  /** Shards of the map; the plan's, else 16. */
  readonly shards?: number;
}

export interface Explainer {
  readonly explain: (input: ExplainInput) => ExplainedStatement;
  /** The statements of a text that are separated by `;`. */
  readonly split: (sql: string) => readonly string[];
}

/** Makes ready to judge statements under a plan; a schema makes the verdicts sharper, a plan alone will do. */
export async function explainer(request: ExplainRequest): Promise<Explainer> {
  const { tables } = request.plan;
  const reader = await loadReader(request.reader);
  const schemaFiles = await loadSchemaFiles(request.schema);
  const catalog = schemaFiles.length > 0 ? await readSchema(schemaFiles) : planCatalog(tables);
  if (schemaFiles.length > 0) checkPlan(tables, catalog);
  const resolving = resolveSettings(reader, request.config, false);
  const map = initialMap(request.shards ?? request.plan.shards ?? defaultSettings.shards);
  const typeOfKey = keyTypes(catalog);
  const fixOf = rewriteFor(reader, catalog, tables, resolving);
  const judge = ({ id, sql, params }: ExplainInput): ExplainedStatement => {
    const read = reader.read(sql);
    const verdict: Verdict = read.ok
      ? classifyStatement(resolveStatement(read.statement, catalog, resolving), tables)
      : unreadVerdict(read.reason);
    const shards = nameShards(verdict, tables, typeOfKey, map, params);
    const fix = fixOf(sql, verdict);
    return {
      id,
      verdict,
      ...(fix === undefined ? {} : { fix }),
      ...(shards === undefined ? {} : { shards }),
    };
  };
  return { explain: judge, split: (sql) => splitStatements(sql).map(({ text }) => text) };
}
