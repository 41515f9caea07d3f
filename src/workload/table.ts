/**
 * What format a table is in, by its first lines, and its rows by the reader of that format.
 *
 * Takes bytes of any kind, gives rows of named texts. A CSV whose header has the wanted names is a CSV even when a statement
 * inside it holds lines of dashes, so that is asked first.
 */
import { isInfoHeader, isStatementsHeader, isStatisticsHeader } from './columns.js';
import { decodeText } from './decode.js';
import type { ExportFormat, RawRow, ReaderContext, RowBatches, TableReader } from './input.js';
import { inOurWords, isOtherTools } from './other-tools/index.js';
import { isAnnotatedSql, readAnnotatedSql } from './read-annotated-sql.js';
import { readCopyText } from './read-copy-text.js';
import { readCsv } from './read-csv.js';
import { readJson } from './read-json.js';
import { isRule, readPsqlAligned } from './read-psql-aligned.js';
import { isRecordMark, readPsqlExpanded } from './read-psql-expanded.js';
import { unknownFormat } from './refusals.js';

export interface Table {
  readonly format: ExportFormat;
  readonly rows: RowBatches;
}

interface Detected {
  readonly format: ExportFormat;
  readonly read: TableReader;
}

/** @throws UserError 'unknown-format', and what decoding throws. */
export async function openTable(bytes: AsyncIterable<Uint8Array>, context: ReaderContext): Promise<Table> {
  const iterator = decodeText(bytes, context.file)[Symbol.asyncIterator]();
  const first = await iterator.next();
  const head = first.done ? '' : first.value;
  const detected = detectFormat(head);
  if (detected === undefined) {
    await iterator.return(undefined);
    throw unknownFormat(context.file);
  }
  return { format: detected.format, rows: inOurWords(detected.read)(headAndRest(head, iterator), context) };
}

async function* headAndRest(head: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  try {
    yield head;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

function oneByOne(
  read: (text: AsyncIterable<string>, context: ReaderContext) => AsyncIterable<RawRow>,
): TableReader {
  return async function* (text, context) {
    for await (const row of read(text, context)) yield [row];
  };
}

/** By the first lines of a text. */
function detectFormat(head: string): Detected | undefined {
  const lines = head.split('\n').filter((line) => line.trim() !== '');
  const first = lines[0] ?? '';
  if (first.trimStart().startsWith('[')) return { format: 'json', read: oneByOne(readJson) };
  if (first.trimStart().startsWith('{')) return { format: 'jsonl', read: oneByOne(readJson) };
  if (isAnnotatedSql(lines)) return { format: 'annotated-sql', read: oneByOne(readAnnotatedSql) };
  const delimiter = delimiterOf(first);
  const columns = headerCells(first, delimiter);
  if (isWanted(columns)) return delimited(delimiter, lines);
  if (lines.some(isRecordMark)) return { format: 'psql-expanded', read: oneByOne(readPsqlExpanded) };
  if (lines.some(isAlignedRule)) return { format: 'psql-aligned', read: oneByOne(readPsqlAligned) };
  return isHeaderLike(columns) ? delimited(delimiter, lines) : undefined;
}

function isWanted(columns: readonly string[]): boolean {
  const own = isStatementsHeader(columns) || isInfoHeader(columns) || isStatisticsHeader(columns);
  return own || isOtherTools(columns);
}

function isAlignedRule(line: string, i: number, lines: readonly string[]): boolean {
  return isRule(line) && [lines[i - 1], lines[i + 1]].some((beside) => /[|│║]/.test(beside ?? ''));
}

/** The delimiter that parts the header in most places. */
function delimiterOf(header: string): string {
  const counts = [',', ';', '\t'].map((delimiter) => header.split(delimiter).length);
  const most = Math.max(...counts);
  return [',', ';', '\t'][counts.indexOf(most)] ?? ',';
}

function headerCells(header: string, delimiter: string): string[] {
  return header.split(delimiter).map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .toLowerCase(),
  );
}

/** Names rather than data: nothing else may be shown in a message. */
function isHeaderLike(columns: readonly string[]): boolean {
  const named = columns.every((column) => /^[a-z_][a-z0-9_%()]*(?:[ ./-][a-z0-9_%()]+){0,3}$/.test(column));
  return named && (columns.length > 1 || columns[0] === 'query' || columns[0] === 'calls');
}

function delimited(delimiter: string, lines: readonly string[]): Detected {
  if (delimiter !== '\t') return { format: 'csv', read: (text, to) => readCsv(text, to, delimiter) };
  const quoted = lines.some((line) => /(?:^|\t)"/.test(line));
  if (!quoted) return { format: 'copy-text', read: oneByOne(readCopyText) };
  return { format: 'tsv', read: (text, to) => readCsv(text, to, delimiter) };
}
