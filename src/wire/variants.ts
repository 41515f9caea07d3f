/**
 * A literal is read when its statement is parsed: 'today' becomes a day then, '01/02/2026' a date by the DateStyle of then. A
 * statement that a shard's connection knows already may serve another client only where its literals mean the same there.
 */

import type { Shape } from '../model/index.js';
import { nextToken, scannerAt, tokenText } from '../syntax/index.js';
import type { Session } from './state.js';

/** Settings by which texts become values. */
const settingsOfInput = ['datestyle', 'timezone', 'intervalstyle', 'lc_monetary', 'xmloption'];

/** Statements of one text share what a shard has prepared if this is the same. */
export function variantOf({ settings, block, shared }: Session, { text }: Shape): string {
  const literals = literalsOf(text);
  if (literals === 'none') return '';
  if (literals === 'of the moment' || block.steps.some(({ kind }) => kind === 'set'))
    return `once ${shared.turn()}`;
  return settingsOfInput
    .map((name) => settings.get(name) ?? '')
    .join('\n')
    .trim();
}

function literalsOf(text: string): 'none' | 'some' | 'of the moment' {
  if (!text.includes("'") && !text.includes('$')) return 'none';
  const scanner = scannerAt(text);
  let found: 'none' | 'some' = 'none';
  while (nextToken(scanner)) {
    if (scanner.kind !== 'string') continue;
    // What is escaped could be any of these.
    if (/now|today|tomorrow|yesterday|\\/i.test(tokenText(scanner))) return 'of the moment';
    found = 'some';
  }
  return found;
}
