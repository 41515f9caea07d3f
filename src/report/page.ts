/** How wide and how coloured a text is, and the sections that it is made of. */

import { Chalk, type ChalkInstance } from 'chalk';
import { type NameOf, namesAmong, type TableName } from '../model/index.js';
import { clean } from './words.js';

export interface TextOptions {
  /** Columns. */
  readonly width: number;
  readonly color: boolean;
  /** Leave no row out. */
  readonly verbose?: boolean;
}

export interface Page {
  readonly width: number;
  readonly paint: ChalkInstance;
  readonly verbose: boolean;
  /** A table's name as it is printed everywhere on the page. */
  readonly nameOf: NameOf;
  /** Where all that is not shown can be read. */
  readonly whole: string;
}

export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

/** `tables`: all that names on the page have to be told apart from. */
export function pageOf(
  { width, color, verbose }: TextOptions,
  tables: Iterable<TableName>,
  whole = 'analysis.json',
): Page {
  const short = namesAmong(tables);
  const paint = new Chalk({ level: color ? 1 : 0 });
  return { width, paint, whole, verbose: verbose === true, nameOf: (table) => clean(short(table)) };
}

/** The first rows, and a line that says how many are not shown. */
export function firstOf<T>(
  page: Page,
  all: readonly T[],
  most: number,
  show: (item: T) => readonly string[],
): readonly string[] {
  const shown = page.verbose ? all : all.slice(0, most);
  return [...shown.flatMap(show), ...notShown(page, all.length - shown.length)];
}

/** `what`: where they are not more of what stands above. */
export function notShown(page: Page, left: number, what = ''): readonly string[] {
  return left === 0 ? [] : [page.paint.dim(`  … and ${left} more${what} (--verbose, or ${page.whole})`)];
}

export function printSections(page: Page, sections: readonly (Section | undefined)[]): string {
  return sections
    .flatMap((section) => (section === undefined ? [] : [printSection(page, section)]))
    .join('\n');
}

function printSection(page: Page, { title, lines }: Section): string {
  return `${[page.paint.bold(title), ...lines].map((line) => line.trimEnd()).join('\n')}\n`;
}
