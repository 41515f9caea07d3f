/**
 * CSV and quoted TSV with a header, streamed through csv-parse: newlines inside quotes, the line of each record's start kept.
 * Strict: a quote that never closes or a row of another width means that the file was cut or broken.
 */
import { CsvError, parse } from 'csv-parse';
import { UserError } from '../model/index.js';
import { type RawRow, type ReaderContext, rowOf } from './input.js';

interface ParsedRecord {
  readonly record: readonly string[];
  readonly lastLine: number;
}

/** @throws UserError 'broken-csv' with the line. */
export async function* readCsv(
  text: AsyncIterable<string>,
  context: ReaderContext,
  delimiter: string,
): AsyncGenerator<RawRow> {
  let columns: readonly string[] | undefined;
  for await (const { record, lastLine } of records(text, delimiter, context.file)) {
    const line = firstLine(record, lastLine);
    if (columns === undefined) {
      columns = record.map((name) => name.trim().toLowerCase());
      context.onColumns(columns);
    } else {
      refuseOtherWidth(record, columns, context.file, line);
      yield rowOf(columns, record, line);
    }
  }
}

/** Records are taken as they are parsed, not from the parser's readable side: one turn of the loop for each chunk, not for each record. */
async function* records(
  text: AsyncIterable<string>,
  delimiter: string,
  file: string,
): AsyncGenerator<ParsedRecord> {
  let parsed: ParsedRecord[] = [];
  let lastLine = 0;
  const parser = parse({
    delimiter,
    record_delimiter: '\n',
    relax_column_count: true,
    skip_empty_lines: true,
    on_record: (record: readonly string[], { lines }) => {
      lastLine = lines;
      parsed.push({ record, lastLine });
      return null;
    },
  });
  const step = (act: (done: (error?: Error | null) => void) => void) =>
    new Promise<void>((resolve, reject) => {
      act((error) => (error ? reject(error) : resolve()));
    });
  const take = (): readonly ParsedRecord[] => {
    const taken = parsed;
    parsed = [];
    return taken;
  };
  // What goes wrong is given to the step at hand.
  parser.on('error', () => {});
  parser.resume();
  try {
    for await (const chunk of text) {
      await step((done) => parser.write(chunk, done));
      yield* take();
    }
    await step((done) => parser.end(done));
    yield* take();
  } catch (error) {
    throw error instanceof CsvError ? brokenCsv(error, file, lastLine + 1) : error;
  } finally {
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
