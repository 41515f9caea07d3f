/**
 * A constraint on each shard's tables that lets in only keys of that shard, by the map's own hash in SQL. Without it a key that is
 * updated, or a row that an engine puts on any shard, lies where nobody looks for it, and nobody is told.
 *
 * hash = (H(key, seed) + constant) mod 2^64, shard = hash mod shards, as PostgreSQL's HASH partitions have it (hashfn.c, partbounds.c).
 */

import type { DeployStep } from '../../model/index.js';
import { keyFamilyOf } from '../../topology/index.js';
import { type DeployInput, isUnmoved, type ShardedTable, shardedTables } from '../input.js';
import { quoted, regclass, relation } from '../sql-text.js';

export const GUARD = 'shardwright_shard';

const SEED = '8816678312871386365';
const CONSTANT = '5305509591434766563';
const TWO_TO_THE_64 = '18446744073709551616';

export function guardSteps(input: DeployInput, shard: number): readonly DeployStep[] {
  if (!isUnmoved(input)) return [];
  return shardedTables(input).flatMap((table) => {
    const hash = hashOf(table);
    return hash === undefined ? [] : [guard(table, hash, shard, input.shards)];
  });
}

export function isGuarded(table: ShardedTable): boolean {
  return hashOf(table) !== undefined;
}

function guard({ name, placement }: ShardedTable, hash: string, shard: number, shards: number): DeployStep {
  const remainder = `mod(mod(${hash}::numeric + ${CONSTANT} + ${TWO_TO_THE_64}, ${TWO_TO_THE_64}), ${shards}) = ${shard}`;
  // A key that is NULL has remainder 0; a check that is NULL lets the row in.
  const check = shard === 0 ? remainder : `${quoted(placement.key)} IS NOT NULL AND ${remainder}`;
  return {
    id: `guard:${name}`,
    on: shard,
    title: `${name}: only keys of shard ${shard}; drop it before rows are moved to other shards`,
    sql: `ALTER TABLE ${relation(name)} ADD CONSTRAINT ${quoted(GUARD)} CHECK (${check});`,
    done: `SELECT EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass(${regclass(name)}) AND conname = '${GUARD}')`,
  };
}

/** H(key, seed); undefined for types that the map has no hash for. */
function hashOf({ placement, keyType }: ShardedTable): string | undefined {
  const key = quoted(placement.key);
  switch (keyFamilyOf(keyType)) {
    case 'integer':
      return `hashint8extended(${key}::bigint, ${SEED})`;
    case 'text':
      return `hashtextextended(${key}::text, ${SEED})`;
    case 'uuid':
      return `uuid_hash_extended(${key}, ${SEED})`;
    case 'date':
      return `hashint4extended(${key} - DATE '2000-01-01', ${SEED})`;
    case undefined:
      return undefined;
  }
}
