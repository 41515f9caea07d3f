/** One text → its statements. A semicolon inside quotes, comments or parentheses separates nothing. */

import { nextToken, scannerAt, tokenText } from '../syntax/index.js';

/** Texts with something in them; the text itself when it is one statement. */
export function statementsOf(text: string): readonly string[] {
  const first = text.indexOf(';');
  if (first < 0 || isEnd(text, first)) return [text];
  const found: string[] = [];
  const scanner = scannerAt(text);
  let from = 0;
  let depth = 0;
  let isEmpty = true;
  const cut = (end: number): void => {
    if (!isEmpty) found.push(text.slice(from, end).trim());
    from = end + 1;
    isEmpty = true;
  };
  while (nextToken(scanner)) {
    if (scanner.kind === 'blank' || scanner.kind === 'comment') continue;
    const token = tokenText(scanner);
    if (token === ';' && depth <= 0) {
      cut(scanner.start);
      continue;
    }
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    isEmpty = false;
  }
  cut(text.length);
  return found.length === 0 ? [''] : found;
}

function isEnd(text: string, at: number): boolean {
  for (let i = at + 1; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code !== 32 && (code < 9 || code > 13)) return false;
  }
  return true;
}
