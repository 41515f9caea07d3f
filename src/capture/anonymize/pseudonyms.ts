/**
 * Names and literals → pseudonyms by a keyed hash (HMAC-SHA-256): the same key gives the same pseudonym in every capture, and
 * without the key nobody can try names out. Every name that was replaced is kept for the key file.
 */

import { createHmac } from 'node:crypto';

export interface Pseudonyms {
  /** Of any identifier, whatever it names: alias, column and table of one name stay of one name. */
  readonly name: (name: string) => string;
  /** The text of a string literal. Equal texts stay equal. */
  readonly text: (text: string) => string;
  /** A whole number, smaller than 2^15 as long as there are enough. */
  readonly number: (digits: string) => string;
  /** Pseudonym → name, of all so far. */
  readonly names: ReadonlyMap<string, string>;
  readonly secret: Uint8Array;
  /** Tells keys apart, and nothing of the key. */
  readonly keyId: string;
}

/** What a pseudonym of a name looks like; nothing that PostgreSQL brings does. */
export const pseudonymPattern = /\bx_[a-v0-9]{12}\b/g;

const digits = '0123456789abcdefghijklmnopqrstuv';
/** PostgreSQL cuts longer names off, in the middle of nothing. */
const longestName = 63;

export function pseudonymsOf(secret: Uint8Array, known: ReadonlyMap<string, string> = new Map()): Pseudonyms {
  const names = new Map(known);
  const numbers = new Map<number, string>();
  const hash = (kind: string, text: string): Buffer =>
    createHmac('sha256', secret).update(`${kind}:${text}`).digest();
  const name = (original: string): string => {
    const cut = shortened(original);
    const pseudonym = `x_${letters(hash('name', cut))}`;
    const other = names.get(pseudonym);
    if (other !== undefined && other !== cut)
      throw new Error('two names have the same hash: make another key');
    names.set(pseudonym, cut);
    return pseudonym;
  };
  const number = (original: string): string => {
    let candidate = 2 + (hash('number', original).readUInt32BE(0) % 32_000);
    while (numbers.has(candidate) && numbers.get(candidate) !== original) candidate += 1;
    numbers.set(candidate, original);
    return String(candidate);
  };
  return {
    name,
    number,
    text: (original) => `h${letters(hash('text', original))}`,
    names,
    secret,
    keyId: letters(hash('key', '')),
  };
}

/** 60 bits: among a million names two meet once in two million keys. */
function letters(bytes: Buffer): string {
  return [...bytes.subarray(0, 12)].map((byte) => digits[byte & 31]).join('');
}

function shortened(name: string): string {
  const bytes = Buffer.from(name);
  if (bytes.length <= longestName) return name;
  // A letter that is cut in two goes as a whole.
  return bytes
    .subarray(0, longestName)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
}
