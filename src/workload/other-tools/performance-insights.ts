/**
 * RDS Performance Insights: the answer of `aws pi describe-dimension-keys` as it is saved, grouped by `db.sql_tokenized`, with
 * `--additional-metrics` for calls, time and rows a second. Averages over the aligned window times its length are counts; the
 * service cuts texts after 500 bytes, which is seen like any other cut.
 */
import { UserError } from '../../model/index.js';
import type { RawRow } from '../input.js';
import { parseTime } from '../times.js';
import type { OtherTool } from './tool.js';

const texts = ['db.sql_tokenized.statement', 'db.sql.statement'] as const;

/** Averages a second, and the column that they become. */
const rates = {
  calls: ['db.sql_tokenized.stats.calls_per_sec.avg', 'db.sql.stats.calls_per_sec.avg'],
  total_exec_time: ['db.sql_tokenized.stats.total_time_per_sec.avg', 'db.sql.stats.total_time_per_sec.avg'],
  rows: ['db.sql_tokenized.stats.rows_per_sec.avg', 'db.sql.stats.rows_per_sec.avg'],
} as const;

export const performanceInsights: OtherTool = {
  isIts: (columns) => texts.some((name) => columns.includes(name)),
  adds: ['query', 'calls', 'total_exec_time', 'rows', 'captured_at', 'stats_since'],
  translated: (row, file) => ({
    query: firstOf(row, texts) ?? '',
    ...windowOf(row),
    calls: counted(row, rates.calls, file) ?? refuse(row, file, 'calls_per_sec.avg'),
    total_exec_time: counted(row, rates.total_exec_time, file) ?? '',
    rows: counted(row, rates.rows, file) ?? '',
  }),
};

function firstOf({ values }: RawRow, names: readonly string[]): string | undefined {
  return names.map((name) => values[name]).find((value) => value !== undefined && value !== '');
}

/** A rate times the window, as a whole number. */
function counted(row: RawRow, names: readonly string[], file: string): string | undefined {
  const rate = firstOf(row, names);
  if (rate === undefined) return undefined;
  const count = Math.round(Number(rate) * secondsOf(row, file));
  return Number.isFinite(count) && count >= 0 ? String(count) : refuse(row, file, names[0] ?? '');
}

function secondsOf(row: RawRow, file: string): number {
  const [start, end] = [row.values.alignedstarttime, row.values.alignedendtime].map(timeOf);
  if (start === undefined || end === undefined || end <= start) return refuse(row, file, 'AlignedStartTime');
  return (end - start) / 1000;
}

function windowOf({ values }: RawRow): Readonly<Record<string, string>> {
  const [start, end] = [values.alignedstarttime, values.alignedendtime].map(timeOf);
  if (start === undefined || end === undefined) return {};
  return { stats_since: new Date(start).toISOString(), captured_at: new Date(end).toISOString() };
}

/** The command line tool prints ISO times, its older version seconds since 1970. */
function timeOf(value: string | undefined): number | undefined {
  if (value === undefined || value === '') return undefined;
  const seconds = Number(value);
  return Number.isFinite(seconds) ? seconds * 1000 : parseTime(value);
}

function refuse({ line }: RawRow, file: string, what: string): never {
  throw new UserError(
    'bad-input',
    `${file}:${line}: a row of Performance Insights has no usable ${what}.`,
    'Ask with --metric db.load.avg --group-by \'{"Group":"db.sql_tokenized"}\' --additional-metrics db.sql_tokenized.stats.calls_per_sec.avg db.sql_tokenized.stats.total_time_per_sec.avg db.sql_tokenized.stats.rows_per_sec.avg, and save the whole answer.',
    { file, line },
  );
}
