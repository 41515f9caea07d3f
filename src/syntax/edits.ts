/**
 * Small additions to a statement's text that leave every other character as its author wrote it: a condition at the end of
 * a WHERE or ON, a column and its value at the end of an INSERT's lists. Places are found by tokens and parentheses alone,
 * so they are candidates: whoever takes one reads the new text again and compares the trees (`added.ts`).
 */
import { nextSignificant, type Scanner, scannerAt, tokenText } from './lexer.js';

/** Where a condition could be added. */
export interface ConditionPlace {
  readonly clause: 'where' | 'on';
  /** Offset, in characters, behind the last token of the clause. */
  readonly at: number;
  /** Start of the conditions that are there already; undefined without any. */
  readonly from?: number;
  /** They have an OR that is not in parentheses. */
  readonly loose: boolean;
}

interface Token {
  readonly word: string;
  readonly kind: Scanner['kind'];
  readonly start: number;
  readonly end: number;
  readonly depth: number;
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const scanner = scannerAt(text);
  let depth = 0;
  while (nextSignificant(scanner)) {
    const word =
      scanner.kind === 'word' || scanner.kind === 'punctuation' ? tokenText(scanner).toLowerCase() : '';
    if (word === ')' || word === ']') depth -= 1;
    tokens.push({ word, kind: scanner.kind, start: scanner.start, end: scanner.end, depth });
    if (word === '(' || word === '[') depth += 1;
  }
  return tokens;
}

const setOperators = ['union', 'intersect', 'except'];
const afterWhere = new Set(
  ['group', 'having', 'window', 'order', 'limit', 'offset', 'fetch', 'for', 'returning', ';'].concat(
    setOperators,
  ),
);
const joining = new Set(['join', 'left', 'right', 'full', 'inner', 'cross', 'natural', 'where', ',']);

/** Every place in the text where a condition may be added, in the order of the text. */
export function conditionPlaces(text: string): readonly ConditionPlace[] {
  const tokens = tokensOf(text);
  return tokens.flatMap((token, index) => {
    if (opensBlock(tokens, index)) return [wherePlace(tokens, index)];
    return token.word === 'on' && tokens[index + 1]?.word !== 'conflict' ? [onPlace(tokens, index)] : [];
  });
}

/** SELECT, UPDATE and DELETE, but not those of FOR UPDATE, DO UPDATE, NO KEY UPDATE. */
function opensBlock(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]?.word ?? '';
  return (
    ['select', 'update', 'delete'].includes(tokens[index]?.word ?? '') &&
    !['for', 'do', 'key', 'then'].includes(before)
  );
}

function wherePlace(tokens: readonly Token[], opening: number): ConditionPlace {
  const end = endOf(
    tokens,
    opening,
    (token, next) => afterWhere.has(token.word) || (token.word === 'on' && next?.word === 'conflict'),
  );
  const depth = tokens[opening]?.depth ?? 0;
  const where = tokens.findIndex(
    (token, at) => at > opening && at < end && token.depth === depth && token.word === 'where',
  );
  const last = tokens[end - 1]?.end ?? 0;
  return where < 0 ? { clause: 'where', at: last, loose: false } : conditionsAt(tokens, 'where', where, end);
}

function onPlace(tokens: readonly Token[], on: number): ConditionPlace {
  const end = endOf(
    tokens,
    on,
    (token, next) => (joining.has(token.word) && next?.word !== '(') || afterWhere.has(token.word),
  );
  return conditionsAt(tokens, 'on', on, end);
}

function conditionsAt(
  tokens: readonly Token[],
  clause: ConditionPlace['clause'],
  word: number,
  end: number,
): ConditionPlace {
  const depth = tokens[word]?.depth ?? 0;
  const loose = tokens.slice(word, end).some((token) => token.depth === depth && token.word === 'or');
  return { clause, at: tokens[end - 1]?.end ?? 0, from: tokens[word + 1]?.start ?? 0, loose };
}

/** The first token behind a clause: one that ends it on its own level, or the parenthesis around it. */
function endOf(
  tokens: readonly Token[],
  start: number,
  ends: (token: Token, next: Token | undefined) => boolean,
): number {
  const depth = tokens[start]?.depth ?? 0;
  const found = tokens.findIndex(
    (token, at) =>
      at > start && (token.depth < depth || (token.depth === depth && ends(token, tokens[at + 1]))),
  );
  return found < 0 ? tokens.length : found;
}

/** The text with one more condition, the others in parentheses where an OR would take it in. */
export function withCondition(text: string, place: ConditionPlace, condition: string): string {
  const { clause, at, from, loose } = place;
  if (from === undefined) return `${text.slice(0, at)} ${clause.toUpperCase()} ${condition}${text.slice(at)}`;
  const said = text.slice(from, at);
  return `${text.slice(0, from)}${loose ? `(${said})` : said} AND ${condition}${text.slice(at)}`;
}

/** An INSERT with one more column, and its value in each row or select list; undefined without a list of columns. */
export function withInsertedColumn(text: string, column: string, value: string): string | undefined {
  const tokens = tokensOf(text);
  const into = tokens.findIndex(({ word }, at) => word === 'into' && tokens[at - 1]?.word === 'insert');
  const depth = tokens[into]?.depth;
  if (into < 0 || depth === undefined) return undefined;
  const isHere = (at: number, word: string) => tokens[at]?.depth === depth && tokens[at]?.word === word;
  const find = (word: string, from: number) => tokens.findIndex((_, at) => at >= from && isHere(at, word));
  const open = find('(', into);
  const close = find(')', open);
  const values = find('values', into);
  const select = find('select', into);
  const source = values < 0 ? select : values;
  if (open < 0 || close < 0 || source < close) return undefined;
  const ends = values < 0 ? [find('from', select)] : rowEnds(tokens, values, depth);
  if (ends.includes(-1)) return undefined;
  return [close, ...ends]
    .map((at, index) => ({ at: tokens[at - 1]?.end ?? 0, added: `, ${index === 0 ? column : value}` }))
    .reduceRight((edited, { at, added }) => edited.slice(0, at) + added + edited.slice(at), text);
}

/** The closing parentheses of the rows behind VALUES. */
function rowEnds(tokens: readonly Token[], values: number, depth: number): readonly number[] {
  const stop = tokens.findIndex(
    ({ word, depth: at, kind }, index) => index > values && at <= depth && (kind === 'word' || word === ';'),
  );
  return tokens.flatMap(({ word, depth: at }, index) =>
    index > values && (stop < 0 || index < stop) && at === depth && word === ')' ? [index] : [],
  );
}

/** Every `$from` as `$to`. */
export function withParameter(text: string, from: number, to: number): string {
  const scanner = scannerAt(text);
  let edited = '';
  let copied = 0;
  while (nextSignificant(scanner)) {
    if (scanner.kind !== 'param' || tokenText(scanner) !== `$${from}`) continue;
    edited += `${text.slice(copied, scanner.start)}$${to}`;
    copied = scanner.end;
  }
  return edited + text.slice(copied);
}

/** A name as it has to be written. */
export function quotedName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
