/**
 * Pieces of a statement's own text. The parse tree keeps no text of a default, a policy or a view's query, only byte
 * offsets; these functions cut the text out between tokens, so that it stays as its author wrote it.
 */

import { type ScanToken, scanSync } from 'libpg-query';
import { firstLocation } from './nodes.js';

export interface StatementText {
  /** UTF-8, because every offset of the parser counts bytes. */
  readonly bytes: Buffer;
  /** Without comments. */
  readonly tokens: () => readonly ScanToken[];
}

export function statementText(text: string): StatementText {
  const bytes = Buffer.from(text, 'utf8');
  let tokens: readonly ScanToken[] | undefined;
  return {
    bytes,
    tokens: () => {
      tokens ??= scanSync(text).tokens.filter((token) => !token.tokenName.endsWith('COMMENT'));
      return tokens;
    },
  };
}

export interface Slice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const opening = new Set(['(', '[']);
const closing = new Set([')', ']']);

/** The expression after byte `after`, up to a comma or bracket that is not its own, or to one of the byte offsets `stops`. */
export function expressionAfter(
  statement: StatementText,
  after: number,
  stops: readonly number[] = [],
): string {
  let depth = 0;
  const taken: ScanToken[] = [];
  for (const token of statement.tokens()) {
    if (token.start < after) continue;
    if (depth === 0 && endsExpression(token, stops)) break;
    if (opening.has(token.text)) depth += 1;
    if (closing.has(token.text)) depth -= 1;
    taken.push(token);
  }
  return between(statement, taken[0], taken.at(-1))?.text ?? '';
}

function endsExpression(token: ScanToken, stops: readonly number[]): boolean {
  return token.text === ',' || token.text === ';' || closing.has(token.text) || stops.includes(token.start);
}

/** The expression that `node` was made of, when it follows the keyword directly: SET DEFAULT …, RETURN …. */
export function expressionAfterWord(statement: StatementText, word: string, node: unknown): string {
  const place = firstLocation(node) ?? statement.bytes.length;
  const before = statement.tokens().filter((token) => token.start < place && isWord(token, word));
  const last = before.at(-1);
  return last ? expressionAfter(statement, last.end) : '';
}

/** What stands in the brackets after a row of keywords outside all brackets: USING ( … ), WITH CHECK ( … ). */
export function bracketsAfter(statement: StatementText, words: readonly string[]): string | undefined {
  const tokens = statement.tokens();
  const at = indexOfWords(tokens, [...words, '(']);
  if (at === undefined) return undefined;
  const open = at + words.length;
  const close = matchingBracket(tokens, open);
  return close === undefined ? undefined : between(statement, tokens[open + 1], tokens[close - 1])?.text;
}

/** Everything after a row of keywords outside all brackets, without the trailing words in `tails`. */
export function restAfter(
  statement: StatementText,
  words: readonly string[],
  tails: readonly (readonly string[])[] = [],
): Slice | undefined {
  const tokens = statement.tokens();
  const at = indexOfWords(tokens, words);
  if (at === undefined) return undefined;
  const rest = withoutTail(
    tokens.slice(at + words.length).filter((token) => token.text !== ';' || token !== tokens.at(-1)),
    tails,
  );
  return between(statement, rest[0], rest.at(-1));
}

/** The dotted name that starts at a byte: `public . "Orders"`. */
export function dottedNameAt(statement: StatementText, start: number): Slice | undefined {
  const tokens = statement.tokens();
  const first = tokens.findIndex((token) => token.start === start);
  if (first < 0) return undefined;
  let last = first;
  while (tokens[last + 1]?.text === '.' && tokens[last + 2] !== undefined) last += 2;
  return between(statement, tokens[first], tokens[last]);
}

function isWord(token: ScanToken, word: string): boolean {
  return token.text.toLowerCase() === word;
}

function indexOfWords(tokens: readonly ScanToken[], words: readonly string[]): number | undefined {
  let depth = 0;
  for (let index = 0; index < tokens.length; index += 1) {
    if (depth === 0 && startsWithWords(tokens, index, words)) return index;
    const text = tokens[index]?.text ?? '';
    if (opening.has(text)) depth += 1;
    if (closing.has(text)) depth -= 1;
  }
  return undefined;
}

function startsWithWords(tokens: readonly ScanToken[], index: number, words: readonly string[]): boolean {
  return words.every((word, offset) => {
    const token = tokens[index + offset];
    return token !== undefined && isWord(token, word);
  });
}

function withoutTail(
  tokens: readonly ScanToken[],
  tails: readonly (readonly string[])[],
): readonly ScanToken[] {
  const tail = tails.find(
    (words) => tokens.length > words.length && startsWithWords(tokens, tokens.length - words.length, words),
  );
  return tail ? tokens.slice(0, -tail.length) : tokens;
}

function matchingBracket(tokens: readonly ScanToken[], open: number): number | undefined {
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    const text = tokens[index]?.text ?? '';
    if (opening.has(text)) depth += 1;
    if (closing.has(text)) depth -= 1;
    if (depth === 0) return index;
  }
  return undefined;
}

function between(statement: StatementText, first?: ScanToken, last?: ScanToken): Slice | undefined {
  if (first === undefined || last === undefined || last.end <= first.start) return undefined;
  return {
    start: first.start,
    end: last.end,
    text: statement.bytes.subarray(first.start, last.end).toString('utf8'),
  };
}
