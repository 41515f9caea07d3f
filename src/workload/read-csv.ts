/**
 * CSV and quoted TSV with a header, streamed: newlines inside quotes, the line of each row's start kept. Strict: a quote that
 * never closes or a row of another width means that the file was cut or broken. Lines end in `\n`, as decoding leaves them.
 *
 * Most of an export is quoted texts, so the ends of cells are searched for: a parser that looks at every character takes as
 * long as all else that reading an export takes.
 */
import { UserError } from '../model/index.js';
import { type RawRow, type ReaderContext, rowOf } from './input.js';

interface CsvRecord {
  readonly cells: readonly string[];
  /** Where it begins, 1-based. */
  readonly line: number;
}

/** @throws UserError 'broken-csv' with the line, while the rows are gone through. */
export async function* readCsv(
  text: AsyncIterable<string>,
  context: ReaderContext,
  delimiter: string,
): AsyncGenerator<Iterable<RawRow>> {
  let columns: readonly string[] | undefined;
  const rowsOf = function* (records: Iterable<CsvRecord>): Generator<RawRow> {
    for (const { cells, line } of records) {
      if (columns === undefined) {
        columns = cells.map((name) => name.trim().toLowerCase());
        context.onColumns(columns);
      } else {
        refuseOtherWidth(cells, columns, context.file, line);
        yield rowOf(columns, cells, line);
      }
    }
  };
  for await (const records of recordsIn(text, delimiter, context.file)) yield rowsOf(records);
}

/** The records of a chunk at a time. */
async function* recordsIn(
  text: AsyncIterable<string>,
  delimiter: string,
  file: string,
): AsyncGenerator<Iterable<CsvRecord>> {
  const open: Open = { cells: [], cell: '', state: 'start', firstLine: 1, line: 1, file, delimiter };
  // What quotes at the end of a chunk mean is told by what follows.
  let waiting = '';
  for await (const chunk of text) {
    const known = waiting + chunk;
    const end = endBeforeQuotes(known);
    waiting = known.slice(end);
    yield recordsOf(known.slice(0, end), open);
  }
  yield recordsOf(waiting, open);
  if (open.state === 'quoted') {
    throw cutCsv(file, open.firstLine, 'a quoted field of the row that begins here does not end');
  }
  if (open.cells.length > 0 || open.state !== 'start') yield [finished(open)];
}

/** The row at hand, which a chunk's end may cut. */
interface Open {
  cells: string[];
  cell: string;
  /** Of the cell at hand. `closed`: its quotes are. */
  state: 'start' | 'plain' | 'quoted' | 'closed';
  firstLine: number;
  line: number;
  readonly file: string;
  readonly delimiter: string;
}

const newline = 10;
const quote = 34;

function* recordsOf(text: string, open: Open): Generator<CsvRecord> {
  const mark = open.delimiter.charCodeAt(0);
  let at = 0;
  while (at < text.length) {
    if (open.state === 'quoted') {
      const end = closingQuote(text, at);
      addQuoted(text.slice(at, end < 0 ? text.length : end), open);
      if (end < 0) return;
      open.state = 'closed';
      at = end + 1;
      continue;
    }
    const end = endOfPlain(text, at, mark);
    if (end > at) addPlain(text.slice(at, end), open);
    const code = text.charCodeAt(end);
    if (code === quote) openQuote(open);
    else if (code === mark) nextCell(open);
    else if (code === newline) {
      const isEmpty = open.cells.length === 0 && open.state === 'start';
      const record = finished(open);
      if (!isEmpty) yield record;
    }
    at = end + 1;
  }
}

/** Quotes inside of quotes are doubled. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text.charCodeAt(at + 1) === quote) at = text.indexOf('"', at + 2);
  return at;
}

function endOfPlain(text: string, from: number, mark: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === mark || code === newline || code === quote) break;
    at += 1;
  }
  return at;
}

function endBeforeQuotes(text: string): number {
  let end = text.length;
  while (text.charCodeAt(end - 1) === quote) end -= 1;
  return end;
}

function addQuoted(piece: string, open: Open): void {
  open.cell += piece.includes('"') ? piece.replaceAll('""', '"') : piece;
  for (let at = piece.indexOf('\n'); at >= 0; at = piece.indexOf('\n', at + 1)) open.line += 1;
}

function addPlain(piece: string, open: Open): void {
  if (open.state === 'closed') throw strayQuote(open);
  open.state = 'plain';
  open.cell += piece;
}

function openQuote(open: Open): void {
  if (open.state !== 'start') throw strayQuote(open);
  open.state = 'quoted';
}

function nextCell(open: Open): void {
  open.cells.push(open.cell);
  open.cell = '';
  open.state = 'start';
}

/** Ends the row and begins the next line. */
function finished(open: Open): CsvRecord {
  nextCell(open);
  const record = { cells: open.cells, line: open.firstLine };
  open.cells = [];
  open.line += 1;
  open.firstLine = open.line;
  return record;
}

function refuseOtherWidth(
  cells: readonly string[],
  columns: readonly string[],
  file: string,
  line: number,
): void {
  if (cells.length === columns.length) return;
  throw cutCsv(file, line, `the row has ${cells.length} fields and the header ${columns.length}`);
}

function strayQuote({ file, line }: Open): UserError {
  return cutCsv(file, line, 'a quote stands where none may stand');
}

/** Never shows the row: it may hold what people typed. */
export function cutCsv(file: string, line: number, why: string): UserError {
  return new UserError(
    'broken-csv',
    `${file}:${line} is broken: ${why}.`,
    'The file is cut off or was edited; take the export again.',
    { file, line },
  );
}
