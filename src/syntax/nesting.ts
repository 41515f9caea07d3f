/**
 * How deep the tree of a text can become, told by its tokens before anything parses it.
 *
 * Parsers and everything after them work by recursion; a text of thousands of nested parentheses or an expression of
 * thousands of terms overflows the stack, and the parser in WASM does not survive many of these. So such texts are
 * refused, by a measure of the text alone: what is readable must not depend on the machine's stack.
 */
import { nextSignificant, type Scanner, scannerAt, tokenIs } from './lexer.js';

/**
 * Steps between a statement's root and its deepest leaf. A small stack (node's default is 984 KB) overflows from about
 * twice as many on.
 */
const maximumSteps = 600;
/** A select takes several calls of every recursion. */
const stepsOfSelect = 3;

interface Level {
  /** Joins and set operations: a chain of them nests to the left, whatever lies between. */
  chained: number;
  /** Tokens since the last separator: each may open a deeper expression. */
  run: number;
}

export function exceedsNesting(text: string): boolean {
  // A shorter text cannot hold that many tokens.
  if (text.length < maximumSteps) return false;
  const scanner = scannerAt(text);
  const enclosing: Level[] = [];
  let level: Level = { chained: 0, run: 0 };
  let depth = 0;
  while (nextSignificant(scanner)) {
    if (opens(scanner)) {
      depth += level.chained + level.run + 1;
      enclosing.push(level);
      level = { chained: 0, run: 0 };
    } else if (closes(scanner)) {
      const outer = enclosing.pop();
      if (outer !== undefined) {
        level = outer;
        depth -= level.chained + level.run + 1;
        level.run += 1;
      }
    } else count(scanner, level);
    if (depth + level.chained + level.run > maximumSteps) return true;
  }
  return false;
}

function opens(scanner: Scanner): boolean {
  return scanner.kind === 'punctuation' && (tokenIs(scanner, '(') || tokenIs(scanner, '['));
}

function closes(scanner: Scanner): boolean {
  return scanner.kind === 'punctuation' && (tokenIs(scanner, ')') || tokenIs(scanner, ']'));
}

const chains = new Set(['join', 'union', 'intersect', 'except']);
/** AND and OR of many terms are one flat node, and clauses stand beside each other. */
const separators = new Set([
  ...[
    'and',
    'or',
    'when',
    'then',
    'else',
    'from',
    'where',
    'group',
    'having',
    'order',
    'limit',
    'values',
    'set',
  ],
  ...['on', 'returning', 'using', 'window', 'with', 'as', 'select'],
]);

function count(scanner: Scanner, level: Level): void {
  if (scanner.kind === 'punctuation' && (tokenIs(scanner, ',') || tokenIs(scanner, ';'))) level.run = 0;
  else if (scanner.kind !== 'word') level.run += 1;
  else {
    const word =
      scanner.end - scanner.start > 9 ? '' : scanner.text.slice(scanner.start, scanner.end).toLowerCase();
    if (chains.has(word)) level.chained += 1;
    if (chains.has(word) || separators.has(word)) level.run = 0;
    else level.run += 1;
    if ((word === 'select' || word === 'with') && level.chained === 0) level.chained = stepsOfSelect;
    else if (word === 'case') level.chained += 1;
    else if (word === 'end' && level.chained > 0) level.chained -= 1;
  }
}
