/**
 * What is cheaper than sharding, in the order to exhaust it, each with the most that it could buy by the numbers of the export.
 * Upper bounds, not promises: an export shows what was done, not why.
 */

import {
  byCodeUnit,
  bytes,
  type Catalog,
  type CoAccessGraph,
  type HeavyStatement,
  type Lever,
  percent,
  type TableName,
  type TableReport,
  type Workload,
} from '../model/index.js';
import { lacks } from './figures.js';
import { type Ran, writesRows } from './heaviest.js';

/** Blocks a call from which a statement may want an index or another plan: 8 MB looked at. */
const MANY_BLOCKS_PER_CALL = 1000;
/** Shorter calls than this are as much connection and round trip as work. */
const SHORT_CALL_MS = 1;
/** Bytes from which vacuum and index maintenance of one table are felt. */
const BIG_TABLE_BYTES = 100 * 1024 ** 3;
/** A table is cold when its share of calls is below this part of its share of bytes. */
const COLD_FRACTION = 0.1;

export interface LeverInput {
  readonly workload: Workload;
  readonly ran: readonly Ran[];
  readonly byTime: readonly HeavyStatement[];
  readonly tables: readonly TableReport[];
  readonly graph: CoAccessGraph;
  readonly catalog: Catalog;
}

export function leversOf(input: LeverInput): readonly Lever[] {
  return [
    indexes(input),
    pooling(input),
    caching(input),
    replicas(input),
    partitioning(input),
    archiving(input),
    service(input),
  ];
}

const nothing = { statements: [], tables: [] };
const noTimes = 'The export has no times (total_exec_time), so what this buys is unknown.';

function indexes({ workload, byTime }: LeverInput): Lever {
  const lever = { code: 'indexes-and-plans', of: 'time', ...nothing } as const;
  if (lacks(workload, 'time')) return { ...lever, says: [noTimes] };
  const share = sumOf(byTime, (one) => one.share);
  const top = `The ${byTime.length} heaviest statements take ${percent(share)} of the execution time.`;
  if (lacks(workload, 'blocks')) {
    return {
      ...lever,
      says: [top, 'Which of them lack an index is unknown: there are no shared_blks columns.'],
    };
  }
  const wanting = byTime.filter(({ blocksPerCall }) => (blocksPerCall ?? 0) >= MANY_BLOCKS_PER_CALL);
  const most = sumOf(wanting, (one) => one.share);
  const found =
    wanting.length === 0
      ? `None of them touches ${MANY_BLOCKS_PER_CALL} blocks a call: no sign of a missing index.`
      : `${wanting.length} of them touch ${MANY_BLOCKS_PER_CALL} blocks a call or more and may want an index: at most ${percent(most)} of the time.`;
  return { ...lever, says: [top, found], most, statements: wanting.map(({ id }) => id) };
}

function pooling({ workload, ran }: LeverInput): Lever {
  const lever = { code: 'pooling', of: 'calls', ...nothing } as const;
  if (lacks(workload, 'time')) return { ...lever, says: [noTimes] };
  const { counters } = workload.totals;
  const short = ran.filter(
    ({ report }) => report.counters.totalExecMs < SHORT_CALL_MS * report.counters.calls,
  );
  const share = shareOf(
    sumOf(short, ({ report }) => report.counters.calls),
    counters.calls,
  );
  return {
    ...lever,
    most: share,
    says: [
      `${percent(share)} of the calls are statements that take less than ${SHORT_CALL_MS} ms on average, where connections and round trips weigh most; a pool takes those off, no execution time. How many connections there are, the export does not say.`,
    ],
  };
}

function caching({ workload, ran }: LeverInput): Lever {
  const lever = { code: 'caching', of: 'calls', ...nothing } as const;
  const copies = ran.filter(({ report }) => report.verdict.verdict === 'global-read');
  const { counters } = workload.totals;
  const calls = shareOf(
    sumOf(copies, ({ report }) => report.counters.calls),
    counters.calls,
  );
  const time = timeShare(workload, copies);
  return {
    ...lever,
    most: calls,
    says: [
      `${percent(calls)} of the calls${time === undefined ? '' : ` and ${percent(time)} of the time`} only read tables that the plan copies everywhere, small and seldom written: a cache of the application could answer them.`,
    ],
    tables: tablesOf(copies),
  };
}

function replicas({ workload, ran }: LeverInput): Lever {
  const lever = { code: 'read-replicas', of: 'time', ...nothing } as const;
  const reading = ran.filter((one) => !writesRows(one));
  const calls = shareOf(
    sumOf(reading, ({ report }) => report.counters.calls),
    workload.totals.counters.calls,
  );
  const time = timeShare(workload, reading);
  const often = `${percent(calls)} of the calls${time === undefined ? '' : ` and ${percent(time)} of the time`} only read.`;
  return {
    ...lever,
    ...(time === undefined ? {} : { most: time }),
    says: [
      `${often} Those that may be a little behind could go to replicas; writes and their WAL stay, and every replica applies them.`,
    ],
  };
}

function partitioning({ tables, catalog }: LeverInput): Lever {
  const lever = { code: 'partitioning', of: 'bytes', ...nothing } as const;
  const sized = withBytes(tables);
  if (sized.length === 0) return { ...lever, says: [noSizes] };
  const big = sized.filter(
    ({ name, totalBytes }) =>
      totalBytes >= BIG_TABLE_BYTES && catalog.tables.get(name)?.partitionKey === undefined,
  );
  const most = shareOf(
    sumOf(big, ({ totalBytes }) => totalBytes),
    sumOf(sized, ({ totalBytes }) => totalBytes),
  );
  return {
    ...lever,
    most,
    tables: big.map(({ name }) => name),
    says: [
      big.length === 0
        ? `No table of ${bytes(BIG_TABLE_BYTES)} or more is unpartitioned.`
        : `${counted(big.length, 'table')} of ${bytes(BIG_TABLE_BYTES)} or more ${big.length === 1 ? 'is' : 'are'} not partitioned and ${big.length === 1 ? 'holds' : 'hold'} ${percent(most)} of the bytes: smaller indexes, quicker vacuum and cheap removal, no less load.`,
    ],
  };
}

function archiving({ tables }: LeverInput): Lever {
  const lever = { code: 'archiving', of: 'bytes', ...nothing } as const;
  const sized = withBytes(tables);
  if (sized.length === 0) return { ...lever, says: [noSizes] };
  const whole = sumOf(sized, ({ totalBytes }) => totalBytes);
  const cold = sized.filter(({ totalBytes, callShare }) => callShare < (COLD_FRACTION * totalBytes) / whole);
  const most = shareOf(
    sumOf(cold, ({ totalBytes }) => totalBytes),
    whole,
  );
  return {
    ...lever,
    most,
    tables: cold.map(({ name }) => name),
    says: [
      cold.length === 0
        ? `No table has less than a tenth of the calls that its bytes would let expect. Old rows of busy tables are not seen by an export.`
        : `${counted(cold.length, 'table')} with ${percent(most)} of the bytes ${cold.length === 1 ? 'has' : 'have'} less than a tenth of the calls that ${cold.length === 1 ? 'its' : 'their'} bytes would let expect: at most so much could be archived. Old rows of busy tables are not seen by an export.`,
    ],
  };
}

function service({ workload, ran, graph, catalog }: LeverInput): Lever {
  const lever = { code: 'split-off-a-service', of: 'time', ...nothing } as const;
  const apart = componentsOf(graph).slice(1);
  if (apart.length === 0) {
    return {
      ...lever,
      most: 0,
      says: [
        'All tables hang together by statements that touch several of them: no part comes off without an edge.',
      ],
    };
  }
  const inside = new Set(apart.flat());
  const own = ran.filter(
    ({ report }) =>
      report.verdict.tables.length > 0 && report.verdict.tables.every((name) => inside.has(name)),
  );
  const calls = shareOf(
    sumOf(own, ({ report }) => report.counters.calls),
    workload.totals.counters.calls,
  );
  const time = timeShare(workload, own);
  return {
    ...lever,
    ...(time === undefined ? {} : { most: time }),
    tables: [...inside].sort(byCodeUnit),
    says: [
      `${counted(apart.length, 'group')} of tables share no statement with the rest (${counted(inside.size, 'table')}): ${percent(calls)} of the calls${time === undefined ? '' : ` and ${percent(time)} of the time`} could live in a database of their own. ${tiesText(foreignKeysAcross(catalog, inside))}`,
    ],
  };
}

function tiesText(foreignKeys: number): string {
  if (foreignKeys === 0) return 'No foreign key that is known ties them to the rest; transactions may.';
  return `${counted(foreignKeys, 'foreign key')} ${foreignKeys === 1 ? 'ties' : 'tie'} them to the rest, and transactions may.`;
}

function foreignKeysAcross(catalog: Catalog, inside: ReadonlySet<TableName>): number {
  return sumOf(
    [...catalog.tables.values()],
    ({ name, foreignKeys }) =>
      foreignKeys.filter(({ target }) => inside.has(name) !== inside.has(target)).length,
  );
}

/** Tables that statements, or transactions of a log, tie together; the busiest component first. */
export function componentsOf({ nodes, edges }: CoAccessGraph): readonly (readonly TableName[])[] {
  const root = new Map(nodes.map(({ table }) => [table, table]));
  const rootOf = (table: TableName): TableName => {
    const above = root.get(table) ?? table;
    return above === table ? table : rootOf(above);
  };
  for (const { source, target, calls, transactions } of edges) {
    if (calls > 0 || (transactions ?? 0) > 0) root.set(rootOf(source), rootOf(target));
  }
  const groups = new Map<TableName, { readonly tables: TableName[]; calls: number }>();
  for (const { table, reads, writes } of nodes) {
    const group = groups.get(rootOf(table)) ?? { tables: [], calls: 0 };
    group.tables.push(table);
    group.calls += reads + writes;
    groups.set(rootOf(table), group);
  }
  return [...groups.values()]
    .sort((a, b) => b.calls - a.calls || byCodeUnit(a.tables.join(), b.tables.join()))
    .map(({ tables }) => tables);
}

// ── small sums ───────────────────────────────────────────────────────────────────────────────────────────────────────

const noSizes = 'No sizes of tables are known (give --stats), so what this buys is unknown.';

function withBytes(tables: readonly TableReport[]) {
  return tables
    .flatMap((table) => (table.totalBytes === undefined ? [] : [{ ...table, totalBytes: table.totalBytes }]))
    .sort((a, b) => b.totalBytes - a.totalBytes || byCodeUnit(a.name, b.name));
}

function timeShare(workload: Workload, ran: readonly Ran[]): number | undefined {
  if (lacks(workload, 'time')) return undefined;
  return shareOf(
    sumOf(ran, ({ report }) => report.counters.totalExecMs),
    workload.totals.counters.totalExecMs,
  );
}

function tablesOf(ran: readonly Ran[]): readonly TableName[] {
  return [...new Set(ran.flatMap(({ report }) => report.verdict.tables))].sort(byCodeUnit);
}

function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}

function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.min(1, part / whole);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
