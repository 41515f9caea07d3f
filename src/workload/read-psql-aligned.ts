/**
 * What psql prints by default, pasted into a file: a header, a rule of dashes, padded cells, `+` where a cell goes on in the
 * next line. Borders 1 and 2, ASCII and Unicode lines, `\pset format wrapped`. Prompts and row counts around it are ignored.
 *
 * Cells are found by the rule's columns on the screen, so a `|` or `+` inside a statement does no harm.
 */
import { type RawRow, type ReaderContext, rowOf } from './input.js';
import { linesOf } from './lines.js';
import { screenCells } from './screen.js';

/** A column on the screen: `start` and `end` hold the padding, or a mark that the cell was wrapped or goes on. */
interface Span {
  readonly start: number;
  readonly end: number;
}

interface OpenRow {
  readonly line: number;
  readonly cells: Cell[];
}

interface Cell {
  text: string;
  /** How the last line of the cell ended. */
  ending: 'done' | 'newline' | 'wrapped';
}

const footer = /^\(\d+ .+\)$/;

/** Dashes and crossings alone, in ASCII or box-drawing characters, at least one crossing inside. */
export function isRule(line: string): boolean {
  const marks = line.trim();
  return /^[-+\u2500-\u257f]+$/.test(marks) && /[-─═━]/.test(marks) && /[^-─═━]/.test(marks.slice(1, -1));
}

export async function* readPsqlAligned(
  text: AsyncIterable<string>,
  context: ReaderContext,
): AsyncGenerator<RawRow> {
  let spans: readonly Span[] = [];
  let columns: readonly string[] | undefined;
  let before = '';
  let inTable = false;
  let open: OpenRow | undefined;
  for await (const { text: line, number } of linesOf(text)) {
    if (isRule(line)) {
      if (open !== undefined && columns !== undefined) yield closed(columns, open);
      open = undefined;
      inTable = !inTable && isHeader(before);
      if (inTable) {
        spans = spansOf(line);
        const first = columns === undefined;
        columns = cellsOf(before, spans).map(({ text: name }) => name.trim().toLowerCase());
        if (first) context.onColumns(columns);
      }
    } else if (inTable && columns !== undefined) {
      const goesOn = open?.cells.some((cell) => cell.ending !== 'done') === true;
      if (!goesOn && open !== undefined) {
        yield closed(columns, open);
        open = undefined;
      }
      if (goesOn && open !== undefined) append(open, cellsOf(line, spans));
      else if (line.trim() === '' || footer.test(line.trim())) inTable = false;
      else open = { line: number, cells: cellsOf(line, spans) };
    }
    before = line;
  }
  if (open !== undefined && columns !== undefined) yield closed(columns, open);
}

function isHeader(line: string): boolean {
  return /[|│║]/.test(line) && !isRule(line);
}

function spansOf(line: string): Span[] {
  return [...line.matchAll(/[-─═━]+/g)].map(({ index, 0: { length } }) => ({
    start: index,
    end: index + length - 1,
  }));
}

function cellsOf(line: string, spans: readonly Span[]): Cell[] {
  const screen = screenCells(line);
  return spans.map(({ start, end }) => {
    const text = screen.slice(start + 1, end).join('');
    return { text, ending: endingOf(screen[end]) };
  });
}

function endingOf(mark: string | undefined): Cell['ending'] {
  if (mark === '+' || mark === '↵') return 'newline';
  return mark === '.' || mark === '…' ? 'wrapped' : 'done';
}

function append(row: OpenRow, next: readonly Cell[]): void {
  row.cells.forEach((cell, i) => {
    const more = next[i];
    if (more === undefined || cell.ending === 'done') return;
    cell.text =
      cell.ending === 'newline' ? `${cell.text.trimEnd()}\n${more.text}` : joinedWrap(cell.text, more.text);
    cell.ending = more.ending;
  });
}

/** Numbers are set to the right, so the rest of a wrapped number has its padding before it. */
function joinedWrap(text: string, rest: string): string {
  return /^\s*-?\d+$/.test(text) ? text + rest.trim() : text + rest;
}

function closed(columns: readonly string[], { cells, line }: OpenRow): RawRow {
  return rowOf(
    columns,
    cells.map(({ text }) => text.trim()),
    line,
  );
}
