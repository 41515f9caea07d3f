/** What the router's decisions take for granted of every server: whoever connects to one can ask it. */

import { columnOf, keyTypeOf } from '../catalog/index.js';
import type { TableName } from '../model/index.js';
import { type KeyFamily, keyFamilyOf } from '../topology/index.js';
import type { RouterInput } from './input.js';

export interface Expectations {
  /** Where names without a schema are looked for, before anything else. */
  readonly searchPath: readonly string[];
  /** The types by which keys are hashed. */
  readonly keys: readonly {
    readonly table: TableName;
    readonly column: string;
    readonly group: string;
    readonly family: KeyFamily;
  }[];
}

export function expectationsOf({ placements, catalog }: RouterInput): Expectations {
  const keys = [...placements].flatMap(([name, placement]) => {
    if (placement.placement !== 'sharded') return [];
    const table = catalog.tables.get(name);
    const column = table === undefined ? undefined : columnOf(table, placement.key);
    const type = placement.keyType ?? (column === undefined ? undefined : keyTypeOf(column));
    const family = type === undefined ? undefined : keyFamilyOf(type);
    return family === undefined
      ? []
      : [{ table: name, column: placement.key, group: placement.group, family }];
  });
  return { searchPath: catalog.searchPath, keys };
}
