/**
 * Every row of every partition is asked for its remainder, by PostgreSQL; and keys of each partition are hashed here, by the map's own
 * hash, so that the two do not only agree with themselves.
 */

import type { DeployedTable, Deployment, RolloutCheck } from '../model/index.js';
import { canonicalKeyValue, keyFamilyOf, shardOf } from '../topology/index.js';
import type { Servers } from './servers.js';

const MOST_KEYS = 10_000;

export async function postgresChecks(
  servers: Servers,
  { tables, shards, map }: Deployment,
): Promise<readonly RolloutCheck[]> {
  const checks: RolloutCheck[] = [];
  for (const table of tables.filter(({ placement }) => placement === 'sharded')) {
    for (let shard = 0; shard < shards; shard++) {
      checks.push(
        await checkPart(servers, table, shard, shards, (key, type) => placeOf(key, type, map, table)),
      );
    }
  }
  return checks;
}

/** Undefined where the map has no hash of its own for the type. */
function placeOf(
  key: string | null,
  type: string,
  map: Deployment['map'],
  { group = '' }: DeployedTable,
): number | undefined {
  const family = keyFamilyOf(type);
  if (family === undefined) return undefined;
  if (key === null) return shardOf(map, group, null);
  const value = canonicalKeyValue(family, type, key);
  return value === undefined ? undefined : shardOf(map, group, value);
}

async function checkPart(
  servers: Servers,
  { name, key = '', keyType = 'bigint' }: DeployedTable,
  shard: number,
  shards: number,
  placeOfKey: (key: string | null, type: string) => number | undefined,
): Promise<RolloutCheck> {
  const subject = `${name} on shard ${shard}`;
  const column = `"${key.replaceAll('"', '""')}"`;
  const dot = name.indexOf('.');
  const path = [name.slice(0, dot), name.slice(dot + 1)]
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');
  const parent = `'${path.replaceAll("'", "''")}'::regclass`;
  const what = `verifying ${subject}`;
  const [part] = await servers.ask(
    'coordinator',
    what,
    `SELECT inhrelid::regclass::text AS part FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid JOIN pg_foreign_table ON ftrelid = inhrelid
       WHERE inhparent = to_regclass('${path.replaceAll("'", "''")}') AND pg_get_expr(c.relpartbound, c.oid) ILIKE '%modulus ${shards}, remainder ${shard})'`,
  );
  if (part?.part == null)
    return {
      subject,
      outcome: 'differs',
      expected: `remainder ${shard} of ${shards}`,
      found: 'no such partition',
    };
  // Materialized: sent to the shard, the filter would look for the parent by its number there.
  const [counted] = await servers.ask(
    'coordinator',
    what,
    `WITH held AS MATERIALIZED (SELECT ${column} AS key FROM ${part.part})
       SELECT count(*) AS rows, count(*) FILTER (WHERE NOT satisfies_hash_partition(${parent}, ${shards}, ${shard}, key)) AS strangers FROM held`,
  );
  const keys = await servers.ask(
    'coordinator',
    what,
    `SELECT DISTINCT ${column}::text AS key FROM ${part.part} LIMIT ${MOST_KEYS}`,
  );
  const places = keys.map((row) => placeOfKey(row.key ?? null, keyType));
  const elsewhere = places.filter((place) => place !== undefined && place !== shard).length;
  const isRight = counted?.strangers === '0' && elsewhere === 0;
  const hashed = places.filter((place) => place !== undefined).length;
  return {
    subject,
    outcome: isRight ? 'agrees' : 'differs',
    expected: `only keys that the map has on shard ${shard}`,
    found: isRight
      ? `${counted?.rows} rows, ${hashed} keys hashed by the map`
      : `${counted?.strangers} rows of another remainder, ${elsewhere} keys of another shard`,
  };
}
