/**
 * One export file to its snapshots: rows keyed by what the server tells entries apart by, (userid, dbid, queryid, toplevel).
 *
 * A file is one snapshot, or several when its rows carry several captured_at. Rows are folded into the map as they stream;
 * a row of the same key in the same snapshot (an export without userid, say) is added up.
 */
import type { SetAsideReason } from '../model/index.js';
import {
  type ExportColumns,
  exportColumns,
  isInfoHeader,
  isStatementsHeader,
  type RowFacts,
  rowFacts,
  type StatementRow,
  statementRow,
} from './columns.js';
import { sum } from './counters.js';
import type { ExportFormat, RawRow, ReadProgress, WorkloadInput } from './input.js';
import { missingColumns } from './refusals.js';
import {
  type GrowingRows,
  growingRows,
  rowKey,
  type SnapshotRow,
  type SnapshotRows,
} from './snapshot-rows.js';
import { openTable } from './table.js';
import { digest, type StatementText, type TextTable } from './texts.js';

export interface Snapshot {
  readonly file: string;
  readonly capturedAt?: number;
  /** When all counters were reset, by the manifest or by a column. */
  readonly statsReset?: number;
  readonly evictions?: number;
  readonly rows: SnapshotRows;
}

/** A row of pg_stat_statements_info, or what a manifest or a snapshot's columns say of it. */
export interface EvictionCount {
  readonly file: string;
  readonly capturedAt?: number;
  readonly statsReset?: number;
  readonly evictions: number;
}

export interface ExportFileContent {
  readonly format: ExportFormat;
  /** In no order yet. Empty when the file has no row of statements. */
  readonly snapshots: readonly Snapshot[];
  readonly evictions: readonly EvictionCount[];
  /** Undefined when the file has no statements: it is a copy of pg_stat_statements_info. */
  readonly columns?: ExportColumns;
}

export interface ReadContext {
  readonly texts: TextTable;
  readonly database?: string;
  /** Names of the databases of all rows read. */
  readonly databases: Map<string, string>;
  readonly onProgress?: (progress: ReadProgress) => void;
}

/** What grows while a file is read. */
interface OpenSnapshot {
  readonly capturedAt: number | undefined;
  statsReset: number | undefined;
  evictions: number | undefined;
  readonly rows: GrowingRows;
}

const rowsBetweenProgress = 5000;

/** @throws UserError for a file that cannot be read as an export. */
export async function readExportFile(input: WorkloadInput, context: ReadContext): Promise<ExportFileContent> {
  let isExport = true;
  let columns = exportColumns([]);
  const onColumns = (found: readonly string[]): void => {
    isExport = isStatementsHeader(found);
    if (!isExport && !isInfoHeader(found)) throw missingColumns(input.name, found);
    columns = exportColumns(found);
  };
  const table = await openTable(input.bytes, { file: input.name, onColumns });
  const open = new Map<number | undefined, OpenSnapshot>();
  const evictions: EvictionCount[] = [];
  let rows = 0;
  for await (const batch of table.rows) {
    for (const row of batch) {
      if (isExport) addRow(open, row, input.name, context);
      else evictions.push(...evictionCount(input.name, rowFacts(row, input.name)));
      rows += 1;
      if (rows % rowsBetweenProgress === 0) context.onProgress?.({ file: input.name, rows });
    }
  }
  context.onProgress?.({ file: input.name, rows });
  const snapshots = asOneWhenTimesDiffer([...open.values()]).map((snapshot) => closed(snapshot, input));
  return { format: table.format, snapshots, evictions, ...(isExport ? { columns } : {}) };
}

function evictionCount(file: string, facts: RowFacts): EvictionCount[] {
  const { evictions, capturedAt, statsReset } = facts;
  if (evictions === undefined) return [];
  return [{ file, evictions, ...defined({ capturedAt, statsReset }) }];
}

function addRow(
  open: Map<number | undefined, OpenSnapshot>,
  raw: RawRow,
  file: string,
  context: ReadContext,
): void {
  const row = statementRow(raw, file);
  const { facts, counters } = row;
  const database = keptName(row.database, context.databases);
  const snapshot = snapshotOf(open, facts);
  const content = contentOf(row, context);
  const key = rowKey({ ...row, database: row.databaseOid || database }, () => textKey(row, content));
  const known = snapshot.rows.get(key);
  const fresh: SnapshotRow = {
    content,
    database,
    counters: () => counters,
    source: { file, line: row.line },
    rows: 1,
    ...defined({ statsSince: facts.statsSince }),
  };
  snapshot.rows.set(key, known === undefined ? fresh : added(known, fresh));
}

function snapshotOf(open: Map<number | undefined, OpenSnapshot>, facts: RowFacts): OpenSnapshot {
  const { capturedAt } = facts;
  let snapshot = open.get(capturedAt);
  if (snapshot === undefined) {
    snapshot = { capturedAt, statsReset: undefined, evictions: undefined, rows: growingRows() };
    open.set(capturedAt, snapshot);
  }
  snapshot.statsReset = greatest(snapshot.statsReset, facts.statsReset);
  snapshot.evictions = greatest(snapshot.evictions, facts.evictions);
  return snapshot;
}

function contentOf(row: StatementRow, context: ReadContext): StatementText | SetAsideReason {
  const wanted = context.database;
  if (wanted !== undefined && row.database !== wanted && row.databaseOid !== wanted) return 'otherDatabase';
  if (!row.topLevel) return 'nested';
  const text = row.text.trim();
  if (text === '<insufficient privilege>') return 'masked';
  return text === '' ? 'noText' : context.texts.keep(row.text, row.database);
}

/** The one copy of a database's name: as it came it may hold the line alive that it was cut from. */
function keptName(name: string, databases: Map<string, string>): string {
  const known = databases.get(name);
  if (known !== undefined) return known;
  databases.set(name, name);
  return name;
}

function textKey(row: StatementRow, content: StatementText | SetAsideReason): string {
  return typeof content === 'string' ? `${content} ${digest(row.text)}` : content.original;
}

/** The same whichever of the two came first. */
function added(a: SnapshotRow, b: SnapshotRow): SnapshotRow {
  const counters = sum(a.counters(), b.counters());
  const first = a.source.line <= b.source.line ? a : b;
  return {
    ...first,
    content: betterContent(a.content, b.content),
    counters: () => counters,
    rows: a.rows + b.rows,
    ...defined({ statsSince: least(a.statsSince, b.statsSince) }),
  };
}

/** A text is better than none, and of two texts always the same one is taken. */
export function betterContent(a: SnapshotRow['content'], b: SnapshotRow['content']): SnapshotRow['content'] {
  if (typeof a === 'string') return typeof b === 'string' && b < a ? b : typeof b === 'string' ? a : b;
  if (typeof b === 'string') return a;
  return b.original < a.original ? b : a;
}

/**
 * `clock_timestamp() as captured_at` differs from row to row: rows of several times in which no entry comes twice are one
 * snapshot, taken when the last of them was.
 */
function asOneWhenTimesDiffer(snapshots: readonly OpenSnapshot[]): readonly OpenSnapshot[] {
  const [first] = snapshots;
  if (first === undefined || snapshots.length === 1) return snapshots;
  const all = growingRows();
  for (const { rows } of snapshots) {
    for (const [key, row] of rows.entries()) {
      if (all.has(key)) return snapshots;
      all.set(key, row);
    }
  }
  const reduced = (of: (snapshot: OpenSnapshot) => number | undefined): number | undefined =>
    snapshots.map(of).reduce(greatest, undefined);
  return [
    {
      capturedAt: reduced(({ capturedAt }) => capturedAt),
      statsReset: reduced(({ statsReset }) => statsReset),
      evictions: reduced(({ evictions }) => evictions),
      rows: all,
    },
  ];
}

/** What the file says of itself counts more than the manifest. */
function closed(open: OpenSnapshot, { name, facts }: WorkloadInput): Snapshot {
  return {
    file: name,
    rows: open.rows,
    ...defined({
      capturedAt: open.capturedAt ?? facts?.capturedAt,
      statsReset: open.statsReset ?? facts?.countsSince,
      evictions: open.evictions ?? facts?.evictions,
    }),
  };
}

export function least(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}

export function greatest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out what is undefined: optional fields are absent, not undefined. */
export function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
