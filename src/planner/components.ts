/** Parts of a puzzle that do not influence each other, so that each is solved apart and an unrelated table changes nothing. */

import type { Level, Term } from './assignment.js';
import { tablesOfTerm } from './assignment.js';

/** Tables that share a term of any level, as sorted lists in order of their first table. */
export function componentsOf(
  tables: readonly number[],
  levels: readonly Level[],
): readonly (readonly number[])[] {
  return linkedLists(
    tables,
    levels.flatMap(({ terms }) => terms.map(tablesOfTerm)),
  );
}

/** Tables that lie in one link, directly or through others: lists ascending, in the order of their first tables. */
export function linkedLists(
  tables: readonly number[],
  links: readonly (readonly number[])[],
): readonly (readonly number[])[] {
  const parent = new Map(tables.map((table) => [table, table]));
  const root = (table: number): number => {
    let at = table;
    while (parent.get(at) !== at) at = parent.get(at) as number;
    parent.set(table, at);
    return at;
  };
  for (const [first, ...rest] of links) {
    for (const other of rest) {
      const [a, b] = [root(first as number), root(other)];
      parent.set(Math.max(a, b), Math.min(a, b));
    }
  }
  const members = new Map<number, number[]>();
  for (const table of [...tables].sort((a, b) => a - b)) {
    members.set(root(table), [...(members.get(root(table)) ?? []), table]);
  }
  return [...members.values()];
}

/** One list for all, since a puzzle of many parts has hundreds of thousands of them. */
const noCharges: readonly number[] = [];

/** The terms and charges of some tables only. Assumes that no term reaches beyond them. */
export function restrictLevel(level: Level, tables: ReadonlySet<number>): Level {
  return {
    terms: level.terms.filter((term) => tables.has(someTableOf(term))),
    linear: level.linear.map((charges, table) => (tables.has(table) ? charges : noCharges)),
  };
}

/** Any will do, since all of a term's tables lie in one part; asked for every term of every part. */
function someTableOf(term: Term): number {
  for (const { allowed } of term.boxes) for (const table of allowed.keys()) return table;
  return -1;
}
