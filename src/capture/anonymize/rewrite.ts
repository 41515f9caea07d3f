/**
 * One SQL text with every name of the application replaced, its literals gone and its comments dropped; undefined when that
 * cannot be done for sure.
 *
 * Nothing can leak by construction: a token gets out only as punctuation, a keyword, a word that PostgreSQL brings, a
 * parameter, or a pseudonym. That the text still says the same is checked on the trees: they may differ in names alone.
 */

import { isLiteral, meaningfulNumbers } from '../literals.js';
import {
  joined,
  type Piece,
  parametersAfter,
  piecesOf,
  sameShape,
  treeOf,
  visitNodes,
} from '../sql-pieces.js';
import type { Pseudonyms } from './pseudonyms.js';
import { staysEverywhere, type Words } from './words.js';

export interface Rewriting {
  readonly pseudonyms: Pseudonyms;
  readonly words: Words;
}

/** Parameters, as the server itself writes into statements; hashes where a parameter would mean something else. */
export type LiteralStyle = 'parameters' | 'hashes';

export interface Rewritten {
  readonly text: string;
  /** Those that were replaced, folded. */
  readonly names: ReadonlySet<string>;
}

/** `around`: what has to stand before and after the text to make it a statement; it is not part of the result. */
export function rewriteSql(
  rewriting: Rewriting,
  text: string,
  style: LiteralStyle,
  around: readonly [string, string] = ['', ''],
): Rewritten | undefined {
  const whole = (inner: string): string => `${around[0]}${inner}${around[1]}`;
  const original = treeOf(whole(text));
  if (original === undefined) return undefined;
  const offset = Buffer.byteLength(around[0]);
  const literalFree = replaceLiterals(rewriting, text, style, meaningfulNumbers(original, offset));
  if (literalFree === undefined) return undefined;
  const tree = treeOf(whole(literalFree));
  if (tree === undefined) return undefined;
  const pieces = piecesOf(literalFree);
  const called = placesOfBuiltins(rewriting.words, tree, offset);
  const renamed = renamedPieces(rewriting, pieces, called);
  if (renamed === undefined) return undefined;
  const { name } = rewriting.pseudonyms;
  const mayBecome = (before: string, after: string): boolean => after === name(before);
  const fits = (texts: readonly string[]): boolean =>
    sameShape(tree, treeOf(whole(texts.join(''))), mayBecome);
  const tried = candidates(rewriting.words, pieces, tree, called);
  const keywords = keywordNames(tried, pieces, renamed, name, fits);
  const result = renamed.map((one, index) => keywords.get(index) ?? one);
  if (!fits(result)) return undefined;
  const replaced = pieces.filter(
    ({ kind, text: written }, index) => kind !== 'blank' && result[index] !== written,
  );
  return { text: joined(result), names: new Set(replaced.map(nameOf)) };
}

// ── literals ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Comments go as well. Undefined for a text that ends within a quote. */
function replaceLiterals(
  { pseudonyms }: Rewriting,
  text: string,
  style: LiteralStyle,
  kept: ReadonlySet<number>,
): string | undefined {
  const pieces = piecesOf(text);
  if (pieces.some(({ cut }) => cut)) return undefined;
  const parameter = parametersAfter(pieces);
  return pieces
    .map((piece) => {
      if (piece.kind === 'comment') return squashMark(piece.text);
      if (!isLiteral(piece) || kept.has(piece.start)) return piece.text;
      return style === 'parameters' ? parameter(piece.text) : hashedLiteral(pseudonyms, piece);
    })
    .join('');
}

/** The server's mark in a list that it squashed says that there are more; any other comment is a blank. */
export function squashMark(comment: string): string {
  return /^\/\*\s*,\s*\.\.\.\s*\*\/$/.test(comment) ? ' /*, ... */' : ' ';
}

/** Words that the server reads as another time each day: a default of one is no constant. */
const clockWords = new Set(["'now'", "'today'", "'tomorrow'", "'yesterday'"]);

/** 0, 1 and the empty string say nothing of anybody, and much of a query. */
export function hashedLiteral(pseudonyms: Pseudonyms, { kind, text }: Piece): string {
  if (text === '0' || text === '1' || text === "''" || clockWords.has(text.toLowerCase())) return text;
  if (kind === 'number') return pseudonyms.number(text);
  if (kind === 'bits') return `B'${Number(pseudonyms.number(text)).toString(2)}'`;
  return `'${pseudonyms.text(text)}'`;
}

// ── names ────────────────────────────────────────────────────────────────────────────────────────────────────────────

function unquoted(quotedName: string): string {
  return quotedName.slice(1, -1).replaceAll('""', '"');
}

/** Unquoted names fold to lower case, as the server folds them. */
export function nameOf({ kind, text }: Piece): string {
  return kind === 'quotedName' ? unquoted(text) : text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Every word that is no keyword; keywords are left for later. Undefined for a spelling of names that is not read. */
function renamedPieces(
  { pseudonyms, words }: Rewriting,
  pieces: readonly Piece[],
  called: ReadonlySet<number>,
): readonly string[] | undefined {
  if (pieces.some(({ kind, text }) => kind === 'quotedName' && !text.startsWith('"'))) return undefined;
  return pieces.map((piece, index) => {
    const isKeyword = piece.kind === 'word' && words.keywords.has(nameOf(piece));
    if (piece.kind === 'blank') return ' ';
    if ((piece.kind !== 'word' && piece.kind !== 'quotedName') || isKeyword) return piece.text;
    if (called.has(startOfPath(pieces, index)) && isLastOfPath(pieces, index)) return piece.text;
    const name = nameOf(piece);
    if (staysEverywhere(words, name) || isBuiltinCall(words, pieces, index)) return piece.text;
    return pseudonyms.name(name);
  });
}

/** Where a function or a type of PostgreSQL's own is named. The tree's nodes are told by their fields, for some stand without their kind. */
function placesOfBuiltins(words: Words, tree: unknown, offset: number): ReadonlySet<number> {
  const places = new Set<number>();
  visitNodes(tree, (_kind, { funcname, names, typemod, location }) => {
    if (typeof location !== 'number') return;
    const isCall = isBuiltinFunction(words, pathIn(funcname));
    const isType = typemod !== undefined && isBuiltinType(words, pathIn(names));
    if (isCall || isType) places.add(location - offset);
  });
  return places;
}

function isBuiltinFunction(words: Words, path: readonly string[]): boolean {
  const name = path.at(-1);
  return name !== undefined && words.functions.has(name) && !words.ownFunctions.has(name);
}

/** pg_catalog is looked at first. */
function isBuiltinType(words: Words, path: readonly string[]): boolean {
  const name = path.at(-1);
  if (name === undefined || !words.types.has(name)) return false;
  return path.length === 1 || path[0] === 'pg_catalog' || !words.ownTypes.has(name);
}

function pathIn(names: unknown): readonly string[] {
  if (!Array.isArray(names)) return [];
  return names.map((one) => String((one as { String?: { sval?: string } }).String?.sval ?? ''));
}

function neighbour(pieces: readonly Piece[], index: number, step: 1 | -1): number {
  let at = index + step;
  while (pieces[at]?.kind === 'blank' || pieces[at]?.kind === 'comment') at += step;
  return at;
}

function textAt(pieces: readonly Piece[], index: number, step: 1 | -1): string {
  return pieces[neighbour(pieces, index, step)]?.text ?? '';
}

/** The place where the dotted name begins that this word is part of. */
function startOfPath(pieces: readonly Piece[], index: number): number {
  let first = index;
  while (textAt(pieces, first, -1) === '.') first = neighbour(pieces, neighbour(pieces, first, -1), -1);
  return pieces[first]?.start ?? 0;
}

function isLastOfPath(pieces: readonly Piece[], index: number): boolean {
  return textAt(pieces, index, 1) !== '.';
}

/** Where the tree keeps no place, as in CREATE TRIGGER … EXECUTE FUNCTION: by the bracket alone. */
export function isBuiltinCall(words: Words, pieces: readonly Piece[], index: number): boolean {
  const piece = pieces[index];
  if (piece === undefined || textAt(pieces, index, 1) !== '(') return false;
  const name = nameOf(piece);
  return words.functions.has(name) && !words.ownNames.has(name);
}

// ── keywords that are names ──────────────────────────────────────────────────────────────────────────────────────────

type Fits = (texts: readonly string[]) => boolean;

/** Keywords of whose spelling the tree has a string, by index. */
function candidates(
  words: Words,
  pieces: readonly Piece[],
  tree: unknown,
  called: ReadonlySet<number>,
): readonly number[] {
  const strings = stringsOf(tree);
  return pieces.flatMap((piece, index) => {
    if (piece.kind !== 'word' || called.has(piece.start)) return [];
    const name = nameOf(piece);
    return words.keywords.has(name) && strings.has(name) && !staysEverywhere(words, name) ? [index] : [];
  });
}

/**
 * A keyword may be a name (`SELECT value FROM t`) or not (`VALUES`), so each is tried out. Replaced, a name leaves the tree as
 * it was but for the string; a keyword breaks it.
 */
function keywordNames(
  tried: readonly number[],
  pieces: readonly Piece[],
  renamed: readonly string[],
  name: (name: string) => string,
  fits: Fits,
): ReadonlyMap<number, string> {
  const accepted = new Map<number, string>();
  for (const index of tried) {
    const pseudonym = name(nameOf(pieces[index] as Piece));
    if (fits(renamed.map((one, at) => (at === index ? pseudonym : one)))) accepted.set(index, pseudonym);
  }
  return accepted;
}

function stringsOf(tree: unknown): ReadonlySet<string> {
  const strings = new Set<string>();
  visitNodes(tree, (_kind, body) => {
    for (const value of Object.values(body)) if (typeof value === 'string') strings.add(value);
  });
  return strings;
}
