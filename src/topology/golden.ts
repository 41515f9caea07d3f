/**
 * Golden vectors: keys, the SQL by which a server hashes them, and what that has to give. A server with another word order,
 * another encoding or hash functions of its own would put rows elsewhere than the map says.
 */

import { canonicalKeyValue, type KeyFamily } from './key.js';
import { partitionHash, seedLiteral } from './partition.js';

export interface GoldenVector {
  /** An SQL expression of type bigint: the key's hash before PostgreSQL combines it. */
  readonly sql: string;
  /** The signed number that it is. */
  readonly hash: bigint;
}

const keys: readonly (readonly [KeyFamily, string, string, (seed: string) => string])[] = [
  ['integer', 'bigint', '42', (seed) => `hashint8extended(42, ${seed})`],
  ['integer', 'bigint', '-1', (seed) => `hashint8extended(-1, ${seed})`],
  ['integer', 'bigint', '1099511627776', (seed) => `hashint8extended(1099511627776, ${seed})`],
  ['integer', 'integer', '-7', (seed) => `hashint4extended(-7, ${seed})`],
  ['integer', 'smallint', '300', (seed) => `hashint2extended(300::int2, ${seed})`],
  ['text', 'text', 'shard', (seed) => `hashtextextended('shard', ${seed})`],
  ['text', 'text', 'Zürich', (seed) => `hashtextextended('Zürich', ${seed})`],
  [
    'uuid',
    'uuid',
    '6f1c1e0e-53a1-4a35-9c5b-0d3f6a1b2c3d',
    (seed) => `uuid_hash_extended('6f1c1e0e-53a1-4a35-9c5b-0d3f6a1b2c3d', ${seed})`,
  ],
  [
    'date',
    'date',
    '2026-11-21',
    (seed) => `hashint4extended('2026-11-21'::date - '2000-01-01'::date, ${seed})`,
  ],
];

export function goldenVectors(): readonly GoldenVector[] {
  return keys.map(([family, type, text, sql]) => {
    const value = canonicalKeyValue(family, type, text);
    if (value === undefined) throw new Error(`no key: ${text}`);
    return { sql: sql(seedLiteral), hash: BigInt.asIntN(64, partitionHash(value) - combinedConstant) };
  });
}

/** What `hash_combine64` adds. */
const combinedConstant = 0x49a0f4dd15e5a8e3n;
