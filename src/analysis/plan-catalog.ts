/** A catalog for a plan without a schema: tables and key columns that the plan names, and nothing else for certain. */

import { emptyCatalog, unknownTable } from '../catalog/index.js';
import type { Catalog, Column, Placements, Table, TableName } from '../model/index.js';

export function planCatalog(placements: Placements): Catalog {
  const tables = new Map<TableName, Table>();
  for (const [name, placement] of placements) {
    const key =
      placement.placement === 'sharded' && placement.addKey === undefined
        ? [keyColumn(placement.key, placement.keyType)]
        : [];
    tables.set(name, { ...unknownTable(name), columns: key });
  }
  return { ...emptyCatalog(), tables, origin: 'plan' };
}

function keyColumn(name: string, type: string | undefined): Column {
  return {
    name,
    ...(type === undefined ? {} : { type }),
    modified: /\(/.test(type ?? ''),
    array: false,
    nullable: false,
  };
}
