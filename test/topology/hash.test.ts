import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Halves, hashBlankPadded, hashBytes, hashInteger, hashText } from '../../src/topology/hash.js';
import {
  canonicalKeyValue,
  type KeyValue,
  keyFamilyOf,
  partitionHash,
  remainder,
} from '../../src/topology/index.js';
import { blankPadded, vectors } from './vectors.js';

const seed: Halves = { high: 0x7a5b2236, low: 0x7996dcfd };

function signed(hash: Halves): string {
  return BigInt.asIntN(64, (BigInt(hash.high) << 32n) | BigInt(hash.low)).toString();
}

function keyValue(type: string, text: string): KeyValue {
  const family = keyFamilyOf(type);
  const value = family && canonicalKeyValue(family, type, text);
  if (value === undefined) throw new Error(`${type} '${text}' is no key value`);
  return value;
}

function hashOf(value: KeyValue, withSeed?: Halves): Halves {
  switch (value.family) {
    case 'integer':
      return hashInteger(value.value, withSeed);
    case 'text':
      return hashText(value.value, withSeed);
    case 'uuid':
      return hashBytes(value.bytes, withSeed);
    case 'date':
      return hashInteger(BigInt(value.days), withSeed);
  }
}

test.each(vectors)("$type '$value' hashes as on the server", ({ type, value, unseeded, seeded, seventh }) => {
  const key = keyValue(type, value);
  expect(signed(hashOf(key))).toBe(unseeded);
  expect(signed(hashOf(key, seed))).toBe(seeded);
  expect(BigInt.asIntN(64, partitionHash(key) - 0x49a0f4dd15e5a8e3n).toString()).toBe(seeded);
  if (seventh !== undefined) expect(remainder(key, 7)).toBe(seventh);
});

test.each(blankPadded)("character(n) '$value' hashes as on the server", ({ value, unseeded, seeded }) => {
  expect(signed(hashBlankPadded(value))).toBe(unseeded);
  expect(signed(hashBlankPadded(value, seed))).toBe(seeded);
});

test('2^31 and 2^63-1 have one hash; the remainder of 42 by 4 is 2', () => {
  const [left, right] = ['2147483648', '9223372036854775807'].map((text) => keyValue('bigint', text));
  expect(partitionHash(left as KeyValue)).toBe(partitionHash(right as KeyValue));
  expect(remainder(keyValue('bigint', '42'), 4)).toBe(2);
});

test('a NULL key has remainder 0', () => {
  expect(partitionHash(null)).toBe(0n);
  expect(remainder(null, 7)).toBe(0);
});

test('the remainder is the same by numbers and by BigInt, whatever the modulus', () => {
  for (const modulus of [1, 2, 7, 4096, 1_048_575, 2 ** 21 - 1, 2 ** 21, 2 ** 31, 2 ** 40 + 1]) {
    for (const { type, value } of vectors) {
      const key = keyValue(type, value);
      expect(remainder(key, modulus)).toBe(Number(partitionHash(key) % BigInt(modulus)));
    }
  }
});

test.each([0, -1, 1.5, Number.NaN])('%d is no modulus', (modulus) => {
  expect(() => remainder(null, modulus)).toThrow(RangeError);
});

interface CorpusVector {
  readonly value: string;
  readonly hash: number;
  readonly ext0: string;
  readonly extseed: string;
  readonly part: Readonly<Record<string, number>>;
}

const corpusFile = new URL('../../../shared/corpora/pg_hash_vectors.json', import.meta.url);

// The corpora are not part of the project: without them there is nothing to compare with.
test.skipIf(!existsSync(corpusFile))('all vectors of the shared corpus', () => {
  const corpus = JSON.parse(readFileSync(corpusFile, 'utf8')) as Record<string, CorpusVector[]>;
  let checked = 0;
  for (const type of ['bigint', 'text', 'uuid']) {
    for (const vector of corpus[type] ?? []) {
      const key = keyValue(type, vector.value);
      const unseeded = hashOf(key);
      expect(unseeded.low | 0).toBe(vector.hash);
      expect(signed(unseeded)).toBe(vector.ext0);
      expect(signed(hashOf(key, seed))).toBe(vector.extseed);
      for (const [modulus, part] of Object.entries(vector.part)) {
        expect(remainder(key, Number(modulus))).toBe(part);
      }
      checked += 1;
    }
  }
  expect(checked).toBe(300);
});
