/**
 * PostgreSQL's hash functions for the types that shard keys have, bit for bit.
 * Takes values and a 64-bit seed, gives a 64-bit hash as two unsigned halves: arithmetic on halves is many times
 * quicker than on BigInt. Follows PostgreSQL's src/common/hashfn.c (Bob Jenkins' lookup3, little-endian reading) and
 * src/backend/access/hash/hashfunc.c. The 32-bit hash of a value is the low half of its hash with seed zero.
 */

/** A 64-bit number as two unsigned 32-bit halves. */
export interface Halves {
  readonly high: number;
  readonly low: number;
}

/** Jenkins' golden ratio plus the constant that hashfn.c adds; the length in bytes is added to it. */
const START = 0x9e3779b9 + 3923095;

const zeroSeed: Halves = { high: 0, low: 0 };

function rotate(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

/** `hash_bytes_extended`. */
export function hashBytes(bytes: Uint8Array, seed: Halves = zeroSeed): Halves {
  let a = (START + bytes.length) | 0;
  let b = a;
  let c = a;
  if (seed.high !== 0 || seed.low !== 0) {
    a = (a + seed.high) | 0;
    b = (b + seed.low) | 0;
    [a, b, c] = mix(a, b, c);
  }
  let at = 0;
  for (; bytes.length - at >= 12; at += 12) {
    [a, b, c] = mix((a + word(bytes, at)) | 0, (b + word(bytes, at + 4)) | 0, (c + word(bytes, at + 8)) | 0);
  }
  a = (a + word(bytes, at)) | 0;
  b = (b + word(bytes, at + 4)) | 0;
  // The lowest byte of c belongs to the length, which START has taken in already.
  c = (c + (word(bytes, at + 8) << 8)) | 0;
  return finish(a, b, c);
}

/** `hash_bytes_uint32_extended`: the hash of one 32-bit number; the same as of its four bytes. */
function hashUint32(value: number, seed: Halves): Halves {
  let a = (START + 4) | 0;
  let b = a;
  let c = a;
  if (seed.high !== 0 || seed.low !== 0) {
    a = (a + seed.high) | 0;
    b = (b + seed.low) | 0;
    [a, b, c] = mix(a, b, c);
  }
  return finish((a + value) | 0, b, c);
}

/**
 * `hashint8extended`, which folds the high half into the low one so that equal smallint, integer and bigint values
 * hash alike; `hashint4extended` and `hashdateextended` (days since 2000-01-01) come out of it as well.
 * Assumes that the value fits into 64 bits, signed.
 */
export function hashInteger(value: bigint, seed: Halves = zeroSeed): Halves {
  const low = Number(BigInt.asUintN(32, value));
  const high = Number(BigInt.asIntN(32, value >> 32n));
  return hashUint32(low ^ (value >= 0n ? high : ~high), seed);
}

const encoder = new TextEncoder();

/** `hashtextextended` under a deterministic collation and UTF-8; `varchar` hashes as `text`. */
export function hashText(value: string, seed: Halves = zeroSeed): Halves {
  return hashBytes(encoder.encode(value), seed);
}

/** `hashbpcharextended`: of `character(n)`, whose trailing blanks do not count. */
export function hashBlankPadded(value: string, seed: Halves = zeroSeed): Halves {
  return hashText(value.replace(/ +$/, ''), seed);
}

/** Four bytes, little-endian; bytes beyond the end count as zero. */
function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

/** lookup3's reversible `mix` of three words. */
function mix(a: number, b: number, c: number): [number, number, number] {
  a = (a - c) ^ rotate(c, 4);
  c = (c + b) | 0;
  b = (b - a) ^ rotate(a, 6);
  a = (a + c) | 0;
  c = (c - b) ^ rotate(b, 8);
  b = (b + a) | 0;
  a = (a - c) ^ rotate(c, 16);
  c = (c + b) | 0;
  b = (b - a) ^ rotate(a, 19);
  a = (a + c) | 0;
  c = (c - b) ^ rotate(b, 4);
  b = (b + a) | 0;
  return [a, b, c];
}

/** lookup3's `final`; the second word is the high half of the hash, the third the low one. */
function finish(a: number, b: number, c: number): Halves {
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  c = ((c ^ b) - rotate(b, 24)) | 0;
  return { high: b >>> 0, low: c >>> 0 };
}
