/**
 * SQL text → tokens, as PostgreSQL's own scanner cuts them (standard_conforming_strings on), for the work that needs no
 * grammar: it reads text that is cut off or wrong, and files of many megabytes, in one pass and without copying.
 *
 * Every character belongs to exactly one token. Unterminated quotes and comments reach to the end of the text.
 */

export type TokenKind =
  | 'blank'
  | 'comment'
  | 'word'
  | 'quotedName'
  | 'string'
  | 'bits'
  | 'number'
  | 'param'
  | 'operator'
  | 'punctuation';

/** A place in a text that moves from token to token. Offsets are of characters. */
export interface Scanner {
  readonly text: string;
  kind: TokenKind;
  start: number;
  /** The end of the token, and the place where the next one starts. */
  end: number;
  /** The token is a quote or comment that the text's end has cut. */
  unterminated: boolean;
}

export function scannerAt(text: string, offset = 0): Scanner {
  return { text, kind: 'blank', start: offset, end: offset, unterminated: false };
}

/** Moves to the next token; false at the end of the text. */
export function nextToken(scanner: Scanner): boolean {
  const { text, end } = scanner;
  if (end >= text.length) return false;
  scanner.start = end;
  scanner.unterminated = false;
  scan(scanner, text.charCodeAt(end));
  return true;
}

/** Moves to the next token that is neither blank nor comment. */
export function nextSignificant(scanner: Scanner): boolean {
  while (nextToken(scanner)) {
    if (scanner.kind !== 'blank' && scanner.kind !== 'comment') return true;
  }
  return false;
}

export function tokenText(scanner: Scanner): string {
  return scanner.text.slice(scanner.start, scanner.end);
}

export function tokenIs(scanner: Scanner, character: string): boolean {
  return scanner.end === scanner.start + 1 && scanner.text[scanner.start] === character;
}

// ── characters ───────────────────────────────────────────────────────────────────────────────────────────────────────

const isBlank = characterTable(' \t\n\r\f\v');
const isOperator = characterTable('+-*/<>=~!@#%^&|`?');
const isDigit = characterTable('0123456789');
const isWordStart = characterTable('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_');
const isWordPart = characterTable('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789$');
const isNumberPart = characterTable('0123456789_');
const isRadixDigit = characterTable('0123456789abcdefABCDEF_');

function characterTable(characters: string): Uint8Array {
  const table = new Uint8Array(128);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}

const quote = 39;
const doubleQuote = 34;
const dollar = 36;
const dash = 45;
const slash = 47;
const star = 42;
const dot = 46;
const colon = 58;
const backslash = 92;

function startsWord(code: number): boolean {
  return code >= 128 || isWordStart[code] === 1;
}

function continuesWord(code: number): boolean {
  return code >= 128 || isWordPart[code] === 1;
}

// ── tokens ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function scan(scanner: Scanner, first: number): number {
  const { text, start } = scanner;
  const second = text.charCodeAt(start + 1);
  if (isBlank[first] === 1) return finish(scanner, 'blank', endOfRun(text, start + 1, isBlank));
  if (startsWord(first)) return scanWord(scanner, first, second);
  if (isDigit[first] === 1 || (first === dot && isDigit[second] === 1)) return scanNumber(scanner);
  if (first === quote) return scanString(scanner, 'string', start, false);
  if (first === doubleQuote) return scanQuoted(scanner, 'quotedName', start + 1, doubleQuote);
  if (first === dash && second === dash) return finish(scanner, 'comment', endOfLine(text, start));
  if (first === slash && second === star) return scanBlockComment(scanner);
  if (first === dollar) return scanDollar(scanner, second);
  if (isOperator[first] === 1) return finish(scanner, 'operator', endOfOperator(text, start));
  const pair = (first === colon && (second === colon || second === 61)) || (first === dot && second === dot);
  return finish(scanner, 'punctuation', start + (pair ? 2 : 1));
}

/** Every way of scanning ends here and gives the token's end. */
function finish(scanner: Scanner, kind: TokenKind, end: number): number {
  scanner.kind = kind;
  scanner.end = end;
  return end;
}

function cutOff(scanner: Scanner, kind: TokenKind): number {
  scanner.unterminated = true;
  return finish(scanner, kind, scanner.text.length);
}

function endOfRun(text: string, from: number, table: Uint8Array): number {
  let at = from;
  while (table[text.charCodeAt(at)] === 1) at += 1;
  return at;
}

function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
}

/** A word may turn out to be the prefix of a quoted thing: E'…', B'…', X'…', N'…', U&'…', U&"…". */
function scanWord(scanner: Scanner, first: number, second: number): number {
  const { text, start } = scanner;
  if (second === quote) {
    const prefix = text[start]?.toLowerCase();
    if (prefix === 'e') return scanString(scanner, 'string', start + 1, true);
    if (prefix === 'b' || prefix === 'x') return scanString(scanner, 'bits', start + 1, false);
    if (prefix === 'n') return scanString(scanner, 'string', start + 1, false);
  }
  if ((first === 85 || first === 117) && second === 38) {
    const third = text.charCodeAt(start + 2);
    if (third === quote) return scanString(scanner, 'string', start + 2, false);
    if (third === doubleQuote) return scanQuoted(scanner, 'quotedName', start + 3, doubleQuote);
  }
  let at = start + 1;
  while (at < text.length && continuesWord(text.charCodeAt(at))) at += 1;
  return finish(scanner, 'word', at);
}

/** A string goes on after a line break: 'a' ⏎ 'b' is one. `open` is the place of the opening quote. */
function scanString(scanner: Scanner, kind: 'string' | 'bits', open: number, escapes: boolean): number {
  const { text } = scanner;
  let from = open + 1;
  for (;;) {
    const close = escapes ? closingEscapedQuote(text, from) : closingQuote(text, from, "'");
    if (close < 0) return cutOff(scanner, kind);
    const next = endOfRun(text, close + 1, isBlank);
    const continued = text.charCodeAt(next) === quote && text.slice(close + 1, next).includes('\n');
    if (!continued) return finish(scanner, kind, close + 1);
    from = next + 1;
  }
}

function scanQuoted(scanner: Scanner, kind: TokenKind, from: number, mark: number): number {
  const close = closingQuote(scanner.text, from, String.fromCharCode(mark));
  if (close < 0) return cutOff(scanner, kind);
  return finish(scanner, kind, close + 1);
}

/** Doubled quotes stand for themselves. */
function closingQuote(text: string, from: number, mark: string): number {
  let at = text.indexOf(mark, from);
  while (at >= 0 && text[at + 1] === mark) at = text.indexOf(mark, at + 2);
  return at;
}

function closingEscapedQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === backslash) at += 1;
    else if (code === quote) {
      if (text.charCodeAt(at + 1) !== quote) return at;
      at += 1;
    }
  }
  return -1;
}

const commentEdge = /\/\*|\*\//g;

function scanBlockComment(scanner: Scanner): number {
  let depth = 0;
  commentEdge.lastIndex = scanner.start;
  for (let edge = commentEdge.exec(scanner.text); edge !== null; edge = commentEdge.exec(scanner.text)) {
    depth += edge[0] === '/*' ? 1 : -1;
    if (depth === 0) return finish(scanner, 'comment', commentEdge.lastIndex);
  }
  return cutOff(scanner, 'comment');
}

/** `$1`, `$tag$ … $tag$`, or a stray dollar. */
function scanDollar(scanner: Scanner, second: number): number {
  const { text, start } = scanner;
  if (isDigit[second] === 1) return finish(scanner, 'param', endOfRun(text, start + 1, isDigit));
  let at = start + 1;
  if (startsWord(second)) {
    at += 1;
    while (at < text.length && text.charCodeAt(at) !== dollar && continuesWord(text.charCodeAt(at))) at += 1;
  }
  if (text.charCodeAt(at) !== dollar) return finish(scanner, 'punctuation', start + 1);
  const tag = text.slice(start, at + 1);
  const close = text.indexOf(tag, at + 1);
  if (close < 0) return cutOff(scanner, 'string');
  return finish(scanner, 'string', close + tag.length);
}

function scanNumber(scanner: Scanner): number {
  const { text, start } = scanner;
  if (text[start] === '0' && 'xXoObB'.includes(text[start + 1] ?? ' ')) {
    const end = endOfRun(text, start + 2, isRadixDigit);
    if (end > start + 2) return finish(scanner, 'number', end);
  }
  let at = endOfRun(text, start, isNumberPart);
  // 1..10 is a range of a loop, not the number `1.`
  if (text.charCodeAt(at) === dot && text.charCodeAt(at + 1) !== dot)
    at = endOfRun(text, at + 1, isNumberPart);
  return finish(scanner, 'number', endOfExponent(text, at));
}

function endOfExponent(text: string, at: number): number {
  if (text[at] !== 'e' && text[at] !== 'E') return at;
  const sign = text[at + 1] === '+' || text[at + 1] === '-' ? 1 : 0;
  const digits = at + 1 + sign;
  return isDigit[text.charCodeAt(digits)] === 1 ? endOfRun(text, digits, isNumberPart) : at;
}

const keepsTrailingSign = /[~!@#%^&|`?]/;

/** A run of operator characters up to a comment; `+` and `-` at its end belong to what follows, unless it has a rarer character. */
function endOfOperator(text: string, start: number): number {
  let end = start + 1;
  while (isOperator[text.charCodeAt(end)] === 1 && !startsComment(text, end)) end += 1;
  if (keepsTrailingSign.test(text.slice(start, end))) return end;
  while (end > start + 1 && (text[end - 1] === '-' || text[end - 1] === '+')) end -= 1;
  return end;
}

function startsComment(text: string, at: number): boolean {
  const pair = text.charCodeAt(at);
  const next = text.charCodeAt(at + 1);
  return (pair === dash && next === dash) || (pair === slash && next === star);
}
