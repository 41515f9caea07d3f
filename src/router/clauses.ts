/**
 * Where the clauses of a text's outermost statement stand, by tokens and parentheses alone. What is made of them is read
 * again and held against the statement's tree, so a place that was taken wrongly is noticed, never used.
 */

import { nextToken, scannerAt, type TokenKind, tokenText } from '../syntax/index.js';

export interface Token {
  /** Words and punctuation in lower case; else empty. */
  readonly word: string;
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  readonly depth: number;
}

/** Offsets of the text, in characters. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface OrderItem extends Span {
  /** ASC, DESC, USING and an operator, NULLS FIRST or LAST, as written. */
  readonly direction: string;
}

export interface Clauses {
  /** The list of outputs; empty for a set operation and for TABLE. */
  readonly items: readonly Span[];
  readonly groupBy: readonly Span[];
  readonly orderBy: readonly OrderItem[];
  /** `ORDER BY …` as a whole. */
  readonly ordering: Span | undefined;
  /** What stands behind LIMIT or FETCH FIRST; undefined without either, and for LIMIT ALL. */
  readonly count: Span | undefined;
  readonly offset: Span | undefined;
  /** The clauses LIMIT, OFFSET and FETCH as wholes. */
  readonly limits: readonly Span[];
  /** Behind the statement's last token, the semicolon left out. */
  readonly end: number;
}

export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const scanner = scannerAt(text);
  let depth = 0;
  while (nextToken(scanner)) {
    const { kind, start, end } = scanner;
    if (kind === 'blank' || kind === 'comment') continue;
    const word = kind === 'word' || kind === 'punctuation' ? tokenText(scanner).toLowerCase() : '';
    if (word === ')' || word === ']') depth -= 1;
    tokens.push({ word, kind, start, end, depth });
    if (word === '(' || word === '[') depth += 1;
  }
  return tokens;
}

const opening = new Set([
  'from',
  'where',
  'group',
  'having',
  'window',
  'order',
  'limit',
  'offset',
  'fetch',
  'for',
]);
const combining = new Set(['union', 'intersect', 'except']);

interface Clause {
  readonly word: string;
  /** Of its first token. */
  readonly at: number;
  /** Of the first token behind it. */
  readonly until: number;
}

/** Undefined when the text is no SELECT that stands free, as one in parentheses. */
export function clausesOf(text: string): Clauses | undefined {
  const all = tokensOf(text);
  const tokens = all.at(-1)?.word === ';' ? all.slice(0, -1) : all;
  const isSet = tokens.some(({ depth, word, kind }) => depth === 0 && kind === 'word' && combining.has(word));
  const select = tokens.findIndex(({ depth, word }) => depth === 0 && word === 'select');
  const isTable = tokens[0]?.word === 'table';
  if (select < 0 && !isSet && !isTable) return undefined;
  const clauses = clausesFrom(tokens, select < 0 ? 0 : select + 1);
  const found = (word: string) => clauses.find((clause) => clause.word === word);
  const [group, order, limit, offset, fetch] = ['group', 'order', 'limit', 'offset', 'fetch'].map(found);
  const limits = [limit, offset, fetch].filter((clause) => clause !== undefined);
  const ordered = order === undefined ? [] : split(tokens, order.at + 2, order.until);
  return {
    items: isSet || isTable ? [] : itemsOf(tokens, select, clauses[0]?.at ?? tokens.length),
    groupBy:
      group === undefined ? [] : split(tokens, group.at + 2, group.until).map((part) => spanOf(tokens, part)),
    orderBy: ordered.map((part) => orderItem(text, tokens, part)),
    ordering: order === undefined ? undefined : spanOf(tokens, { from: order.at, to: order.until }),
    count: limit === undefined ? fetched(tokens, fetch) : limited(tokens, limit),
    offset: offset === undefined ? undefined : skipped(tokens, offset),
    limits: limits.map(({ at, until }) => spanOf(tokens, { from: at, to: until })),
    end: tokens.at(-1)?.end ?? 0,
  };
}

/** The clauses of the outermost level; of a set operation only those behind its last arm count, and a later one wins. */
function clausesFrom(tokens: readonly Token[], from: number): readonly Clause[] {
  const starts: { word: string; at: number }[] = [];
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined || token.depth !== 0 || token.kind !== 'word' || isNamed(tokens, at)) continue;
    if (combining.has(token.word)) starts.length = 0;
    else if (opening.has(token.word) && !(token.word === 'from' && isComparison(tokens, at)))
      starts.push({ word: token.word, at });
  }
  return starts.map((start, index) => ({ ...start, until: starts[index + 1]?.at ?? tokens.length }));
}

/** Behind AS or a dot every word is a name. */
function isNamed(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1]?.word;
  return before === 'as' || before === '.';
}

/** `a IS [NOT] DISTINCT FROM b`. */
function isComparison(tokens: readonly Token[], at: number): boolean {
  const [one, two] = [tokens[at - 1]?.word, tokens[at - 2]?.word];
  return one === 'distinct' && (two === 'is' || two === 'not');
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** By commas of the outermost level. */
function split(tokens: readonly Token[], from: number, to: number): readonly Range[] {
  const commas: number[] = [];
  for (let at = from; at < to; at += 1) {
    if (tokens[at]?.word === ',' && tokens[at]?.depth === 0) commas.push(at);
  }
  const starts = [from, ...commas.map((at) => at + 1)];
  return starts.map((start, index) => ({ from: start, to: commas[index] ?? to }));
}

function spanOf(tokens: readonly Token[], { from, to }: Range): Span {
  return { start: tokens[from]?.start ?? 0, end: tokens[to - 1]?.end ?? 0 };
}

/** Behind SELECT, ALL, DISTINCT and DISTINCT ON (…). */
function itemsOf(tokens: readonly Token[], select: number, until: number): readonly Span[] {
  let from = select + 1;
  if (tokens[from]?.word === 'all') from += 1;
  else if (tokens[from]?.word === 'distinct') {
    from += 1;
    if (tokens[from]?.word === 'on' && tokens[from + 1]?.word === '(') {
      from += 2;
      while (from < until && !(tokens[from]?.word === ')' && tokens[from]?.depth === 0)) from += 1;
      from += 1;
    }
  }
  return from >= until ? [] : split(tokens, from, until).map((part) => spanOf(tokens, part));
}

function orderItem(text: string, tokens: readonly Token[], { from, to }: Range): OrderItem {
  let end = to;
  if (['first', 'last'].includes(tokens[end - 1]?.word ?? '') && tokens[end - 2]?.word === 'nulls') end -= 2;
  if (['asc', 'desc'].includes(tokens[end - 1]?.word ?? '')) end -= 1;
  end = usingAt(tokens, { from, to: end });
  const span = spanOf(tokens, { from, to: end });
  const direction = end === to ? '' : text.slice(tokens[end]?.start ?? 0, tokens[to - 1]?.end ?? 0);
  return { ...span, direction };
}

/** Where `USING >` begins, or the end: it is a direction as DESC is. */
function usingAt(tokens: readonly Token[], { from, to }: Range): number {
  const at = tokens.slice(from, to).findIndex(({ word, depth }) => depth === 0 && word === 'using');
  return at < 0 ? to : from + at;
}

function limited(tokens: readonly Token[], { at, until }: Clause): Span | undefined {
  return tokens[at + 1]?.word === 'all' ? undefined : spanOf(tokens, { from: at + 1, to: until });
}

const rowWords = new Set(['row', 'rows']);

function skipped(tokens: readonly Token[], { at, until }: Clause): Span {
  const to = rowWords.has(tokens[until - 1]?.word ?? '') ? until - 1 : until;
  return spanOf(tokens, { from: at + 1, to });
}

/** `FETCH FIRST n ROWS ONLY | WITH TIES`; without a number it is one row, and the span is empty. */
function fetched(tokens: readonly Token[], fetch: Clause | undefined): Span | undefined {
  if (fetch === undefined) return undefined;
  const { at, until } = fetch;
  const rows = tokens.findIndex(
    (token, index) => index > at + 1 && index < until && token.depth === 0 && rowWords.has(token.word),
  );
  if (rows < 0) return undefined;
  return rows === at + 2
    ? { start: tokens[rows]?.start ?? 0, end: tokens[rows]?.start ?? 0 }
    : spanOf(tokens, { from: at + 2, to: rows });
}

/** The text with its parameters numbered from 1 in order of appearance, and which ones they were. */
export function numbered(text: string): { readonly text: string; readonly parameters: readonly number[] } {
  const owns = new Map<number, number>();
  let made = '';
  let copied = 0;
  for (const { kind, start, end } of tokensOf(text)) {
    if (kind !== 'param') continue;
    const number = Number(text.slice(start + 1, end));
    const own = owns.get(number) ?? owns.size + 1;
    owns.set(number, own);
    made += `${text.slice(copied, start)}$${own}`;
    copied = end;
  }
  return { text: made + text.slice(copied), parameters: [...owns.keys()] };
}
