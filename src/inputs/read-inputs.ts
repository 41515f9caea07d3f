/** Everything that comes in, read and resolved: what plans are made from, and what a report says of it. */

import {
  costsOf,
  crossCheck,
  emptySchemaNote,
  type Groundwork,
  judgeUnread,
  loadSchemaFiles,
  nameNotes,
  nothingToAnalyse,
  type ReadStatement,
  readStatements,
  refuseUnknownWeight,
  resolveSettings,
  skippedNote,
  sortStatements,
  treesOf,
  withQueries,
} from '../analysis/index.js';
import { inferCatalog, loadTextFiles, readSchema, readStatistics } from '../catalog/index.js';
import type {
  Catalog,
  CrossCheckReport,
  ProgressListener,
  Workload,
  WorkloadStatement,
} from '../model/index.js';
import { loadReader, type ReaderName } from '../syntax/index.js';
import { discoverInputs, type ExportFile, noExport, openExport, readWorkload } from '../workload/index.js';
import type { AnalysisRequest } from './request.js';

export interface BesideExports {
  /** Statements of .sql files. */
  readonly queries?: readonly WorkloadStatement[];
  /** Otherwise inputs without a statement on a table are an error. */
  readonly mayTouchNothing?: boolean;
  /** Otherwise exports without a row, or without a call, are an error. */
  readonly mayBeEmpty?: boolean;
  /** Shown each statement as it was read. */
  readonly watch?: (read: ReadStatement, catalog: Catalog) => void;
}

export type ReadInputs = Awaited<ReturnType<typeof readInputs>>;

/** The same, where inputs without a statement on a table are an error. @throws UserError nothing-to-analyse */
export async function readAll(...asked: Parameters<typeof readInputs>) {
  const read = await readInputs(...asked);
  const [, , beside] = asked;
  if (read.sorted.application.length === 0 && beside?.mayTouchNothing !== true) throw nothingToAnalyse();
  return read;
}

/** @throws UserError for inputs that cannot be read */
export async function readInputs(
  request: AnalysisRequest,
  progress: ProgressListener,
  { queries = [], mayTouchNothing = false, mayBeEmpty = false, watch = () => {} }: BesideExports = {},
) {
  progress({ stage: 'read', message: 'reading exports' });
  const found = await discoverInputs(request.exports);
  const skipped = found.skipped.map(skippedNote);
  for (const note of skipped) progress({ stage: 'read', message: 'reading exports', note });
  const hasExports = found.exports.length > 0;
  if (!hasExports && !mayTouchNothing) throw noExport(request.exports, found.skipped);
  const counted = hasExports ? await readExports(request, found.exports, mayBeEmpty, progress) : undefined;
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
    // By a reader of its own: what that remembers of statements goes with it.
    watched(readStatements(workload.statements, await loadReader(request.reader)), (read) =>
      watch(read, catalog),
    ),
    catalog,
    resolving,
  );
  const unread = [...sorted.truncated, ...sorted.unparsed].map((one) =>
    judgeUnread(one, catalog, request.weight),
  );

  const compared = request.crossCheck
    ? crossCheck(
        workload.statements,
        [reader, await loadReader(otherReader(request.reader))],
        catalog,
        resolving,
      )
    : undefined;
  if (compared !== undefined) tellDisagreements(compared, progress);

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
    schemaFiles,
    catalog,
    reader,
    resolving,
    sorted,
    unread,
    ground,
    ...(compared === undefined ? {} : { crossCheck: compared }),
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
  mayBeEmpty: boolean,
  progress: ProgressListener,
): Promise<Workload> {
  return readWorkload(exports.map(openExport), {
    sum,
    mayBeEmpty,
    ...(database === undefined ? {} : { database }),
    onProgress: ({ file, rows }) => progress({ stage: 'read', message: `${file}: ${rows} rows` }),
  });
}

function otherReader(reader: ReaderName): ReaderName {
  return reader === 'libpg-query' ? 'pgsql-ast-parser' : 'libpg-query';
}

/** Beside every result, for those that have no place for it. */
function tellDisagreements(
  { compared, onlyFirst, onlySecond, disagreements }: CrossCheckReport,
  progress: ProgressListener,
): void {
  const message = 'comparing the readers';
  const said = `${compared} statements read by both readers, ${onlyFirst} by the first only, ${onlySecond} by the second only, ${disagreements.length} read differently`;
  progress({ stage: 'parse', message, note: { code: 'cross-check', message: said } });
  for (const { source, differences } of disagreements.slice(0, mostTold)) {
    const where = `${source.file}:${source.line}: the readers differ: ${differences.join('; ')}`;
    progress({ stage: 'parse', message, note: { code: 'cross-check', message: where } });
  }
}

/** The analysis as JSON has all of them. */
const mostTold = 10;

/** Trees are let go one by one: who wants something of them has to look on. */
function* watched<T>(items: Iterable<T>, watch: (item: T) => void): Generator<T> {
  for (const item of items) {
    watch(item);
    yield item;
  }
}
