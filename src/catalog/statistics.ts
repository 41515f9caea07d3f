/**
 * Statistics files: sizes, numbers of distinct values and frequencies, beside the schema. CSV with the columns
 * `table, column, row_count, total_bytes, n_distinct, null_frac, most_common_freqs`; `column` empty for facts of the table.
 *
 * The numbers are as pg_class and pg_stats have them: −1 rows means never analysed, n_distinct 0 unknown and below 0 a share
 * of the rows, of the partitions' rows too. Values are never in it. The files of a ps-discovery bundle become the same rows.
 */

import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import {
  byCodeUnit,
  type Catalog,
  type ColumnStatistics,
  type Note,
  type Table,
  type TableName,
  UserError,
} from '../model/index.js';
import type { TextFile } from './load-text-files.js';
import { lookupTable } from './lookup.js';
import { type Measures, withPartitionSums } from './partition-statistics.js';
import { isBundle, type StatisticsRow as Row, rowsOfBundle } from './statistics-bundle.js';

interface StatisticsRead {
  readonly catalog: Catalog;
  /** Tables and columns that the catalog does not have. */
  readonly notes: readonly Note[];
}

interface ColumnFacts {
  /** As written: below 0 a share of the rows. */
  readonly distinct?: number;
  readonly nullShare?: number;
  readonly frequencies?: readonly number[];
}

interface TableFacts {
  rowCount: number | undefined;
  totalBytes: number | undefined;
  readonly columns: Map<string, ColumnFacts>;
}

/**
 * Takes all files together: neither their order nor that of their rows changes what is known.
 * @throws UserError file-empty, broken-csv, missing-columns, bad-number; with file and line.
 */
export function readStatistics(files: readonly TextFile[], catalog: Catalog): StatisticsRead {
  const facts = new Map<TableName, TableFacts>();
  const notes = files.flatMap((file) => readFile(file, catalog, facts));
  return {
    catalog: withPartitionSums(catalog, (table) => measuresOf(facts.get(table.name))),
    notes: oncePerMessage(notes),
  };
}

function readFile(
  { file, text }: TextFile,
  catalog: Catalog,
  facts: Map<TableName, TableFacts>,
): readonly Note[] {
  return rowsOf(file, text).flatMap((row) => {
    const table = lookupTable(catalog, namePath(row.cells.table ?? ''));
    const note = table
      ? readRow(file, row, table, facts)
      : unknown('table', row.cells.table ?? '', file, row);
    return note ?? [];
  });
}

// ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

const example =
  'A statistics file starts with: table,column,row_count,total_bytes,n_distinct,null_frac,most_common_freqs';

function rowsOf(file: string, text: string): readonly Row[] {
  if (isBundle(text)) return rowsOfBundle(file, text);
  const records = parsed(file, text);
  const header = records[0];
  if (!header) throw new UserError('file-empty', `${file} is empty`, example, { file });
  const names = header.cells.map((cell) => cell.trim().toLowerCase());
  if (!names.includes('table') || !names.includes('column')) {
    const found = names.join(', ');
    throw new UserError(
      'missing-columns',
      `${file} has the columns ${found}; table and column are needed`,
      example,
      {
        file,
        line: header.line,
      },
    );
  }
  return records.slice(1).map(({ line, cells }) => ({
    line,
    cells: Object.fromEntries(names.map((name, index) => [name, (cells[index] ?? '').trim()])),
  }));
}

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

function parsed(file: string, text: string): readonly CsvRecord[] {
  try {
    const records = parse(text, { bom: true, skip_empty_lines: true, info: true }) as unknown as readonly {
      readonly record: readonly string[];
      readonly info: { readonly lines: number };
    }[];
    return records.map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === 'number' ? error.lines : 1;
    throw new UserError('broken-csv', `${file} is not well-formed CSV at line ${line}`, example, {
      file,
      line,
    });
  }
}

/** `public."Order Items"` → its parts. */
function namePath(text: string): readonly string[] {
  return (text.match(/"(?:[^"]|"")*"|[^.]+/g) ?? []).map((part) =>
    part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part,
  );
}

function readRow(file: string, row: Row, table: Table, facts: Map<TableName, TableFacts>): Note | undefined {
  const known: TableFacts = facts.get(table.name) ?? {
    rowCount: undefined,
    totalBytes: undefined,
    columns: new Map(),
  };
  facts.set(table.name, known);
  const rowCount = numberIn(file, row, 'row_count');
  const totalBytes = numberIn(file, row, 'total_bytes');
  if (rowCount !== undefined && rowCount >= 0) known.rowCount = larger(known.rowCount, rowCount);
  if (totalBytes !== undefined && totalBytes >= 0) known.totalBytes = larger(known.totalBytes, totalBytes);
  const column = unquoted(row.cells.column ?? '');
  if (column === '') return undefined;
  // Every number is checked, also of a column that is not known.
  const read = columnFacts(file, row);
  if (table.columnsComplete && !table.columns.some(({ name }) => name === column)) {
    return unknown('column', `${table.name}.${column}`, file, row);
  }
  known.columns.set(column, merged(known.columns.get(column), read));
  return undefined;
}

function unquoted(text: string): string {
  return text.startsWith('"') ? (namePath(text)[0] ?? '') : text;
}

function columnFacts(file: string, row: Row): ColumnFacts {
  const distinct = numberIn(file, row, 'n_distinct');
  const nullShare = numberIn(file, row, 'null_frac');
  if (nullShare !== undefined) checkShare(file, row, 'null_frac', nullShare);
  const frequencies = frequenciesIn(file, row);
  return {
    ...(distinct === undefined || distinct === 0 ? {} : { distinct }),
    ...(nullShare === undefined ? {} : { nullShare }),
    ...(frequencies === undefined ? {} : { frequencies }),
  };
}

function frequenciesIn(file: string, row: Row): readonly number[] | undefined {
  const text = (row.cells.most_common_freqs ?? '').replace(/^[{[]|[}\]]$/g, '').trim();
  if (text === '') return undefined;
  const read = text.split(/[;,\s]+/).map((part) => numberOf(file, row, 'most_common_freqs', part));
  for (const share of read) checkShare(file, row, 'most_common_freqs', share);
  return read.sort((left, right) => right - left);
}

function numberIn(file: string, row: Row, column: string): number | undefined {
  const text = row.cells[column] ?? '';
  return text === '' ? undefined : numberOf(file, row, column, text);
}

function numberOf(file: string, row: Row, column: string, text: string): number {
  const read = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(read)) return read;
  throw badNumber(file, row, `${column} is not a number`);
}

function checkShare(file: string, row: Row, column: string, share: number): void {
  if (share < 0 || share > 1) throw badNumber(file, row, `${column} is not between 0 and 1`);
}

function badNumber(file: string, row: Row, what: string): UserError {
  const message = `${file}:${row.line}: ${what}`;
  const hint =
    'Write plain numbers with a point, without thousands separators; leave the field empty when it is not known.';
  return new UserError('bad-number', message, hint, { file, line: row.line });
}

// ── facts ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A column may come twice, as pg_stats has one row with and one without children; the order of rows must not matter. */
function merged(known: ColumnFacts | undefined, read: ColumnFacts): ColumnFacts {
  if (!known) return read;
  const distinct = moreDistinct(known.distinct, read.distinct);
  const nullShare = larger(known.nullShare, read.nullShare);
  const frequencies = heavier(known.frequencies, read.frequencies);
  return {
    ...(distinct === undefined ? {} : { distinct }),
    ...(nullShare === undefined ? {} : { nullShare }),
    ...(frequencies === undefined ? {} : { frequencies }),
  };
}

function larger(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return Math.max(left, right);
}

/** Shares (below 0) and counts do not compare; a share grows with the table, so it is the better of the two. */
function moreDistinct(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left < 0 || right < 0 ? Math.min(left, right) : Math.max(left, right);
}

function heavier(
  left: readonly number[] | undefined,
  right: readonly number[] | undefined,
): readonly number[] | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  const at = left.findIndex((share, index) => share !== right[index]);
  if (at < 0) return left.length > right.length ? left : right;
  return (left[at] ?? 0) > (right[at] ?? 0) ? left : right;
}

/** Nothing for a table of which the files tell no figure: being named alone makes nothing known. */
function measuresOf(facts: TableFacts | undefined): Measures | undefined {
  if (facts === undefined) return undefined;
  const { rowCount, totalBytes } = facts;
  const columns = [...facts.columns].filter(([, each]) => Object.keys(each).length > 0);
  if (rowCount === undefined && totalBytes === undefined && columns.length === 0) return undefined;
  return {
    ...(rowCount === undefined ? {} : { rowCount }),
    ...(totalBytes === undefined ? {} : { totalBytes }),
    columnsFor: (rows) =>
      Object.fromEntries(
        columns
          .map(([name, each]) => [name, columnStatistics(each, rows)] as const)
          .sort(([left], [right]) => byCodeUnit(left, right)),
      ),
  };
}

function columnStatistics(facts: ColumnFacts, rowCount: number | undefined): ColumnStatistics {
  const distinct = absolute(facts.distinct, rowCount);
  return {
    ...(distinct === undefined ? {} : { distinct }),
    ...(facts.nullShare === undefined ? {} : { nullShare: facts.nullShare }),
    commonFrequencies: facts.frequencies ?? [],
  };
}

/** Unknown for a table that has no rows, or has not been counted: what was measured of it was another table's. */
function absolute(distinct: number | undefined, rowCount: number | undefined): number | undefined {
  if (distinct === undefined || rowCount === 0) return undefined;
  if (distinct > 0) return distinct;
  return rowCount === undefined ? undefined : Math.max(1, Math.round(-distinct * rowCount));
}

// ── notes ────────────────────────────────────────────────────────────────────────────────────────────────────────────

function unknown(what: 'table' | 'column', name: string, file: string, row: Row): Note {
  return {
    code: `statistics-unknown-${what}`,
    message: `the statistics name the ${what} ${name}, which the schema does not have`,
    source: { file, line: row.line },
  };
}

function oncePerMessage(notes: readonly Note[]): readonly Note[] {
  const first = new Map<string, Note>();
  for (const note of notes) if (!first.has(note.message)) first.set(note.message, note);
  return [...first.values()];
}
