/** The partition hash against a real server: 10,000 random values of every type that a key can have, and NULL. */

import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres } from '../../src/lab/index.js';
import { canonicalKeyValue, keyFamilyOf, keyText, remainder } from '../../src/topology/index.js';

const perType = 10_000;
const moduli = [2, 3, 4, 7, 16, 100, 4096, 65_521, 1_000_003, 2_147_483_647];

/** Mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = seeded(20_261_121);
const below = (limit: number): number => Math.floor(random() * limit);

/** Of every magnitude: as many small ones as large ones. */
function integer(bits: number): string {
  const size = 1 + below(bits);
  const digits = Array.from({ length: size }, () => below(2)).join('');
  return BigInt.asIntN(size, BigInt(`0b${digits}`)).toString();
}

/** Of one, two, three and four bytes; blanks, quotes and backslashes among them. */
function character(): string {
  const ranges = [
    [0x20, 0x7f],
    [0x01, 0x20],
    [0x80, 0x800],
    [0x800, 0xd800],
    [0xe000, 0x10000],
    [0x10000, 0x110000],
  ] as const;
  const [from, to] = ranges[below(ranges.length)] as readonly [number, number];
  return String.fromCodePoint(from + below(to - from));
}

function text(longest: number): string {
  return Array.from({ length: below(longest + 1) }, character).join('');
}

function uuid(): string {
  return keyText({ family: 'uuid', bytes: Uint8Array.from({ length: 16 }, () => below(256)) });
}

function date(): string {
  return keyText({ family: 'date', days: below(3_652_059) - 730_119 });
}

const types: readonly (readonly [string, () => string])[] = [
  ['int2', () => integer(16)],
  ['int4', () => integer(32)],
  ['int8', () => integer(64)],
  ['text', () => text(60)],
  ['varchar', () => text(60)],
  ['varchar(20)', () => text(20)],
  ['uuid', uuid],
  ['date', date],
];

let server: Awaited<ReturnType<typeof startPostgres>>;
let client: pg.Client;

beforeAll(async () => {
  server = await startPostgres();
  client = new pg.Client({ ...server, database: 'postgres' });
  await client.connect();
});

afterAll(async () => {
  await client?.end();
  await server?.stop();
});

test.each(types)('%s lands in the partition that the server says', async (type, draw) => {
  const family = keyFamilyOf(type);
  if (family === undefined) throw new Error(`${type} is no type of keys`);
  const values = [...Array.from({ length: perType }, draw), null];
  const keys = values.map((value) => (value === null ? null : canonicalKeyValue(family, type, value)));
  expect(values.filter((_, at) => keys[at] === undefined)).toEqual([]);
  const chosen = values.map((_, at) => moduli[at % moduli.length] as number);
  const remainders = keys.map((key, at) => remainder(key ?? null, chosen[at] as number));
  await client.query(`CREATE TEMP TABLE keys (key ${type}) PARTITION BY HASH (key)`);
  const { rows } = await client.query(
    `SELECT count(*)::int AS asked,
            count(*) FILTER (WHERE satisfies_hash_partition('keys'::regclass, modulus, remainder, value::${type}))::int AS agreed
       FROM unnest($1::text[], $2::int[], $3::int[]) AS asked (value, modulus, remainder)`,
    [values, chosen, remainders],
  );
  await client.query('DROP TABLE keys');
  expect(rows[0]).toEqual({ asked: perType + 1, agreed: perType + 1 });
});
