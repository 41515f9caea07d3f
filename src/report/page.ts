/** How wide and how coloured a text is, and the sections that it is made of. */

import { Chalk, type ChalkInstance } from 'chalk';

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
}

export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

export function pageOf({ width, color, verbose }: TextOptions): Page {
  return { width, paint: new Chalk({ level: color ? 1 : 0 }), verbose: verbose === true };
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

export function notShown(page: Page, left: number): readonly string[] {
  return left === 0 ? [] : [page.paint.dim(`  … and ${left} more (--verbose, or analysis.json)`)];
}

export function printSections(page: Page, sections: readonly (Section | undefined)[]): string {
  return sections
    .flatMap((section) => (section === undefined ? [] : [printSection(page, section)]))
    .join('\n');
}

function printSection(page: Page, { title, lines }: Section): string {
  return `${[page.paint.bold(title), ...lines].map((line) => line.trimEnd()).join('\n')}\n`;
}
