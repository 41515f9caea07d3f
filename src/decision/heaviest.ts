/** The heaviest statements by time and by WAL, and the tables that are written most. */

import {
  byCodeUnit,
  type HeavyStatement,
  type Query,
  type StatementReport,
  type TableName,
  type Workload,
  type WrittenTable,
} from '../model/index.js';
import { lacks } from './figures.js';

/** A statement with its facts; a statement that could not be read has none. */
export interface Ran {
  readonly report: StatementReport;
  readonly query?: Query;
}

/** It changes or locks rows, or nobody could read whether it does. */
export function writesRows({ query }: Ran): boolean {
  if (query === undefined) return true;
  return query.writes.length > 0 || query.instances.some(({ access }) => access !== 'read');
}

const HEAVIEST = 5;

export function heaviestBy(
  ran: readonly Ran[],
  of: (one: Ran) => number,
  whole: number,
  workload: Workload,
): readonly HeavyStatement[] {
  return ran
    .filter((one) => of(one) > 0)
    .sort((a, b) => of(b) - of(a) || byCodeUnit(a.report.id, b.report.id))
    .slice(0, HEAVIEST)
    .map((one) => heavy(one, whole === 0 ? 0 : of(one) / whole, workload));
}

function heavy(one: Ran, share: number, workload: Workload): HeavyStatement {
  const { id, text, counters } = one.report;
  const perCall = (amount: number): number => amount / Math.max(1, counters.calls);
  return {
    id,
    text,
    share: Math.min(1, share),
    calls: counters.calls,
    meanMs: perCall(counters.totalExecMs),
    writes: writesRows(one),
    ...(lacks(workload, 'blocks')
      ? {}
      : {
          blockReadsPerCall: perCall(counters.blocksRead),
          blocksPerCall: perCall(counters.blocksRead + counters.blocksHit),
        }),
    ...(lacks(workload, 'wal') ? {} : { walBytesPerCall: perCall(counters.walBytes) }),
  };
}

/** Heaviest first: by WAL where it is known, else by rows, then calls. */
export function writtenTables(ran: readonly Ran[], workload: Workload): readonly WrittenTable[] {
  const tables = new Map<TableName, { calls: number; rows: number; walBytes: number }>();
  for (const { report, query } of [...ran].sort((a, b) => byCodeUnit(a.report.id, b.report.id))) {
    const written = new Set((query?.writes ?? []).map(({ table }) => table));
    for (const table of written) {
      const tally = tables.get(table) ?? { calls: 0, rows: 0, walBytes: 0 };
      tally.calls += report.counters.calls / written.size;
      tally.rows += report.counters.rows / written.size;
      tally.walBytes += report.counters.walBytes / written.size;
      tables.set(table, tally);
    }
  }
  const knowsWal = !lacks(workload, 'wal');
  return [...tables]
    .map(
      ([table, { calls, rows, walBytes }]): WrittenTable => ({
        table,
        calls,
        rows,
        ...(knowsWal ? { walBytes } : {}),
      }),
    )
    .sort(
      (a, b) =>
        (b.walBytes ?? 0) - (a.walBytes ?? 0) ||
        b.rows - a.rows ||
        b.calls - a.calls ||
        byCodeUnit(a.table, b.table),
    );
}
