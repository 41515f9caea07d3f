/** Lookup tables: they hold a value once that no shard can keep unique, and say which key it belongs to. */

import type { ConstraintToChange } from '../../model/index.js';
import type { Facts } from './facts.js';

export function lookupsOf({ constraints }: Pick<Facts, 'constraints'>): readonly ConstraintToChange[] {
  return constraints.filter(({ change, kind }) => change === 'lookup-table' && kind !== 'sequence');
}

/** Of a constraint with columns; one on an expression has none. */
export function lookupName({ bare }: Pick<Facts, 'bare'>, { table, columns }: ConstraintToChange): string {
  return `${bare(table)}_by_${columns.join('_')}`;
}
