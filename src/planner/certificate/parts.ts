/** Parts of the exact puzzle that no term links, and the tables that are in no term at all. */

import { least } from './exact.js';
import type { ProofModel } from './model.js';

/** Tables that terms link, each list ascending, in the order of their first tables. */
export function linkedTables(model: ProofModel): readonly (readonly number[])[] {
  const leader = new Map<number, number>();
  const leaderOf = (table: number): number => {
    let at = table;
    while (leader.get(at) !== at) at = leader.get(at) as number;
    return at;
  };
  for (const { tables } of model.terms) {
    for (const table of tables) if (!leader.has(table)) leader.set(table, table);
    const first = Math.min(...tables.map(leaderOf));
    for (const table of tables) leader.set(leaderOf(table), first);
  }
  const lists = new Map<number, number[]>();
  for (const table of [...leader.keys()].sort((a, b) => a - b)) {
    const first = leaderOf(table);
    lists.set(first, [...(lists.get(first) ?? []), table]);
  }
  return [...lists.values()];
}

/** The least that tables outside of all parts cost. */
export function leastAlone(model: ProofModel, inParts: ReadonlySet<number>): bigint {
  return model.names.reduce((sum, _, table) => {
    if (inParts.has(table)) return sum;
    const charges = (model.open[table] as readonly number[]).map(
      (position) => model.linear[table]?.[position] ?? 0n,
    );
    return sum + least(charges);
  }, 0n);
}
