/**
 * Which constraints a database can still check when each shard sees only its own rows.
 *
 * A unique key holds when equal rows meet on one shard: it has the shard key, or the column that the added key follows
 * from. A foreign key holds when the row and the one it refers to meet: both sharded by a pair of its columns, by a key
 * added along it, or the target copied everywhere.
 */

import type { ForeignKey, Placement, ShardedPlacement, TableName, UniqueKey } from '../model/index.js';
import { sourceOfAddedKey } from './add-key.js';

export function isUniqueEnforceable(key: UniqueKey, placement: Placement): boolean {
  if (placement.placement !== 'sharded') return true;
  // Whether an exclusion constraint compares the key for equality is not known here.
  if (key.exclusion) return false;
  return key.columns.includes(keyColumnOf(placement));
}

/** The table's own column that decides the shard: the key, or the first step of the path to it. */
function keyColumnOf(placement: ShardedPlacement): string {
  return placement.addKey?.path[0]?.split(' -> ')[0] ?? placement.key;
}

export function isForeignKeyEnforceable(
  table: TableName,
  key: ForeignKey,
  own: Placement,
  target: Placement,
): boolean {
  if (target.placement === 'global') return true;
  if (own.placement === 'unsharded') return target.placement === 'unsharded';
  if (own.placement !== 'sharded' || target.placement !== 'sharded') return false;
  if (own.group !== target.group) return false;
  return own.addKey === undefined ? meetsByColumn(key, own, target) : followsPath(table, key, own, target);
}

function meetsByColumn(key: ForeignKey, own: ShardedPlacement, target: ShardedPlacement): boolean {
  if (target.addKey !== undefined) return false;
  return key.columns.some((column, at) => column === own.key && key.targetColumns[at] === target.key);
}

/** The row's added key is, by its first step, the key of the very row that the foreign key names. */
function followsPath(
  table: TableName,
  key: ForeignKey,
  own: ShardedPlacement,
  target: ShardedPlacement,
): boolean {
  const [first, ...rest] = own.addKey?.path ?? [];
  if (table === key.target || first !== `${key.columns[0]} -> ${key.target}.${key.targetColumns[0]}`)
    return false;
  const wayOn = target.addKey?.path ?? [];
  return JSON.stringify(wayOn) === JSON.stringify(rest) && sourceOfAddedKey(target) === sourceOfAddedKey(own);
}
