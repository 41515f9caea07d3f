/** A plan held against the schema it is used with: a key that is not there, or of another type, would route by a wrong hash. */

import { columnOf, keyTypeOf } from '../catalog/index.js';
import {
  type Catalog,
  type Placements,
  type ShardedPlacement,
  type TableName,
  UserError,
} from '../model/index.js';
import { keyFamilyOf } from '../topology/index.js';

/** @throws UserError bad-plan: a key's column or type contradicts the schema. */
export function checkPlan(placements: Placements, catalog: Catalog): void {
  for (const [table, placement] of placements) {
    if (placement.placement === 'sharded') checkKey(table, placement, catalog);
  }
}

function checkKey(table: TableName, { key, keyType, addKey }: ShardedPlacement, catalog: Catalog): void {
  const known = catalog.tables.get(table);
  if (known === undefined || !known.columnsComplete || addKey !== undefined) return;
  const column = columnOf(known, key);
  if (column === undefined)
    throw wrong(`${table} is sharded by ${key}, a column that the schema does not have`);
  const type = keyTypeOf(column);
  if (keyType === undefined || type === undefined || keyFamilyOf(type) === keyFamilyOf(keyType)) return;
  throw wrong(`${table}.${key} is ${keyType} in the plan and ${type} in the schema: they hash differently`);
}

function wrong(message: string): UserError {
  return new UserError(
    'bad-plan',
    message,
    'Mend the plan, or make it again with "shardwright analyze --out".',
  );
}
