/**
 * From a row of texts to what pg_stat_statements means by it, for every version of the extension: columns by name, never by
 * position. Takes a RawRow, gives a StatementRow; says in a UserError which value is no number, never the value itself.
 */
import { type FurtherCounter, UserError } from '../model/index.js';
import { type Exact, type ExactCounters, nanoseconds, plus, wholeNumber } from './counters.js';
import type { RawRow } from './input.js';
import { parseTime } from './times.js';

export interface StatementRow {
  readonly user: string;
  /** Name when the export has it, else the oid as text, else empty. */
  readonly database: string;
  readonly databaseOid: string;
  /** Empty when the export has none, or only a rounded one. */
  readonly queryId: string;
  readonly topLevel: boolean;
  /** As exported; empty when null. */
  readonly text: string;
  readonly counters: ExactCounters;
  readonly facts: RowFacts;
  readonly line: number;
}

/** What a row says about the snapshot it belongs to. Times in milliseconds since 1970. */
export interface RowFacts {
  readonly capturedAt?: number;
  /** Since when this row counts. */
  readonly statsSince?: number;
  /** When all counters were reset. */
  readonly statsReset?: number;
  readonly evictions?: number;
}

const has = (columns: readonly string[], names: readonly string[]): boolean =>
  names.every((name) => columns.includes(name));

export const isStatementsHeader = (columns: readonly string[]): boolean => has(columns, ['query', 'calls']);
export const isInfoHeader = (columns: readonly string[]): boolean =>
  has(columns, ['dealloc', 'stats_reset']) && !columns.includes('query');
export const isStatisticsHeader = (columns: readonly string[]): boolean =>
  has(columns, ['table', 'column', 'row_count']);

/** ps-discovery's column_stats.json and table_activity.json. */
export const isBundledStatistics = (columns: readonly string[]): boolean =>
  has(columns, ['table', 'column', 'null_frac', 'top_frequencies']) ||
  has(columns, ['table', 'rows_inserted', 'total_size_bytes']);

/** What an export can be asked beyond its texts and calls. */
export interface ExportColumns {
  readonly time: boolean;
  readonly rows: boolean;
  readonly databaseNames: boolean;
  /** Which of the further counters it has. */
  readonly further: Readonly<Record<FurtherCounter, boolean>>;
}

/** Deforming is part of generation. */
const jitColumns = [
  'jit_generation_time',
  'jit_inlining_time',
  'jit_optimization_time',
  'jit_emission_time',
] as const;

const timeColumns = ['total_exec_time', 'total_time'] as const;

export function exportColumns(columns: readonly string[]): ExportColumns {
  return {
    time: timeColumns.some((name) => columns.includes(name)),
    rows: columns.includes('rows'),
    databaseNames: columns.includes('datname'),
    further: {
      wal: columns.includes('wal_bytes'),
      blocks: has(columns, ['shared_blks_read', 'shared_blks_hit']),
      temp: has(columns, ['temp_blks_read', 'temp_blks_written']),
      planning: columns.includes('total_plan_time'),
      jit: columns.includes('jit_generation_time'),
    },
  };
}

/** Empty when none of the columns is there. */
function firstOf({ values }: RawRow, ...names: readonly string[]): string {
  for (const name of names) {
    const value = values[name];
    if (value !== undefined && value !== '') return value;
  }
  return '';
}

/** @throws UserError 'bad-number' with file and line. */
export function statementRow(row: RawRow, file: string): StatementRow {
  const databaseOid = firstOf(row, 'dbid');
  return {
    user: firstOf(row, 'userid', 'rolname', 'usename', 'username'),
    database: firstOf(row, 'datname') || databaseOid,
    databaseOid,
    queryId: queryIdOf(firstOf(row, 'queryid', 'query_id')),
    topLevel: !/^(?:f|false|0|no|off)$/i.test(firstOf(row, 'toplevel')),
    text: row.values.query ?? '',
    counters: countersOf(row, file),
    facts: rowFacts(row, file),
    line: row.line,
  };
}

/** Spreadsheets round it (3.58E+18) and anonymisers blank it out; then the text tells rows apart. */
function queryIdOf(value: string): string {
  return /^-?\d+$/.test(value) && value !== '0' ? value : '';
}

function countersOf(row: RawRow, file: string): ExactCounters {
  const calls = row.values.calls ?? '';
  const whole = (...names: readonly string[]): Exact => {
    const value = firstOf(row, ...names);
    return value === '' ? 0 : (wholeNumber(value) ?? refuse(row, file, names));
  };
  const milliseconds = (...names: readonly string[]): Exact => {
    const value = firstOf(row, ...names);
    return value === '' ? 0 : (nanoseconds(value) ?? refuse(row, file, names));
  };
  return {
    calls: wholeNumber(calls) ?? refuse(row, file, ['calls']),
    execNs: milliseconds(...timeColumns),
    rows: whole('rows'),
    walBytes: whole('wal_bytes'),
    blocksRead: whole('shared_blks_read'),
    blocksHit: whole('shared_blks_hit'),
    tempBlocks: plus(whole('temp_blks_read'), whole('temp_blks_written')),
    planNs: milliseconds('total_plan_time'),
    jitNs: jitColumns.map((column) => milliseconds(column)).reduce(plus),
  };
}

function refuse({ values, line }: RawRow, file: string, names: readonly string[]): never {
  const name = names.find((candidate) => candidate in values) ?? names[0] ?? '';
  throw new UserError(
    'bad-number',
    `${file}:${line}: ${name} is not a number of zero or more.`,
    'Mend or remove the row; exports are best taken with \\copy and not edited in a spreadsheet.',
    { file, line },
  );
}

/** @throws UserError 'bad-input' for a time that cannot be read. */
export function rowFacts(row: RawRow, file: string): RowFacts {
  const capturedAt = timeOf(row, file, 'captured_at');
  const statsSince = timeOf(row, file, 'stats_since');
  const statsReset = timeOf(row, file, 'stats_reset');
  const evictions = wholeNumber(firstOf(row, 'dealloc'));
  return {
    ...(capturedAt === undefined ? {} : { capturedAt }),
    ...(statsSince === undefined ? {} : { statsSince }),
    ...(statsReset === undefined ? {} : { statsReset }),
    ...(evictions === undefined ? {} : { evictions: Number(evictions) }),
  };
}

function timeOf(row: RawRow, file: string, column: string): number | undefined {
  const value = firstOf(row, column);
  if (value === '') return undefined;
  const time = parseTime(value);
  if (time !== undefined) return time;
  throw new UserError(
    'bad-input',
    `${file}:${row.line}: ${column} is not a time.`,
    'Write it as 2026-01-31 12:00:00+00.',
    { file, line: row.line },
  );
}
