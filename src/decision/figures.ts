/** Figures of the whole window: what the server did, a second. Each says what it was computed from, or why it is unknown. */

import type { Figure, FurtherCounter, Workload } from '../model/index.js';

const columnOf: Readonly<Record<FurtherCounter | 'time' | 'rows', string>> = {
  time: 'total_exec_time',
  rows: 'rows',
  wal: 'wal_bytes',
  blocks: 'shared_blks_read and shared_blks_hit',
  temp: 'temp_blks_read and temp_blks_written',
  planning: 'total_plan_time',
  jit: 'jit_*_time',
};

/** Seconds, or why nobody knows. */
type WindowLength = { readonly seconds: number } | { readonly why: string };

function windowLength({ window }: Pick<Workload, 'window'>): WindowLength {
  const { from, to, summed, snapshots } = window;
  if (summed === true && snapshots > 1) return { why: 'exports were added, whose windows may differ' };
  if (to === undefined) return { why: 'the export does not say when it was taken (captured_at)' };
  if (from === undefined) {
    return {
      why: 'the export does not say since when it counts (stats_since, stats_reset or a first snapshot)',
    };
  }
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  return seconds > 0 ? { seconds } : { why: 'the window has no length' };
}

export function lacks(workload: Workload, what: FurtherCounter | 'time' | 'rows'): boolean {
  return what === 'time' || what === 'rows'
    ? workload.lacks?.includes(what) === true
    : workload.totals.lacks.includes(what);
}

type Needs = FurtherCounter | 'time' | 'rows';

export function figuresOf(workload: Workload): readonly Figure[] {
  const { counters } = workload.totals;
  const length = windowLength(workload);
  const missing = (needs: readonly Needs[]): string | undefined => {
    const absent = needs.filter((what) => lacks(workload, what)).map((what) => columnOf[what]);
    return absent.length === 0 ? undefined : `an export has no ${absent.join(' and no ')}`;
  };
  const perSecond = (
    code: string,
    label: string,
    amount: number,
    needs: readonly Needs[],
    unit: Figure['unit'] = 'per-second',
    summed = needs.length === 0 ? 'calls' : needs.map((what) => columnOf[what]).join(', '),
  ): Figure => {
    const from = `Σ ${summed} / window`;
    const why = missing(needs) ?? ('why' in length ? length.why : undefined);
    if (why !== undefined || 'why' in length) return { code, label, unit, from, why: why ?? '' };
    return { code, label, unit, from, value: amount / length.seconds };
  };
  const ratio = (
    code: string,
    label: string,
    [part, whole]: readonly [number, number],
    needs: readonly Needs[],
    from: string,
    ofNothing: string,
  ): Figure => {
    const why = missing(needs) ?? (whole === 0 ? ofNothing : undefined);
    return why === undefined
      ? { code, label, unit: 'share', from, value: part / whole }
      : { code, label, unit: 'share', from, why };
  };
  return [
    'why' in length
      ? {
          code: 'window',
          label: 'window',
          unit: 'ms',
          from: 'first to last time of the exports',
          why: length.why,
        }
      : {
          code: 'window',
          label: 'window',
          unit: 'ms',
          from: 'first to last time of the exports',
          value: length.seconds * 1000,
        },
    perSecond('busy-backends', 'busy backends', counters.totalExecMs / 1000, ['time'], 'number'),
    perSecond('calls', 'calls', counters.calls, []),
    perSecond('rows', 'rows', counters.rows, ['rows']),
    perSecond('wal-bytes', 'WAL', counters.walBytes, ['wal'], 'bytes-per-second'),
    perSecond(
      'block-reads',
      'block reads',
      counters.blocksRead,
      ['blocks'],
      'per-second',
      'shared_blks_read',
    ),
    ratio(
      'hit-ratio',
      'hit ratio',
      [counters.blocksHit, counters.blocksHit + counters.blocksRead],
      ['blocks'],
      'shared_blks_hit / (hit + read); the kernel may have had what was read',
      'no block was touched',
    ),
    perSecond('temp-blocks', 'temporary blocks', counters.tempBlocks, ['temp']),
    ratio(
      'planning-share',
      'planning',
      counters.planMs === 0 ? [0, 0] : [counters.planMs, counters.planMs + counters.totalExecMs],
      ['planning', 'time'],
      'total_plan_time / (plan + exec)',
      'no planning time was counted: pg_stat_statements.track_planning may be off',
    ),
    ratio(
      'jit-share',
      'JIT',
      [counters.jitMs, counters.totalExecMs],
      ['jit', 'time'],
      'jit_*_time / total_exec_time',
      'no time was counted',
    ),
  ];
}
