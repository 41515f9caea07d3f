/** Exact figures of a plan that is held against a puzzle made anew: its cost with charges, budgets, ties. */

import { byCodeUnit, type TableName } from '../../model/index.js';
import type { Assignment } from '../assignment.js';
import { keepsLimit, type ProofModel } from './model.js';
import { type ProofTerm, termPrice } from './terms.js';

/** Tables that have another open option of the same cost and charges within the budgets, everything else as planned. */
export function tiesIn(model: ProofModel, assignment: Assignment): readonly TableName[] {
  const termsOf = new Map<number, ProofTerm[]>();
  for (const term of model.terms) {
    for (const table of term.tables) {
      const known = termsOf.get(table);
      if (known === undefined) termsOf.set(table, [term]);
      else known.push(term);
    }
  }
  const all = model.names.map((_, table) => table);
  const price = (table: number, plan: Assignment): bigint =>
    (termsOf.get(table) ?? []).reduce(
      (sum, term) => sum + termPrice(term, plan),
      model.linear[table]?.[plan[table] as number] ?? 0n,
    );
  return model.names
    .filter((_, table) => {
      const now = price(table, assignment);
      return (model.open[table] as readonly number[]).some((position) => {
        if (position === assignment[table]) return false;
        const other = assignment.with(table, position);
        return price(table, other) === now && model.limits.every((limit) => keepsLimit(limit, all, other));
      });
    })
    .sort(byCodeUnit);
}
