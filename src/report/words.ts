/** Text from outside made fit to print: nothing that a terminal obeys, nothing wider than its place. */

import type { SourceRef } from '../model/index.js';

/** On one line, without control characters. */
export function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
}

/** Both ends of a name tell more than its middle. */
export function cutMiddle(text: string, width: number): string {
  if (text.length <= width) return text;
  const head = Math.ceil((width - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (width - 1 - head))}`;
}

export function cutEnd(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

/** The first few, and how many more there are. */
export function listed(names: readonly string[], most: number): string {
  const [shown, left] = [names.slice(0, most), Math.max(0, names.length - most)];
  return `${shown.join(', ')}${left === 0 ? '' : ` and ${left} more`}`;
}

export function place({ file, line }: SourceRef): string {
  return `${clean(file)}:${line}`;
}

/** Lines of at most `width`, the first after `lead`, the others under it. Words longer than a line are left whole. */
export function wrap(
  text: string,
  width: number,
  lead = '',
  hang = ' '.repeat(lead.length),
): readonly string[] {
  const lines: string[] = [];
  let line = lead;
  let isEmpty = true;
  // A figure is not torn from its sign.
  for (const word of text.split(/ (?!%)/).filter((one) => one !== '')) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = hang;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
