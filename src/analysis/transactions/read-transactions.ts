/**
 * A server's log under a plan → what its transactions needed. Values of keys and parameters are compared and hashed here
 * and in the files beside; none goes into the report.
 */

import {
  byCodeUnit,
  type LogCoverage,
  type LoggedStatementReport,
  type ShardMap,
  type SourceRef,
  type TransactionPair,
  type TransactionReport,
} from '../../model/index.js';
import { eventOf, type LogItem } from '../../workload/index.js';
import { keyTypes } from '../key-types.js';
import { type Execution, type LoggedStatementsInput, loggedStatements } from './logged-statements.js';
import { noOutcomes, sharesOf } from './outcomes.js';
import { trackPairEvidence, trackTablePairs } from './pairs.js';
import { pairOutcomes, type Reach, reachOf } from './reach.js';
import { outcomeOf, type Running } from './running.js';
import { type Ending, trackSessions } from './sessions.js';
import { trackShapes } from './shapes.js';
import { trackSkew } from './skew.js';

export interface TransactionsInput extends LoggedStatementsInput {
  readonly files: readonly string[];
  readonly items: AsyncIterable<LogItem>;
  readonly map: ShardMap;
  /** Only this database's records; a name or an oid. */
  readonly database?: string;
}

const mostPlaces = 20;
/** Statements that the export does not have; bounds the memory when a log has ever new ones. */
const mostLogOnly = 20_000;

export async function readTransactions(
  input: TransactionsInput,
): Promise<{ readonly report: TransactionReport; readonly pairs: readonly TransactionPair[] }> {
  const settings = { ...input, typeOfKey: keyTypes(input.catalog) };
  const outcomes = noOutcomes();
  const several = noOutcomes();
  const skew = trackSkew(input.map.shards);
  const shapes = trackShapes();
  const tables = trackTablePairs();
  const evidence = trackPairEvidence();
  const seen = trackExecutions();
  const endings: Record<Ending, number> = { committed: 0, rolledBack: 0, failed: 0, incomplete: 0 };
  const records = { all: 0, other: 0, unreadable: 0, duplicates: 0, otherDatabase: 0 };
  const unreadableAt: SourceRef[] = [];
  let failedExecutions = 0;
  let from: string | undefined;
  let to: string | undefined;

  const judge = (execution: Execution): Reach => {
    const reach = reachOf(execution, settings);
    seen.take(execution, reach);
    for (const pair of pairOutcomes(execution, settings)) evidence.take(execution.statement.id, pair);
    if (reach.kind === 'keys' && reach.keys.length === 1) for (const key of reach.keys) skew.take(key);
    return reach;
  };
  const onEnd = (running: Running, ending: Ending): void => {
    // SET, SHOW and the like alone are no transaction that anybody asks about.
    if (running.touching === 0) return;
    endings[ending] += 1;
    if (ending === 'failed' || ending === 'incomplete') return;
    const outcome = outcomeOf(running);
    outcomes[outcome] += 1;
    if (running.touching > 1) several[outcome] += 1;
    shapes.take(running);
    tables.take(running.tables);
  };
  const sessions = trackSessions({
    read: loggedStatements(input),
    judge,
    onEnd,
    onFailedExecution: () => {
      failedExecutions += 1;
    },
  });

  for await (const item of input.items) {
    if (item.kind === 'unreadable') {
      records.unreadable += 1;
      if (unreadableAt.length < mostPlaces) unreadableAt.push(item.source);
      continue;
    }
    const { record } = item;
    records.all += 1;
    if (!sessions.isNew(record)) {
      records.duplicates += 1;
      continue;
    }
    if (from === undefined || record.time < from) from = record.time;
    if (to === undefined || record.time > to) to = record.time;
    if (isOfOther(record.database, input.database)) {
      records.otherDatabase += 1;
      continue;
    }
    const event = eventOf(record);
    if (event.kind !== 'execution' && event.kind !== 'error') records.other += 1;
    sessions.take(record, event);
  }
  sessions.end();

  const log: LogCoverage = {
    files: input.files,
    records: records.all,
    otherRecords: records.other,
    unreadable: records.unreadable,
    unreadableAt,
    duplicates: records.duplicates,
    otherDatabase: records.otherDatabase,
    failedExecutions,
    ...seen.counts(),
    ...exportShare(input, seen.ids()),
    sessions: sessions.count(),
    ...endings,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
  const report: TransactionReport = {
    log,
    outcomes,
    all: sharesOf(outcomes),
    severalStatements: sharesOf(several),
    pairs: evidence.report(),
    skew: skew.report(),
    crossing: shapes.crossing(),
    shapesNotFollowed: shapes.notFollowed(),
    logOnly: seen.logOnly(),
  };
  return { report, pairs: tables.all() };
}

/** A log has names alone: a database that was chosen by its oid cannot be told from others. */
function isOfOther(database: string, chosen: string | undefined): boolean {
  return chosen !== undefined && !/^\d+$/.test(chosen) && database !== '' && database !== chosen;
}

/** Of the calls of statements that have a verdict, those of statements that the log has too. */
function exportShare(
  { statements, applicationIds }: TransactionsInput,
  ids: ReadonlySet<string>,
): { readonly exportShareSeen?: number } {
  let all = 0;
  let seen = 0;
  for (const { id, counters } of statements) {
    if (!applicationIds.has(id)) continue;
    all += counters.calls;
    if (ids.has(id)) seen += counters.calls;
  }
  return all === 0 ? {} : { exportShareSeen: seen / all };
}

// ── executions, by statement ─────────────────────────────────────────────────────────────────────────────────────────

function trackExecutions() {
  const logOnly = new Map<
    string,
    { id: string; text: string; verdict: LoggedStatementReport['verdict']; executions: number }
  >();
  const ids = new Set<string>();
  const counts = { executions: 0, withoutValues: 0, notJudged: 0, inExport: 0 };
  return {
    take: ({ statement }: Execution, reach: Reach): void => {
      const { id, text, verdict, inExport } = statement;
      if (verdict === undefined) return;
      counts.executions += 1;
      if (reach.kind === 'unnamedKey') counts.withoutValues += 1;
      if (reach.kind === 'unknown')
        counts[verdict.verdict === 'unknown' ? 'notJudged' : 'withoutValues'] += 1;
      if (inExport) {
        counts.inExport += 1;
        ids.add(id);
        return;
      }
      if (logOnly.size >= mostLogOnly && !logOnly.has(id)) return;
      const known = logOnly.get(id) ?? { id, text, verdict: verdict.verdict, executions: 0 };
      known.executions += 1;
      logOnly.set(id, known);
    },
    ids: (): ReadonlySet<string> => ids,
    counts: () => counts,
    logOnly: (): readonly LoggedStatementReport[] =>
      [...logOnly.values()].sort((a, b) => b.executions - a.executions || byCodeUnit(a.id, b.id)),
  };
}
