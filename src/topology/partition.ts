/**
 * The partition that PostgreSQL's `PARTITION BY HASH` puts a key of one column into.
 * Takes a key value, gives its 64-bit partition hash or the remainder by a modulus. Follows
 * `compute_partition_hash_value` in src/backend/partitioning/partbounds.c: the type's extended hash under a fixed seed,
 * put together with zero by `hash_combine64`, which then only adds a constant.
 */
import { type Halves, hashBytes, hashInteger, hashText } from './hash.js';
import type { KeyValue } from './key.js';

/** HASH_PARTITION_SEED, 0x7A5B22367996DCFD; as a signed SQL literal 8816678312871386365. */
const seed: Halves = { high: 0x7a5b2236, low: 0x7996dcfd };
export const seedLiteral = '8816678312871386365';

/** The constant of `hash_combine64`, 0x49a0f4dd15e5a8e3; as an SQL literal 5305509591434766563. */
const combined: Halves = { high: 0x49a0f4dd, low: 0x15e5a8e3 };

const word = 2 ** 32;

/** Up to here `(high mod n) · 2^32 + low` is exact in a number. */
const exactModulus = 2 ** 21 - 1;

/** The partition hash as an unsigned 64-bit number; 0 for a NULL key, which PostgreSQL leaves out of the hash. */
export function partitionHash(value: KeyValue | null): bigint {
  const { high, low } = partitionHalves(value);
  return (BigInt(high) << 32n) | BigInt(low);
}

/**
 * The partition hash modulo `modulus`: the `REMAINDER` of the partition that holds the key.
 * @throws RangeError when the modulus is not a positive whole number
 */
export function remainder(value: KeyValue | null, modulus: number): number {
  if (!Number.isSafeInteger(modulus) || modulus < 1) throw new RangeError(`not a modulus: ${modulus}`);
  if (modulus > exactModulus) return Number(partitionHash(value) % BigInt(modulus));
  const { high, low } = partitionHalves(value);
  return ((high % modulus) * word + low) % modulus;
}

function partitionHalves(value: KeyValue | null): Halves {
  if (value === null) return { high: 0, low: 0 };
  const hash = seededHash(value);
  const low = hash.low + combined.low;
  const carry = low >= word ? 1 : 0;
  return { high: (hash.high + combined.high + carry) >>> 0, low: low >>> 0 };
}

function seededHash(value: KeyValue): Halves {
  switch (value.family) {
    case 'integer':
      return hashInteger(value.value, seed);
    case 'text':
      return hashText(value.value, seed);
    case 'uuid':
      return hashBytes(value.bytes, seed);
    case 'date':
      return hashInteger(BigInt(value.days), seed);
  }
}
