/**
 * Which equalities keep the hash: two values that are equal in one family hash alike, across families nothing is promised.
 * `unknown` is a column or constant whose type nobody told (no schema, an untyped `$n`); it takes the other side's type.
 * `other` is a type that is no shard key (numeric, float, char(n), timestamps, arrays, …): equalities on it prove nothing.
 */

import type { Column } from '../model/index.js';
import type { TypeName } from '../syntax/index.js';
import { type KeyFamily, keyFamilyOf } from '../topology/index.js';

export type Family = KeyFamily | 'unknown' | 'other';

export function familyOfColumn(column: Column): Family {
  if (column.array) return 'other';
  // A collation that the schema defines may be nondeterministic: equal values would then hash apart.
  if (column.collation !== undefined && !column.collation.startsWith('pg_catalog.')) return 'other';
  const type = column.baseType ?? column.type;
  if (type === undefined) return 'unknown';
  return keyFamilyOf(type) ?? 'other';
}

/** The family of a cast's target; `other` when the cast can change the value (a length, an array). */
export function familyOfCast(type: TypeName): Family {
  if (type.array || type.modified || type.name.length !== 1) return 'other';
  return keyFamilyOf(type.name[0] ?? '') ?? 'other';
}

/** May an equality between these two carry a key value? */
export function sameFamily(left: Family, right: Family): boolean {
  if (left === 'other' || right === 'other') return false;
  return left === right || left === 'unknown' || right === 'unknown';
}

const integerWidth: Readonly<Record<string, number>> = { int2: 2, int4: 4, int8: 8 };

/** A cast of a column of this type that leaves its value, and so its hash, as it is: int4 → int8, varchar → text. */
export function isHarmlessColumnCast(column: Column, cast: TypeName): boolean {
  const from = column.baseType ?? column.type;
  const to = cast.name[0];
  if (from === undefined || to === undefined || familyOfCast(cast) === 'other') return false;
  const family = familyOfColumn(column);
  if (family === 'other' || family !== keyFamilyOf(to)) return false;
  if (family !== 'integer') return true;
  return (integerWidth[to] ?? 0) >= (integerWidth[from] ?? 8);
}

interface Typed {
  readonly family: Family;
  readonly column?: Column | undefined;
}

/** Does assigning leave the value as it is? A shorter varchar(n) may cut trailing blanks. */
export function keepsValue(from: Typed, to: Typed): boolean {
  if (!sameFamily(from.family, to.family)) return false;
  if (to.column?.modified !== true || to.family !== 'text') return true;
  const [source, target] = [from.column?.length, to.column.length];
  return source !== undefined && target !== undefined && source <= target;
}
