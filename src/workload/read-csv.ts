/**
 * CSV and quoted TSV with a header, streamed through csv-parse: newlines inside quotes, the line of each record's start kept.
 * Strict: a quote that never closes or a row of another width means that the file was cut or broken.
 */
import { Readable } from 'node:stream';
import { CsvError, type Info, parse } from 'csv-parse';
import { UserError } from '../model/index.js';
import { type RawRow, type ReaderContext, rowOf } from './input.js';

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: Info;
}

/** @throws UserError 'broken-csv' with the line. */
export async function* readCsv(
  text: AsyncIterable<string>,
  context: ReaderContext,
  delimiter: string,
): AsyncGenerator<RawRow> {
  let columns: readonly string[] | undefined;
  for await (const { record, info } of records(text, delimiter, context.file)) {
    const line = firstLine(record, info.lines);
    if (columns === undefined) {
      columns = record.map((name) => name.trim().toLowerCase());
      context.onColumns(columns);
    } else {
      refuseOtherWidth(record, columns, context.file, line);
      yield rowOf(columns, record, line);
    }
  }
}

async function* records(
  text: AsyncIterable<string>,
  delimiter: string,
  file: string,
): AsyncGenerator<ParsedRecord> {
  let lastLine = 0;
  const source = Readable.from(text);
  const parser = parse({
    delimiter,
    record_delimiter: '\n',
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    // Called as each record is parsed: an error overtakes the records that nobody has taken yet.
    on_record: (record, { lines }) => {
      lastLine = lines;
      return record;
    },
  });
  source.on('error', (error) => parser.destroy(error));
  try {
    for await (const parsed of source.pipe(parser)) yield parsed as ParsedRecord;
  } catch (error) {
    throw error instanceof CsvError ? brokenCsv(error, file, lastLine + 1) : error;
  } finally {
    source.destroy();
    parser.destroy();
  }
}

/** csv-parse counts the line where a record ends. */
function firstLine(record: readonly string[], lastLine: number): number {
  let inside = 0;
  for (const cell of record) {
    for (let at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) inside += 1;
  }
  return lastLine - inside;
}

function refuseOtherWidth(
  record: readonly string[],
  columns: readonly string[],
  file: string,
  line: number,
): void {
  if (record.length === columns.length) return;
  throw cutCsv(file, line, `the row has ${record.length} fields and the header ${columns.length}`);
}

/** A quote that is never closed runs to the file's end: the row where it was opened is the one to look at. */
function brokenCsv(error: CsvError, file: string, nextLine: number): UserError {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
    return cutCsv(file, nextLine, 'a quoted field of the row that begins here does not end');
  }
  const line = (error as CsvError & { lines?: number }).lines ?? nextLine;
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
