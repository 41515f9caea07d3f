/**
 * Tables without borders, fitted to a width: names are cut in the middle, as long as that leaves them apart; sentences are
 * wrapped.
 */

import CliTable from 'cli-table3';
import type { Page } from './page.js';
import { cutMiddle } from './words.js';

export interface ColumnOf<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  readonly align?: 'left' | 'right';
  /** How it gives way when the table is too wide. */
  readonly fit?: 'cut' | 'wrap';
  readonly paint?: (text: string, row: Row) => string;
}

const INDENT = '  ';
const GAP = '  ';
const NARROWEST = 10;

const noBorders = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
  ].map((part) => [part, '']),
);

export function renderTable<Row>(
  page: Page,
  columns: readonly ColumnOf<Row>[],
  rows: readonly Row[],
): readonly string[] {
  const widths = fittedWidths(page, columns, rows);
  // Empty style lists, or colour codes would go into pipes.
  const table = new CliTable({
    chars: { ...noBorders, middle: GAP },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colWidths: [...widths],
    colAligns: columns.map(({ align }) => align ?? 'left'),
    wordWrap: true,
  });
  table.push(columns.map(({ title }) => page.paint.dim(title)));
  for (const row of rows)
    table.push(columns.map((column, at) => cellOf(column, row, widths[at] ?? NARROWEST)));
  return table
    .toString()
    .split('\n')
    .map((line) => `${INDENT}${line}`);
}

function cellOf<Row>(column: ColumnOf<Row>, row: Row, width: number): string {
  const text = column.text(row);
  const fitted = column.fit === 'wrap' ? text : cutMiddle(text, width);
  return column.paint === undefined || fitted === '' ? fitted : column.paint(fitted, row);
}

/** The widest column that can give way does so until the table fits; where that is not enough, names may look alike. */
function fittedWidths<Row>(
  page: Page,
  columns: readonly ColumnOf<Row>[],
  rows: readonly Row[],
): readonly number[] {
  const texts = columns.map(({ text }) => rows.map(text));
  const widths = columns.map(({ title }, at) =>
    Math.max(title.length, ...(texts[at] ?? []).map((text) => text.length), 1),
  );
  const room = page.width - INDENT.length - GAP.length * (columns.length - 1);
  const apart = columns.map(({ fit }, at) => (fit === 'cut' ? widthApart(texts[at] ?? []) : NARROWEST));
  const legible = narrowed(widths, room, columns, apart);
  return narrowed(
    legible,
    room,
    columns,
    columns.map(() => NARROWEST),
  );
}

function narrowed<Row>(
  from: readonly number[],
  room: number,
  columns: readonly ColumnOf<Row>[],
  narrowest: readonly number[],
): readonly number[] {
  const widths = [...from];
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  while (excess > 0) {
    const widest = columns.reduce((best, { fit }, at) => {
      const width = widths[at] ?? 0;
      const mayGive = fit !== undefined && width > (narrowest[at] ?? NARROWEST);
      return mayGive && (best < 0 || width > (widths[best] ?? 0)) ? at : best;
    }, -1);
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

/** What a column needs so that texts that differ are not cut to the same. */
function widthApart(texts: readonly string[]): number {
  const different = [...new Set(texts)];
  const longest = Math.max(NARROWEST, ...different.map((text) => text.length));
  for (let width = NARROWEST; width < longest; width += 1) {
    if (new Set(different.map((text) => cutMiddle(text, width))).size === different.length) return width;
  }
  return longest;
}
