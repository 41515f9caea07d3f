/** How the parts of a plain PostgreSQL deployment are called. */

import type { TableName } from '../../model/index.js';
import type { ServerAddress } from '../input.js';
import { literal, quoted, regclass, splitName } from '../sql-text.js';

/** Foreign partitions and, until they take their place, the new parents. */
export const PARTS = 'shardwright_parts';
/** Where the tables go that the parents take the place of; nothing is dropped. */
export const BEFORE = 'shardwright_before';

export function serverName(shard: number): string {
  return `shardwright_shard_${shard}`;
}

export function staged(table: TableName): string {
  return `${quoted(PARTS)}.${quoted(flatName(table))}`;
}

function partName(table: TableName, shard: number): string {
  return `${flatName(table)}_on_${shard}`;
}

export function part(table: TableName, shard: number): string {
  return `${quoted(PARTS)}.${quoted(partName(table, shard))}`;
}

export function kept(table: TableName): string {
  return `${quoted(BEFORE)}.${quoted(flatName(table))}`;
}

/** Of tables of several schemas in one: longer names than PostgreSQL keeps would be cut to the same. */
export function flatName(table: TableName): string {
  const { schema, name } = splitName(table);
  return schema === 'public' ? name : `${schema}.${name}`;
}

export function serverOptions({ host, port, database }: ServerAddress): string {
  return `host ${literal(host)}, port ${literal(String(port))}, dbname ${literal(database)}`;
}

/** SQL that tells whether the table has foreign partitions: its parent has taken its place. */
export function isParent(name: TableName): string {
  return `EXISTS (SELECT FROM pg_inherits JOIN pg_foreign_table ON ftrelid = inhrelid WHERE inhparent = to_regclass(${regclass(name)}))`;
}
