/** What somebody who misspelt a word probably meant. */

import { byCodeUnit } from '../model/index.js';

export function nearMiss(word: string, known: readonly string[]): string | undefined {
  const close = known
    .map((candidate) => ({ candidate, changes: changesBetween(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, changes }) => changes <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.changes - b.changes || byCodeUnit(a.candidate, b.candidate));
  return close[0]?.candidate;
}

/** Levenshtein's distance. */
function changesBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [at, letter] of [...from].entries()) {
    const next = [at + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const replace = (row[column - 1] ?? 0) + (to[column - 1] === letter ? 0 : 1);
      next.push(Math.min(replace, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
