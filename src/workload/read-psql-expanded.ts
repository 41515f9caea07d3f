/**
 * What psql prints with `\x` or `-x`, pasted into a file: `-[ RECORD 1 ]---`, then a line for each column, `+` at the end
 * where a value goes on in the next line. Borders 1 and 2, ASCII and Unicode lines. Anything around the records is ignored.
 */
import { type RawRow, type ReaderContext, rowOf } from './input.js';
import { linesOf } from './lines.js';

interface OpenRecord {
  readonly line: number;
  readonly border: 1 | 2;
  readonly names: string[];
  readonly values: string[];
}

const recordMark = /^[+┌├╔╟╠]?[-─═━]\[ .+ \d+ \][-─═━+┬┼╤╪┐┤╗╢╣]*\s*$/;

export function isRecordMark(line: string): boolean {
  return recordMark.test(line);
}

export async function* readPsqlExpanded(
  text: AsyncIterable<string>,
  context: ReaderContext,
): AsyncGenerator<RawRow> {
  let open: OpenRecord | undefined;
  let first = true;
  const announce = (record: OpenRecord): RawRow => {
    if (first) context.onColumns(record.names);
    first = false;
    return rowOf(record.names, record.values, record.line);
  };
  for await (const { text: line, number } of linesOf(text)) {
    if (isRecordMark(line)) {
      if (open !== undefined) yield announce(open);
      open = { line: number, border: /^[-─═━]/.test(line) ? 1 : 2, names: [], values: [] };
    } else if (open !== undefined && !take(open, line)) {
      yield announce(open);
      open = undefined;
    }
  }
  if (open !== undefined) yield announce(open);
}

/** False when the line is not part of a record: the records ended before it. */
function take(record: OpenRecord, line: string): boolean {
  const cells = record.border === 2 ? withoutFrame(line) : line;
  const bar = cells.search(/[|│║]/);
  if (bar < 0) return false;
  const name = cells.slice(0, bar).trim().toLowerCase();
  const value = cells.slice(bar + 2).trimEnd();
  const last = record.values.length - 1;
  if (name !== '') {
    record.names.push(name);
    record.values.push(value);
  } else if (last >= 0) {
    record.values[last] = `${withoutMark(record.values[last] ?? '')}\n${value}`;
  }
  return true;
}

function withoutFrame(line: string): string {
  return line.trimEnd().slice(1, -1);
}

/** That a line follows proves that the sign at the end of this one is psql's. */
function withoutMark(value: string): string {
  return value.replace(/[+↵]$/, '').trimEnd();
}
