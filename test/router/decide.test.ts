import { beforeAll, describe, expect, it } from 'vitest';
import type { Router } from '../../src/router/index.js';
import { initialMap } from '../../src/topology/index.js';
import { decided, shopRouter } from './world.js';

let router: Router;
beforeAll(async () => {
  router = await shopRouter();
});

// By PostgreSQL's own hash partitions of bigint: 1 and 2 are remainders 0 and 2 of 4.
describe('one shard', () => {
  it('is named by the value of the key', () => {
    const literal = decided(router, 'SELECT * FROM orders WHERE user_id = 1');
    const bound = decided(router, 'SELECT * FROM orders WHERE user_id = $1', ['1']);
    expect(literal).toMatchObject({ kind: 'one', shard: 0, verdict: 'single-shard', isWrite: false });
    expect(bound).toEqual(literal);
    expect(decided(router, 'SELECT * FROM orders WHERE user_id = $1', ['2'])).toMatchObject({ shard: 2 });
  });

  it('follows the map that is in use', () => {
    const moved = { ...initialMap(4), pins: [{ group: 'users', key: '1', shard: 3 }] };
    const before = router.map();
    router.useMap(moved);
    expect(decided(router, 'SELECT * FROM orders WHERE user_id = 1')).toMatchObject({ shard: 3 });
    router.useMap(before);
    expect(decided(router, 'SELECT * FROM orders WHERE user_id = 1')).toMatchObject({ shard: 0 });
  });

  it.each([
    ['not an integer', ['1.5'], []],
    ['not known', [undefined], []],
    ['declared as float8: several keys are equal to one float', ['1'], [701]],
    ['declared as character(n): blanks would be cut', ['1'], [1042]],
  ] as const)('is not guessed from a value that is %s', (_, values, types) => {
    const decision = decided(router, 'SELECT * FROM orders WHERE user_id = $1', values, types);
    expect(decision).toMatchObject({ kind: 'refused', sqlstate: '0A000', verdict: 'single-shard' });
  });

  it('answers for NULL, which equals no key, and takes no write by it', () => {
    const read = 'SELECT * FROM orders WHERE user_id = $1';
    expect(decided(router, read, [null])).toMatchObject({ kind: 'one', shard: 0, bucket: 0 });
    for (const write of [
      'UPDATE orders SET status = $2 WHERE user_id = $1',
      'INSERT INTO orders (user_id, status) VALUES ($1, $2)',
      'WITH new AS (INSERT INTO orders (user_id, id) VALUES ($1, 1)) SELECT $2::text',
    ])
      expect(decided(router, write, [null, 'a'])).toMatchObject({
        kind: 'refused',
        reason: expect.stringContaining('NULL'),
      });
    const pair = 'SELECT * FROM users u, orders o WHERE u.id = $1 AND o.user_id = $2';
    expect(decided(router, pair, ['1', null])).toMatchObject({ kind: 'refused' });
  });

  it('is that of a pair of parameters only when they are equal as keys', () => {
    const text = 'SELECT * FROM users u, orders o WHERE u.id = $1 AND o.user_id = $2';
    expect(decided(router, text, ['1', '01'])).toMatchObject({ kind: 'one', shard: 0 });
    expect(decided(router, text, ['1', '2'])).toMatchObject({
      kind: 'refused',
      verdict: 'conditional',
      reason: expect.stringContaining('$1 = $2'),
    });
  });
});

describe('no shard of its own', () => {
  it('goes anywhere, to the unsharded database, or is refused with verdict and fix', () => {
    expect(decided(router, 'SELECT 1')).toMatchObject({ kind: 'any' });
    expect(decided(router, 'SELECT * FROM countries')).toMatchObject({ kind: 'any', verdict: 'global-read' });
    expect(decided(router, 'SELECT * FROM settings')).toMatchObject({ kind: 'unsharded' });
    expect(decided(router, 'INSERT INTO orders (id) VALUES (1)')).toMatchObject({
      kind: 'refused',
      verdict: 'unroutable',
      fix: expect.stringContaining('application'),
    });
    expect(decided(router, 'SELEC 1')).toMatchObject({ kind: 'refused', sqlstate: '42601' });
  });

  it('asks one place for numbers that only one may hand out', () => {
    expect(decided(router, "SELECT nextval('s')")).toMatchObject({ kind: 'unsharded' });
    expect(decided(router, 'SELECT pg_advisory_lock($1)', ['1'])).toMatchObject({ kind: 'unsharded' });
    // Any shard could read the table, and each would begin at 1.
    expect(decided(router, "SELECT nextval('s') FROM countries")).toMatchObject({ kind: 'refused' });
  });
});

describe('the role of a text', () => {
  it.each([
    ['', { kind: 'empty' }],
    ['BEGIN', { kind: 'transaction', action: 'begin' }],
    ['START TRANSACTION READ ONLY', { kind: 'transaction', action: 'begin' }],
    ['ROLLBACK TO a', { kind: 'transaction', action: 'rollback to' }],
    ['SET TRANSACTION READ ONLY', { kind: 'transaction', action: 'set transaction' }],
    ['SET LOCAL app.tenant = 1', { kind: 'session', action: 'set', local: true, name: 'app.tenant' }],
    ['SET SESSION "TimeZone" TO x', { kind: 'session', action: 'set', local: false, name: 'timezone' }],
    ['SET TIME ZONE 1', { kind: 'session', action: 'set', local: false, name: 'timezone' }],
    ["SET SCHEMA 'x'", { kind: 'session', action: 'set', local: false, name: 'search_path' }],
    ['SET LOCAL XML OPTION DOCUMENT', { kind: 'session', action: 'set', local: true, name: 'xmloption' }],
    ['RESET ALL', { kind: 'session', action: 'reset', local: false, name: 'all' }],
    ['DISCARD ALL', { kind: 'session', action: 'discard', local: false, name: 'all' }],
    ['EXPLAIN SELECT 1', { kind: 'data' }],
    ['DECLARE c CURSOR FOR SELECT 1', { kind: 'cursor', action: 'declare' }],
    ['LISTEN x', { kind: 'notification', action: 'listen' }],
    ['EXECUTE x', { kind: 'prepared', action: 'execute' }],
    ['VACUUM', { kind: 'utility', command: 'vacuum' }],
    ['COPY orders TO STDOUT', { kind: 'copy-out' }],
  ])('%s', (text, role) => {
    expect(router.shape(text).role).toEqual(role);
  });

  it('says of COPY in where a row’s key stands', () => {
    expect(router.shape('COPY orders (id, user_id) FROM STDIN').role).toEqual({
      kind: 'copy-in',
      table: 'public.orders',
      columns: ['id', 'user_id'],
      key: { at: 1, group: 'users', type: 'bigint' },
    });
  });
});

describe('a parameter that is the key and something else', () => {
  it.each([
    ['SELECT * FROM orders WHERE at = $1 AND user_id = $1', '16777217', 'refused'],
    ['SELECT * FROM orders WHERE at = $1 AND user_id = $1', '16777216', 'one'],
    ['SELECT * FROM orders WHERE id = $1 AND user_id = $1', '9007199254740993', 'one'],
    ['INSERT INTO orders (total, user_id) VALUES ($1, $1)', '-1', 'refused'],
    ['SELECT * FROM tenants WHERE name = $1 AND code = $1', 'a ', 'one'],
    ['SELECT * FROM tenants WHERE name LIKE $1 AND code = $1', 'a ', 'refused'],
    ['SELECT * FROM tenants WHERE name LIKE $1 AND code = $1', 'ab', 'one'],
    ['SELECT * FROM tenants WHERE name LIKE $1 AND code = $1', 'a', 'one'],
    ['SELECT $1::"char" FROM tenants WHERE code = $1', 'ab', 'refused'],
    ['SELECT $1::"char" FROM tenants WHERE code = $1', 'a', 'one'],
  ])('%s with %s', (text, value, kind) => {
    expect(decided(router, text, [value]).kind).toBe(kind);
  });

  it('is taken as it is declared', () => {
    const text = 'SELECT * FROM orders WHERE at = $1 AND user_id = $1';
    expect(decided(router, text, ['16777217'], [20]).kind).toBe('one');
  });
});

it.each([
  'VACUUM',
  'ALTER TABLE orders ADD x int',
  'LOCK TABLE orders',
  'EXPLAIN SELECT * FROM orders',
  'EXPLAIN ANALYZE CREATE TABLE kept AS SELECT * FROM orders WHERE user_id = 5',
  'EXPLAIN (ANALYZE) SELECT * INTO kept FROM orders WHERE user_id = 5',
  'TRUNCATE orders',
])('what is about one database is refused: %s', (text) => {
  expect(decided(router, text)).toMatchObject({
    kind: 'refused',
    fix: expect.stringMatching(/database|two-phase/),
  });
});
