/**
 * The context of one statement's translation from pgsql-ast-parser's tree, and the places of its nodes in the text: the
 * parser tells parentheses from their absence only by these.
 */
import type { Expr as AstExpr, SelectStatement as AstSelect, PGNode } from 'pgsql-ast-parser';
import { nextToken, scannerAt, tokenIs } from '../lexer.js';
import type { Expr, SelectStatement } from '../tree.js';

export interface Translation {
  readonly text: string;
  /** Opening → closing places of its parentheses. */
  readonly parentheses: ReadonlyMap<number, number>;
  /** The functions that expressions and selects call back into, since each holds the other. */
  readonly expr: (node: AstExpr, t: Translation) => Expr;
  readonly select: (node: AstSelect, t: Translation) => SelectStatement;
}

/** The parser has read something that it may have misread, or that cannot be told from something else. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

export function refuse(why: string): never {
  throw new RefusedError(why);
}

export function startOf(node: PGNode): number {
  return node._location?.start ?? refuse('a node without its place in the text');
}

export function sourceOf(node: PGNode, t: Translation): string {
  return t.text.slice(startOf(node), node._location?.end ?? 0);
}

/** Opening → closing places of a text's parentheses. Comments were blanked out of the text before. */
export function parenthesesOf(text: string): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  const open: number[] = [];
  const scanner = scannerAt(text);
  while (nextToken(scanner)) {
    if (scanner.kind !== 'punctuation') continue;
    if (tokenIs(scanner, '(')) open.push(scanner.start);
    else if (tokenIs(scanner, ')')) {
      const start = open.pop();
      if (start !== undefined) pairs.set(start, scanner.start);
    }
  }
  return pairs;
}

/**
 * How many pairs of parentheses stand directly around a node: those before its first token that close after its last.
 * The places that the parser gives leave out a node's own parentheses, mostly; see isParenthesisedQuery.
 */
export function enclosingPairs(node: PGNode, t: Translation): number {
  const opening: number[] = [];
  for (let at = startOf(node) - 1; at >= 0 && /[\s(]/.test(t.text[at] ?? ''); at -= 1) {
    if (t.text[at] === '(') opening.push(at);
  }
  const closing = new Set<number>();
  for (let at = node._location?.end ?? 0; /[\s)]/.test(t.text[at] ?? ''); at += 1) {
    if (t.text[at] === ')') closing.add(at);
  }
  return opening.filter((at) => closing.has(t.parentheses.get(at) ?? -1)).length;
}

/** Whether parentheses stand around a node. */
export function isParenthesised(node: PGNode, t: Translation): boolean {
  return enclosingPairs(node, t) > 0;
}

/** Whether parentheses stand around a query; its place includes them where it is an arm of a UNION. */
export function isParenthesisedQuery(node: PGNode, firstPart: PGNode | undefined, t: Translation): boolean {
  const start = startOf(node);
  const isWidened = t.text[start] === '(' && (firstPart === undefined || startOf(firstPart) > start);
  return isWidened || isParenthesised(node, t);
}
