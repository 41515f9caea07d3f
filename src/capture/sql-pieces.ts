/** SQL text → its tokens, which can be replaced one by one, and the tree that PostgreSQL's grammar makes of a text. */

import { parseSync } from 'libpg-query';
import { nextToken, scannerAt, type TokenKind, tokenText } from '../syntax/index.js';

export interface Piece {
  readonly kind: TokenKind;
  readonly text: string;
  /** In bytes of UTF-8, as the parser counts. */
  readonly start: number;
  /** The text ends within it. */
  readonly cut: boolean;
}

/** Blanks become one blank. A comment becomes one, but for the server's own mark of a squashed list. */
export function piecesOf(text: string): readonly Piece[] {
  const scanner = scannerAt(text);
  const pieces: Piece[] = [];
  let start = 0;
  while (nextToken(scanner)) {
    const token = tokenText(scanner);
    pieces.push({ kind: scanner.kind, text: token, start, cut: scanner.unterminated });
    start += Buffer.byteLength(token);
  }
  return pieces;
}

export function joined(pieces: readonly string[]): string {
  return pieces.join('').replaceAll(/ {2,}/g, ' ').trim();
}

/** Undefined for what PostgreSQL's grammar refuses. */
export function treeOf(text: string): unknown {
  if (text.includes('\0')) return undefined;
  try {
    return parseSync(text).stmts;
  } catch {
    return undefined;
  }
}

export type Node = Readonly<Record<string, unknown>>;

/** Calls `visit` for every object below and including `node`, with the key under which it stands. */
export function visitNodes(node: unknown, visit: (kind: string, body: Node) => void, kind = ''): void {
  if (Array.isArray(node)) for (const item of node) visitNodes(item, visit, kind);
  else if (typeof node === 'object' && node !== null) {
    visit(kind, node as Node);
    for (const [key, value] of Object.entries(node)) visitNodes(value, visit, key);
  }
}

const places = new Set([
  'location',
  'stmt_location',
  'stmt_len',
  'rexpr_list_start',
  'rexpr_list_end',
  'list_start',
  'list_end',
]);

/** Do two trees differ in strings alone, and in such alone as `mayBecome` allows? */
export function sameShape(
  left: unknown,
  right: unknown,
  mayBecome: (left: string, right: string) => boolean,
): boolean {
  if (typeof left === 'string' && typeof right === 'string') return left === right || mayBecome(left, right);
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null)
    return left === right;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = (node: object): readonly string[] => Object.keys(node).filter((key) => !places.has(key));
  const [ofLeft, ofRight] = [keys(left), keys(right)];
  return (
    ofLeft.length === ofRight.length &&
    ofLeft.every((key) => key in right && sameShape((left as Node)[key], (right as Node)[key], mayBecome))
  );
}

/** One parameter for each literal, after those of the text; equal literals share one. */
export function parametersAfter(pieces: readonly Piece[]): (literal: string) => string {
  const own = pieces.filter(({ kind }) => kind === 'param').map(({ text }) => Number(text.slice(1)));
  const first = Math.max(0, ...own) + 1;
  const known = new Map<string, number>();
  return (literal) => {
    const number = known.get(literal) ?? first + known.size;
    known.set(literal, number);
    return `$${number}`;
  };
}
