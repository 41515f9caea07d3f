/**
 * Texts of the simple protocol differ in their literals every time. A text whose numbers and strings are made parameters is read
 * once; where that proves one place for all values, it does for these, and the text itself need not be read. Whatever else it
 * says is not taken: literals tell more than parameters do (an ORDER BY position, a LIMIT), and never less.
 */

import type { Decision, Shape } from '../model/index.js';
import { nextToken, scannerAt } from '../syntax/index.js';
import { mostDigits, type Pattern, patternOf, valuesBy } from './same-but-literals.js';

export interface Lifted {
  /** With parameters in place of literals, and without comments. */
  readonly text: string;
  readonly values: readonly string[];
  /** What other texts are like it but for their literals. */
  readonly pattern: Pattern | undefined;
}

const data = /^\s*(?:select|insert|update|delete|with)\b/i;

const most = 200;

/** Undefined for a text that has no literals, has parameters already, or is not about rows. */
export function lifted(text: string): Lifted | undefined {
  if (!data.test(text)) return undefined;
  const scanner = scannerAt(text);
  const values: string[] = [];
  const fixed: string[] = [];
  const isString: boolean[] = [];
  let parametrised = '';
  let from = 0;
  let fixedFrom = 0;
  const put = (instead: string): void => {
    parametrised += text.slice(from, scanner.start) + instead;
    from = scanner.end;
  };
  const lift = (value: string, isText: boolean): void => {
    values.push(value);
    isString.push(isText);
    fixed.push(text.slice(fixedFrom, scanner.start));
    fixedFrom = scanner.end;
    put(`$${values.length}`);
  };
  while (nextToken(scanner)) {
    const { kind, start, end } = scanner;
    if (kind === 'param' || scanner.unterminated || values.length > most) return undefined;
    if (kind === 'comment') put(' ');
    else if (kind === 'number' && end - start <= mostDigits && isInteger(text, start, end)) {
      // As text, 007 is "7".
      if (end - start > 1 && text[start] === '0') return undefined;
      lift(text.slice(start, end), false);
    } else if (kind === 'string' && text.charCodeAt(start) === quote) {
      const inside = text.slice(start + 1, end - 1);
      // One that goes on in the next line, behind a quote of its own.
      if (inside.includes("'") && !/^(?:[^']|'')*$/.test(inside)) return undefined;
      lift(inside.replaceAll("''", "'"), true);
    }
  }
  if (values.length === 0) return undefined;
  fixed.push(text.slice(fixedFrom));
  return { text: parametrised + text.slice(from), values, pattern: patternOf(fixed, isString) };
}

const quote = 39;

function isInteger(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

export interface LiftedDecision {
  readonly shape: Shape;
  readonly decision: Exclude<Decision, { readonly kind: 'several' | 'refused' }>;
}

export type DecidedByLifting = (text: string) => LiftedDecision | undefined;

/** A session says few things, over and over; a long text is dear to keep, and its literals are not what it is long by. */
const mostRemembered = 8;
const longestRemembered = 8_192;

/**
 * Where a text goes, if that is certain whatever its literals mean besides. What one session has said last is remembered: its
 * next text is mostly like one of these.
 */
export function decidesByLifting(shapeOf: (text: string) => Shape): DecidedByLifting {
  let remembered: readonly { readonly pattern: Pattern; readonly shape: Shape }[] = [];
  return (text) => {
    for (const { pattern, shape } of remembered) {
      const values = valuesBy(pattern, text);
      if (values !== undefined) return decided(shape, values);
    }
    const found = lifted(text);
    if (found === undefined) return undefined;
    const shape = shapeOf(found.text);
    if (shape.role.kind !== 'data' || !oneDatabase.has(shape.verdict)) return undefined;
    const { pattern } = found;
    if (pattern !== undefined && text.length <= longestRemembered)
      remembered = [{ pattern, shape }, ...remembered].slice(0, mostRemembered);
    return decided(shape, found.values);
  };
}

function decided(shape: Shape, values: readonly string[]): LiftedDecision | undefined {
  const decision = shape.decide({ values });
  return decision.kind === 'several' || decision.kind === 'refused' ? undefined : { shape, decision };
}

const oneDatabase: ReadonlySet<string> = new Set(['single-shard', 'conditional', 'global-read', 'unsharded']);
