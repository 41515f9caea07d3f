/**
 * A statement's text for printing and for its identity, without parsing it: literals that the server kept are replaced
 * by parameters, comments taken out (sqlcommenter's tags are given apart), blanks collapsed.
 *
 * The text is for people and for merging rows. What is read for routing is the original, with its literals.
 */
import { byCodeUnit } from '../model/index.js';
import { commentTags } from './comments.js';
import { nextSignificant, nextToken, type Scanner, scannerAt, tokenText } from './lexer.js';
import { hasPlaceholder } from './placeholders.js';
import { mentionsSquashedList } from './squash.js';

export interface NormalisedText {
  /** Printable. Literals are `$n`, numbered after the highest parameter of the text. */
  readonly text: string;
  /**
   * Equal for texts that differ only in literals, blanks, comments, letter case of unquoted words, or numbering of
   * parameters: they are numbered in order of appearance, so `$1 … $1` and `$1 … $2` stay apart.
   */
  readonly identity: string;
  /** Sorted by key. */
  readonly tags: Readonly<Record<string, string>>;
  /** The text ends within a quote, a comment or a parenthesis, or in dots: a tool has cut it off. */
  readonly truncated: boolean;
}

/** `literals`: gets the text's literals as written, in the order in which they became `$n`. They must stay in memory. */
export function normaliseText(sql: string, literals?: string[]): NormalisedText {
  const output: Output = {
    text: '',
    from: 0,
    to: 0,
    identity: [],
    spaced: false,
    highest: undefined,
    replaced: 0,
    numbers: new Map(),
    appeared: 0,
    literals,
  };
  const tags = new Map<string, string>();
  const place = startOfStatement();
  const scanner = scannerAt(sql);
  while (nextToken(scanner)) {
    if (scanner.unterminated) place.cut = true;
    if (scanner.kind === 'blank') output.spaced = true;
    else if (scanner.kind === 'comment') takeComment(scanner, output, tags);
    else {
      const token = scanner.kind === 'word' ? tokenText(scanner).toLowerCase() : tokenText(scanner);
      write(scanner, token, place, output);
      advance(scanner, token, place);
    }
  }
  copyUncopied(sql, output);
  return {
    text: withoutEnd(output.text),
    identity: withoutEnd(output.identity.join(' ')),
    tags: tags.size === 0 ? noTags : Object.fromEntries([...tags].sort(([a], [b]) => byCodeUnit(a, b))),
    truncated: place.cut || place.depth > 0 || endsInDots(sql),
  };
}

function endsInDots(sql: string): boolean {
  const text = sql.trimEnd();
  return text.endsWith('...') || text.endsWith('…');
}

const noTags: NormalisedText['tags'] = {};

/** Looked for once, and only in texts that have something to number. */
function highestOf(output: Output, { text }: Scanner): number {
  output.highest ??= highestParameter(text);
  return output.highest;
}

/** The highest n of `$n`, 0 without any. */
export function highestParameter(sql: string): number {
  let highest = 0;
  if (!sql.includes('$')) return highest;
  const scanner = scannerAt(sql);
  while (nextToken(scanner)) {
    if (scanner.kind === 'param')
      highest = Math.max(highest, Number(sql.slice(scanner.start + 1, scanner.end)));
  }
  return highest;
}

/** A text with every literal, also one that the text's end has cut, as `?`. For messages. */
export function redactLiterals(sql: string): string {
  const scanner = scannerAt(sql);
  const parts: string[] = [];
  while (nextToken(scanner)) parts.push(isLiteral(scanner) ? '?' : tokenText(scanner));
  return parts.join('');
}

/** Without the blanks and semicolons at its end. */
function withoutEnd(text: string): string {
  return /[\s;]/.test(text.slice(-1)) ? text.replace(/[\s;]+$/, '') : text;
}

interface Output {
  /** What is written so far, but for the part of the original between `from` and `to`: it stays as it is. */
  text: string;
  from: number;
  to: number;
  /** Its tokens; blanks part them. */
  readonly identity: string[];
  /** A blank or comment lies between the last token written and the next. */
  spaced: boolean;
  /** The text's highest parameter, once somebody asked: literals are numbered from there, and without any `?` is one. */
  highest: number | undefined;
  /** Literals that became parameters. */
  replaced: number;
  /** Numbers of the text's parameters in `identity`. */
  readonly numbers: Map<string, number>;
  /** Parameters and literals written to `identity`. */
  appeared: number;
  readonly literals: string[] | undefined;
}

function takeComment(scanner: Scanner, output: Output, tags: Map<string, string>): void {
  const comment = tokenText(scanner);
  if (mentionsSquashedList(comment)) {
    // The server's own mark of a list that it squashed is part of the meaning.
    replace(scanner, ' /*, ... */', output);
    output.identity.push('/*, ... */');
    output.spaced = false;
    return;
  }
  for (const [key, value] of commentTags(comment)) tags.set(key, value);
  output.spaced = true;
}

/** `token`: words in lower case. */
function write(scanner: Scanner, token: string, place: Place, output: Output): void {
  if (isLiteral(scanner) && !(scanner.kind === 'number' && keepsNumber(scanner, place))) {
    output.literals?.push(token);
    output.replaced += 1;
    const parameter = `$${highestOf(output, scanner) + output.replaced}`;
    replace(scanner, needsBlank(scanner.text, dollar, output) ? ` ${parameter}` : parameter, output);
    output.identity.push(nextNumber(output));
  } else {
    keep(scanner, output);
    output.identity.push(identityOf(scanner, token, output));
  }
  output.spaced = false;
}

/** The token goes on where the last one ended, or after one blank: then nothing has to be copied. */
function keep({ text, start, end }: Scanner, output: Output): void {
  const blank = needsBlank(text, text.charCodeAt(start), output);
  const follows = output.to + Number(blank) === start && (!blank || text.charCodeAt(output.to) === space);
  if (!follows || output.to === output.from) {
    copyUncopied(text, output);
    if (blank) output.text += ' ';
    output.from = start;
  }
  output.to = end;
}

function replace({ text, end }: Scanner, by: string, output: Output): void {
  copyUncopied(text, output);
  output.text += by;
  output.from = end;
  output.to = end;
}

function copyUncopied(sql: string, output: Output): void {
  const kept = sql.slice(output.from, output.to);
  output.text = output.text === '' ? kept : output.text + kept;
  output.from = output.to;
}

/** Between what is written and a token that begins with this character. */
function needsBlank(sql: string, first: number, output: Output): boolean {
  if (output.text === '' && output.to === output.from) return false;
  return output.spaced || mustStandApart(lastWritten(sql, output), first);
}

function lastWritten(sql: string, { text, from, to }: Output): number {
  return to > from ? sql.charCodeAt(to - 1) : text.charCodeAt(text.length - 1);
}

function identityOf(scanner: Scanner, token: string, output: Output): string {
  const { kind } = scanner;
  if (kind === 'word') return token;
  if (kind === 'param') {
    const known = output.numbers.get(token);
    if (known !== undefined) return `$${known}`;
    const fresh = nextNumber(output);
    output.numbers.set(token, output.appeared);
    return fresh;
  }
  if (kind === 'operator' && hasPlaceholder(token) && highestOf(output, scanner) === 0) {
    return token
      .replace(/\?/g, () => ` ${nextNumber(output)} `)
      .trim()
      .replace(/ {2,}/g, ' ');
  }
  return token === '!=' ? '<>' : token;
}

function nextNumber(output: Output): string {
  output.appeared += 1;
  return `$${output.appeared}`;
}

/** Two tokens that touch in the text may run together once one of them was replaced: interval'1 day' → interval $1. */
function mustStandApart(before: number, after: number): boolean {
  return (joins(before) || before === doubleQuote) && joins(after);
}

const space = 32;
const doubleQuote = 34;
const dollar = 36;

/** A character of a word, a parameter or a string: \w, $, ', and all beyond ASCII. */
function joins(code: number): boolean {
  const isDigit = code >= 48 && code <= 57;
  const letter = code | 32;
  const isLetter = letter >= 97 && letter <= 122;
  return isLetter || isDigit || code === 95 || code === 36 || code === 39 || code >= 128;
}

function isLiteral(scanner: Scanner): boolean {
  return scanner.kind === 'string' || scanner.kind === 'bits' || scanner.kind === 'number';
}

// ── numbers that are no data ─────────────────────────────────────────────────────────────────────────────────────────

/** What lies around a token, as far as it tells data from syntax. */
interface Place {
  depth: number;
  cut: boolean;
  /** The last significant token, in lower case. */
  previous: string;
  /** Depth of the parentheses of a type's modifiers, as in varchar(3); 0 outside. */
  modifierDepth: number;
  /** Depths at which a list of ORDER BY or GROUP BY stands. */
  readonly lists: boolean[];
}

function startOfStatement(): Place {
  return { depth: 0, cut: false, previous: '', modifierDepth: 0, lists: [] };
}

const typesWithModifiers = new Set([
  ...['varchar', 'char', 'character', 'varying', 'bpchar', 'numeric', 'decimal', 'dec', 'bit', 'varbit'],
  ...['timestamp', 'timestamptz', 'time', 'timetz', 'interval', 'float'],
]);
const endsList = new Set([
  ...['limit', 'offset', 'fetch', 'having', 'window', 'union', 'intersect', 'except', 'for', 'rows', 'range'],
  ...['groups', 'order', 'where', 'select', 'returning'],
]);

/** Lengths and precisions of types, and ordinals of ORDER BY 1 and GROUP BY 1, 2, are no data and carry meaning. */
function keepsNumber(scanner: Scanner, place: Place): boolean {
  if (place.modifierDepth > 0) return true;
  if (place.lists[place.depth] !== true || scanner.end - scanner.start > 4) return false;
  if (place.previous !== 'by' && place.previous !== ',') return false;
  // Tags stand behind the statement's last word: they do not make an ordinal data.
  const next = scannerAt(scanner.text, scanner.end);
  return !nextSignificant(next) || next.kind === 'word' || /^[,);]$/.test(tokenText(next));
}

function advance(scanner: Scanner, token: string, place: Place): void {
  if (scanner.kind === 'punctuation') {
    if (token === '(') {
      place.depth += 1;
      place.lists[place.depth] = false;
      if (typesWithModifiers.has(place.previous)) place.modifierDepth = place.depth;
    } else if (token === ')') {
      if (place.modifierDepth === place.depth) place.modifierDepth = 0;
      place.depth -= 1;
    }
  }
  place.previous = token.length > 20 ? '' : token;
  if (scanner.kind !== 'word') return;
  if (place.previous === 'by') place.lists[place.depth] = true;
  else if (place.lists[place.depth] === true && endsList.has(place.previous))
    place.lists[place.depth] = false;
}
