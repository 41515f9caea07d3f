/** What the router's decisions take for granted of every server: whoever connects to one can ask it. */

import { columnOf, keyTypeOf } from '../catalog/index.js';
import type { Catalog, Placements, TableName } from '../model/index.js';
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
  /** Of the tables on the shards, in their order: what an INSERT without a list of columns goes by. */
  readonly columns: readonly {
    readonly table: TableName;
    readonly columns: readonly string[];
    /** Of a sharded table. */
    readonly key?: string;
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
  return { searchPath: catalog.searchPath, keys, columns: columnsOf(placements, catalog) };
}

function columnsOf(placements: Placements, catalog: Catalog): Expectations['columns'] {
  return [...placements].flatMap(([name, placement]) => {
    const table = catalog.tables.get(name);
    if (placement.placement === 'unsharded' || table?.columnsComplete !== true) return [];
    const columns = table.columns.map((column) => column.name);
    return [{ table: name, columns, ...(placement.placement === 'sharded' ? { key: placement.key } : {}) }];
  });
}
