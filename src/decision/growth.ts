/** From snapshot to snapshot: the peak beside the mean, and a trend where there are enough of them. */

import type { AllCounters, Growth, Workload } from '../model/index.js';
import { lacks } from './figures.js';

/** Two points always lie on a line. */
const FEWEST_FOR_TREND = 3;

const DAY_SECONDS = 86_400;

interface Interval {
  readonly counters: AllCounters;
  readonly seconds: number;
  /** Middle of the interval, in days. */
  readonly middle: number;
  readonly to: string;
}

const counted: readonly (readonly [
  Growth['counter'],
  (of: AllCounters) => number,
  'rows' | 'wal' | 'time' | 'none',
])[] = [
  ['calls', ({ calls }) => calls, 'none'],
  ['busy-backends', ({ totalExecMs }) => totalExecMs / 1000, 'time'],
  ['rows', ({ rows }) => rows, 'rows'],
  ['wal-bytes', ({ walBytes }) => walBytes, 'wal'],
];

export function growthOf(workload: Workload): { readonly growth: readonly Growth[]; readonly why?: string } {
  const intervals = timedIntervals(workload);
  if (intervals.length < 2) {
    const why =
      workload.window.summed === true
        ? 'exports were added, not subtracted'
        : `it takes two intervals between snapshots with known times, and there ${intervals.length === 1 ? 'is one' : 'are none'}`;
    return { growth: [], why };
  }
  return {
    growth: counted.flatMap(([counter, of, needs]) =>
      needs !== 'none' && lacks(workload, needs) ? [] : [growth(counter, of, intervals)],
    ),
  };
}

function timedIntervals({ totals }: Workload): readonly Interval[] {
  return totals.intervals.flatMap(({ from, to, counters }) => {
    if (from === undefined || to === undefined) return [];
    const [start, end] = [Date.parse(from) / 1000, Date.parse(to) / 1000];
    return end > start
      ? [{ counters, seconds: end - start, middle: (start + end) / 2 / DAY_SECONDS, to }]
      : [];
  });
}

function growth(
  counter: Growth['counter'],
  of: (counters: AllCounters) => number,
  intervals: readonly Interval[],
): Growth {
  const rates = intervals.map((one) => ({ ...one, rate: of(one.counters) / one.seconds }));
  const seconds = intervals.reduce((sum, one) => sum + one.seconds, 0);
  const mean = intervals.reduce((sum, one) => sum + of(one.counters), 0) / seconds;
  const [first, ...others] = rates;
  if (first === undefined) throw new Error('growth needs intervals');
  const peak = others.reduce((most, one) => (one.rate > most.rate ? one : most), first);
  const slope = slopeOf(rates.map(({ middle, rate }) => [middle, rate]));
  return {
    counter,
    mean,
    peak: peak.rate,
    peakOverMean: mean === 0 ? 1 : peak.rate / mean,
    peakAt: peak.to,
    intervals: intervals.length,
    ...(intervals.length < FEWEST_FOR_TREND || mean === 0 ? {} : { trendPerDay: slope / mean }),
  };
}

function slopeOf(points: readonly (readonly [number, number])[]): number {
  const meanOf = (at: 0 | 1): number => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [meanX, meanY] = [meanOf(0), meanOf(1)];
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return spread === 0 ? 0 : points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
}
