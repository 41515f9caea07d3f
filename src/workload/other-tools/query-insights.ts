/**
 * Cloud SQL and AlloyDB Query Insights: the answer of Cloud Monitoring's `timeSeries.list` for the metric
 * `…/insights/perquery/latencies`, as it is saved. Each point is a distribution of latencies in microseconds: its count is
 * calls, count times mean is time.
 */
import { UserError } from '../../model/index.js';
import type { RawRow } from '../input.js';
import { parseTime } from '../times.js';
import type { OtherTool } from './tool.js';

interface Point {
  readonly interval?: { readonly startTime?: string; readonly endTime?: string };
  readonly value?: { readonly distributionValue?: { readonly count?: string; readonly mean?: string } };
}

interface Latencies {
  /** Since when it counts; a later start is a counter that began again. */
  readonly start: string;
  readonly endMs: number;
  readonly count: number;
  readonly totalMs: number;
}

export const queryInsights: OtherTool = {
  isIts: (columns) => columns.includes('querystring') && columns.includes('points'),
  adds: ['query', 'calls', 'total_exec_time', 'datname'],
  translated: (row, file) => {
    const { count, totalMs } = inWindow(latenciesOf(row, file), row.values.metrickind === 'CUMULATIVE');
    return {
      query: row.values.querystring ?? '',
      calls: String(count),
      total_exec_time: String(totalMs),
      datname: row.values.database ?? '',
    };
  },
};

function latenciesOf(row: RawRow, file: string): readonly Latencies[] {
  return pointsOf(row, file).map(({ interval, value }) => {
    const distribution = value?.distributionValue;
    const endMs = parseTime(interval?.endTime ?? '');
    const count = Number(distribution?.count ?? 0);
    const mean = Number(distribution?.mean ?? 0);
    if (distribution === undefined || endMs === undefined || !(count >= 0) || !(mean >= 0)) refuse(row, file);
    return { start: interval?.startTime ?? '', endMs, count, totalMs: (count * mean) / 1000 };
  });
}

function pointsOf(row: RawRow, file: string): readonly Point[] {
  const points: unknown = JSON.parse(row.values.points || '[]');
  return Array.isArray(points) ? (points as readonly Point[]) : refuse(row, file);
}

/** Deltas add up. What accumulates is subtracted for each start: its first point in the file is the baseline of the earliest start. */
function inWindow(points: readonly Latencies[], cumulative: boolean): Pick<Latencies, 'count' | 'totalMs'> {
  if (!cumulative) return sumOf(points);
  const starts = [...new Set(points.map(({ start }) => start))].sort();
  return sumOf(
    starts.flatMap((start, i) => {
      const ordered = points.filter((point) => point.start === start).sort((a, b) => a.endMs - b.endMs);
      const [first, last] = [ordered[0], ordered.at(-1)];
      if (first === undefined || last === undefined) return [];
      if (i > 0 || first === last) return [last];
      return [
        { ...last, count: last.count - first.count, totalMs: Math.max(0, last.totalMs - first.totalMs) },
      ];
    }),
  );
}

function sumOf(points: readonly Latencies[]): Pick<Latencies, 'count' | 'totalMs'> {
  return points.reduce(
    (sum, { count, totalMs }) => ({ count: sum.count + count, totalMs: sum.totalMs + totalMs }),
    { count: 0, totalMs: 0 },
  );
}

function refuse({ line }: RawRow, file: string): never {
  throw new UserError(
    'bad-input',
    `${file}:${line}: a time series of Query Insights has a point that is no distribution of latencies.`,
    'List the metric cloudsql.googleapis.com/database/postgresql/insights/perquery/latencies, and save the whole answer.',
    { file, line },
  );
}
