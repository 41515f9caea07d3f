/** Where a key lives, in SQL: PostgreSQL's partition hash of it, as any server computes it. */

import type { ShardedTable } from './key-groups.js';
import { quote } from './sql-words.js';

const functions: Readonly<Record<string, string>> = {
  smallint: 'hashint2extended',
  integer: 'hashint4extended',
  bigint: 'hashint8extended',
  uuid: 'uuid_hash_extended',
  text: 'hashtextextended',
  'character varying': 'hashtextextended',
};

/** The remainder of the hash, which has no sign, by the number of buckets. Undefined for other types. */
export function bucketSql(keyType: string | undefined, key: string, buckets: number): string | undefined {
  const hash = keyType === undefined ? undefined : functions[keyType];
  if (hash === undefined) return undefined;
  const value = hash === 'hashtextextended' ? `${key}::text` : key;
  return `((${hash}(${value}, 8816678312871386365) + 5305509591434766563::numeric) % ${ALL} + ${ALL}) % ${ALL} % ${buckets}`;
}

/** 2^64. */
const ALL = '18446744073709551616';

export function bucketOfRow({ placement }: ShardedTable, buckets: number): string | undefined {
  return bucketSql(placement.keyType, quote(placement.key), buckets);
}
