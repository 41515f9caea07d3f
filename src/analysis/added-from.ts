/** Which tables an added key is taken from, and whether they have it. */

import type { Placement, Placements, TableName } from '../model/index.js';

/** Whether a key column would be filled by way of one of the tables. */
export function comesFrom(placement: Placement, tables: readonly TableName[]): boolean {
  return stepsOf(placement).some((step) => tables.some((table) => step.startsWith(`${table}.`)));
}

/** A key can only be added from a table that has it as its own key. */
export function canBeAdded(placement: Placement, placements: Placements): boolean {
  const last = stepsOf(placement).at(-1);
  if (placement.placement !== 'sharded' || last === undefined) return true;
  const source = placements.get(last.slice(0, last.lastIndexOf('.')));
  const key = placement.addKey?.targetKey ?? placement.key;
  return source?.placement === 'sharded' && source.addKey === undefined && source.key === key;
}

/** What each step of the path refers to: `public.orders.id`. */
function stepsOf(placement: Placement): readonly string[] {
  if (placement.placement !== 'sharded') return [];
  return (placement.addKey?.path ?? []).flatMap((step) => step.split(' -> ')[1] ?? []);
}
