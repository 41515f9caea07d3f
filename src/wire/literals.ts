/**
 * Texts of the simple protocol differ in their literals every time. A text whose numbers and strings are made parameters is read
 * once; where that proves one place for all values, it does for these, and the text itself need not be read. Whatever else it
 * says is not taken: literals tell more than parameters do (an ORDER BY position, a LIMIT), and never less.
 */

import type { Decision, Shape } from '../model/index.js';
import { nextToken, scannerAt } from '../syntax/index.js';

export interface Lifted {
  /** With parameters in place of literals, and without comments. */
  readonly text: string;
  readonly values: readonly string[];
}

const data = /^\s*(?:select|insert|update|delete|with)\b/i;

/** More digits might not fit a bigint. */
const mostDigits = 18;
const most = 200;

/** Undefined for a text that has no literals, has parameters already, or is not about rows. */
export function lifted(text: string): Lifted | undefined {
  if (!data.test(text)) return undefined;
  const scanner = scannerAt(text);
  const values: string[] = [];
  let parametrised = '';
  let from = 0;
  const put = (instead: string): void => {
    parametrised += text.slice(from, scanner.start) + instead;
    from = scanner.end;
  };
  while (nextToken(scanner)) {
    const { kind, start, end } = scanner;
    if (kind === 'param' || scanner.unterminated || values.length > most) return undefined;
    if (kind === 'comment') put(' ');
    else if (kind === 'number' && end - start <= mostDigits && isInteger(text, start, end)) {
      // As text, 007 is "7".
      if (end - start > 1 && text[start] === '0') return undefined;
      values.push(text.slice(start, end));
      put(`$${values.length}`);
    } else if (kind === 'string' && text.charCodeAt(start) === quote) {
      const inside = text.slice(start + 1, end - 1);
      // One that goes on in the next line, behind a quote of its own.
      if (inside.includes("'") && !/^(?:[^']|'')*$/.test(inside)) return undefined;
      values.push(inside.replaceAll("''", "'"));
      put(`$${values.length}`);
    }
  }
  return values.length === 0 ? undefined : { text: parametrised + text.slice(from), values };
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

/** Where the text goes, if that is certain whatever its literals mean besides. */
export function decidedByLifting(text: string, shapeOf: (text: string) => Shape): LiftedDecision | undefined {
  const found = lifted(text);
  if (found === undefined) return undefined;
  const shape = shapeOf(found.text);
  if (shape.role.kind !== 'data' || !oneDatabase.has(shape.verdict)) return undefined;
  const decision = shape.decide({ values: found.values });
  if (decision.kind === 'several' || decision.kind === 'refused') return undefined;
  return { shape, decision };
}

const oneDatabase: ReadonlySet<string> = new Set(['single-shard', 'conditional', 'global-read', 'unsharded']);
