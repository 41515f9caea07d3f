/** A key's value → its shard, for transactions that are begun by key. */

import { columnOf, keyTypeOf } from '../catalog/index.js';
import { canonicalKeyValue, keyFamilyOf } from '../topology/index.js';
import type { RouterInput } from './input.js';
import type { PlaceOf } from './places.js';

export type Located =
  | { readonly kind: 'place'; readonly shard: number; readonly bucket: number; readonly group: string }
  | { readonly kind: 'problem'; readonly reason: string; readonly fix: string };

/** `group` may be left out where the plan has one. */
export type Locate = (key: string, group?: string) => Located;

export function locator(input: RouterInput, placeOf: PlaceOf): Locate {
  const types = groupTypes(input);
  return (key, asked) => {
    const group = asked ?? (types.size === 1 ? [...types.keys()][0] : undefined);
    const names = [...types.keys()].sort().join(', ');
    if (group === undefined)
      return problem('the plan has several groups of keys', `name the group of the key: ${names}`);
    const type = types.get(group);
    if (type === undefined)
      return problem(
        'the plan has no such group, or not the type of its key',
        `groups with keys of known type: ${names}`,
      );
    const family = keyFamilyOf(type);
    const value = family === undefined ? undefined : canonicalKeyValue(family, type, key);
    if (value === undefined)
      return problem(
        `the key is not a value of its type, ${type}, as it is written`,
        `pass the key as ${type} in its plain form`,
      );
    return { kind: 'place', group, ...placeOf(group, value) };
  };
}

function problem(reason: string, fix: string): Located {
  return { kind: 'problem', reason, fix };
}

/** The widest type of each group's keys. */
function groupTypes({ placements, catalog }: RouterInput): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  for (const [name, placement] of placements) {
    if (placement.placement !== 'sharded') continue;
    const table = catalog.tables.get(name);
    const column = table === undefined ? undefined : columnOf(table, placement.key);
    const type = placement.keyType ?? (column === undefined ? undefined : keyTypeOf(column));
    if (type !== undefined) types.set(placement.group, keyFamilyOf(type) === 'integer' ? 'bigint' : type);
  }
  return types;
}
