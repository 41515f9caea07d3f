/**
 * PostgreSQL's own text format with a header, as `\copy … to … (format text, header)` writes it: a row is a line, fields are
 * parted by tabs, and newlines, tabs and backslashes inside a field are escaped. `\N` is null.
 */
import { type RawRow, type ReaderContext, rowOf } from './input.js';
import { linesOf } from './lines.js';
import { cutCsv } from './read-csv.js';

const escapes: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** @throws UserError 'broken-csv' with the line. */
export async function* readCopyText(
  text: AsyncIterable<string>,
  context: ReaderContext,
): AsyncGenerator<RawRow> {
  let columns: readonly string[] | undefined;
  for await (const { text: line, number } of linesOf(text)) {
    if (line === '' || line === '\\.') continue;
    const cells = line.split('\t');
    if (columns === undefined) {
      columns = cells.map((name) => name.trim().toLowerCase());
      context.onColumns(columns);
    } else if (cells.length !== columns.length) {
      const why = `the row has ${cells.length} fields and the header ${columns.length}`;
      throw cutCsv(context.file, number, why);
    } else {
      yield rowOf(columns, cells.map(unescaped), number);
    }
  }
}

function unescaped(cell: string): string {
  if (!cell.includes('\\')) return cell;
  return cell === '\\N' ? '' : cell.replace(/\\(.)/g, (_, char: string) => escapes[char] ?? char);
}
