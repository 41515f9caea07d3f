/** Text from outside as markdown: nothing of it is read as markup, links, formulas or HTML. A `|` means something in a cell only: see `cell`. */

import { clean } from './words.js';

/** In a sentence. */
export function plain(text: string): string {
  return clean(text)
    .replace(/[\\`*[\]<>~$&]/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_');
}

/** Names and short pieces of SQL. Longer fences hold shorter ones. */
export function code(text: string): string {
  const line = clean(text);
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const gap = longest > 0 ? ' ' : '';
  return `${fence}${gap}${line}${gap}${fence}`;
}

/** What is markdown already, in a cell of a table. */
export function cell(markdown: string): string {
  return markdown.replaceAll('|', '\\|');
}

/** `a`, `b` and 3 more. */
export function codes(names: readonly string[], most = Number.POSITIVE_INFINITY): string {
  const shown = names.slice(0, most).map(code).join(', ');
  return names.length <= most ? shown : `${shown} and ${names.length - most} more`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
