/** One text → its statements. A semicolon inside quotes, comments or parentheses separates nothing. */

import { nextToken, scannerAt, tokenText } from '../syntax/index.js';

/** Texts with something in them; the text itself when it is one statement. */
export function statementsOf(text: string): readonly string[] {
  const first = text.indexOf(';');
  if (first < 0 || isEnd(text, first)) return [text];
  return placedStatements(text).map((one) => one.text);
}

export interface PlacedStatement {
  readonly text: string;
  /** Characters before it, as a server counts them. */
  readonly after: number;
}

export function placedStatements(text: string): readonly PlacedStatement[] {
  const found: PlacedStatement[] = [];
  const scanner = scannerAt(text);
  let from = 0;
  let depth = 0;
  let isEmpty = true;
  let after = 0;
  let counted = 0;
  const cut = (end: number): void => {
    if (!isEmpty) {
      const start = from + text.slice(from, end).search(/\S/);
      after += charactersIn(text.slice(counted, start));
      counted = start;
      found.push({ text: text.slice(start, end).trimEnd(), after });
    }
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
  return found.length === 0 ? [{ text: '', after: 0 }] : found;
}

function charactersIn(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function isEnd(text: string, at: number): boolean {
  for (let i = at + 1; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code !== 32 && (code < 9 || code > 13)) return false;
  }
  return true;
}
