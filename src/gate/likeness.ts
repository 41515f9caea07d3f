/** Which statement of the baseline a new one was made from, most likely: one that is gone, on the same tables, in nearly the same words. */

import { type BaselineStatement, isOnOneDatabase } from '../model/index.js';
import type { GateContext, Shape } from './context.js';

export function changedFrom({ goneByTables }: GateContext, { face }: Shape): BaselineStatement | undefined {
  const words = wordsOf(face.text);
  const [closest] = (goneByTables.get(face.verdict.tables.join()) ?? [])
    .filter(({ verdict }) => isOnOneDatabase(verdict))
    .map((one) => ({ one, likeness: likeness(words, wordsOf(one.text)) }))
    .filter(({ likeness: much }) => much >= LIKE_ENOUGH)
    .sort((a, b) => b.likeness - a.likeness || (a.one.fingerprint < b.one.fingerprint ? -1 : 1));
  return closest?.one;
}

/** Part of the words that both have. */
const LIKE_ENOUGH = 0.6;

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(/[a-z_][\w.]*/g) ?? []);
}

function likeness(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  const both = [...left].filter((word) => right.has(word)).length;
  return both / Math.max(1, left.size + right.size - both);
}
