/** Parts of the exact puzzle that no term links, and the tables that are in no term at all. */

import { linkedLists } from '../components.js';
import { least } from './exact.js';
import type { ProofModel } from './model.js';

/** Tables that terms link, each list ascending, in the order of their first tables. */
export function linkedTables(model: ProofModel): readonly (readonly number[])[] {
  const links = model.terms.map(({ tables }) => tables);
  return linkedLists([...new Set(links.flat())], links);
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
