import { beforeAll, describe, expect, it } from 'vitest';
import { compileRouter, type Router, type RouterInput } from '../../src/router/index.js';
import { decided, shopInput } from './world.js';

let input: RouterInput;
beforeAll(async () => {
  input = await shopInput();
});

/** How often the parser was asked. */
function counting(): { readonly router: Router; readonly reads: () => number } {
  let reads = 0;
  const read: RouterInput['reader']['read'] = (text) => {
    reads += 1;
    return input.reader.read(text);
  };
  return { router: compileRouter({ ...input, reader: { ...input.reader, read } }), reads: () => reads };
}

describe('texts that differ in literals alone', () => {
  it.each([
    [
      "SELECT * FROM orders WHERE user_id = 1 AND status = 'a'",
      "SELECT * FROM orders WHERE user_id = 2 AND status = 'it''s'",
      2,
    ],
    [
      "SELECT * FROM tenants WHERE code = 'ab' LIMIT 3",
      "SELECT * FROM tenants WHERE code = 'cd' LIMIT 4",
      undefined,
    ],
    [
      'INSERT INTO orders (user_id, id, total) VALUES (1, 2, 3)',
      'INSERT INTO orders (user_id, id, total) VALUES (2, 9, 9)',
      2,
    ],
    [
      'SELECT * FROM users u JOIN orders o ON o.user_id = 1 WHERE u.id = 1',
      'SELECT * FROM users u JOIN orders o ON o.user_id = 2 WHERE u.id = 2',
      2,
    ],
    [
      "UPDATE orders SET at = '2024-01-01'::timestamptz WHERE user_id = 1",
      "UPDATE orders SET at = '2025-01-01'::timestamptz WHERE user_id = 2",
      2,
    ],
  ])('%s', (first, second, shard) => {
    const { router, reads } = counting();
    expect(decided(router, first).kind).toBe('one');
    const before = reads();
    const again = decided(router, second);
    expect(reads()).toBe(before);
    const alone = decided(compileRouter(input), second);
    expect(again).toMatchObject({ ...alone, verdict: expect.anything() });
    if (shard !== undefined) expect(again).toMatchObject({ shard });
  });

  it('keep the parameters that they have', () => {
    const { router, reads } = counting();
    const text = (status: string) => `SELECT * FROM orders WHERE status = '${status}' AND user_id = $1`;
    expect(decided(router, text('a'), ['1'])).toMatchObject({ shard: 0 });
    const before = reads();
    expect(router.shape(text('b')).parameters).toBe(1);
    expect(decided(router, text('b'), ['2'])).toMatchObject({ shard: 2 });
    expect(decided(router, text('b'), ['1'], [701])).toMatchObject({ kind: 'refused' });
    expect(reads() - before).toBeLessThanOrEqual(1);
  });

  it.each([
    [
      'positions',
      'SELECT id, total FROM orders WHERE user_id = 1 ORDER BY 1',
      'SELECT id, total FROM orders WHERE user_id = 1 ORDER BY 2',
    ],
    [
      'lengths',
      'SELECT status::varchar(1) FROM orders WHERE user_id = 1',
      'SELECT status::varchar(2) FROM orders WHERE user_id = 1',
    ],
    ['escapes', "SELECT E'a' FROM orders WHERE user_id = 1", "SELECT E'b' FROM orders WHERE user_id = 1"],
  ])('are judged each by itself for %s', (_, first, second) => {
    const { router, reads } = counting();
    decided(router, first);
    const before = reads();
    expect(decided(router, second)).toMatchObject({ kind: 'one', shard: 0 });
    expect(reads()).toBeGreaterThan(before);
  });

  it('do not take a number for the text that it is written as', () => {
    const { router } = counting();
    decided(router, 'INSERT INTO tenants (code) VALUES (7)');
    // Stored as 7.
    expect(decided(router, 'INSERT INTO tenants (code) VALUES (007)').kind).toBe('refused');
  });

  it('are not mixed up where two literals were one by chance', () => {
    const { router } = counting();
    const text = (one: number, two: number) =>
      `SELECT * FROM users u, orders o WHERE u.id = ${one} AND o.user_id = ${two}`;
    expect(decided(router, text(1, 1))).toMatchObject({ kind: 'one', shard: 0 });
    expect(decided(router, text(1, 2)).kind).toBe('refused');
    expect(decided(router, text(2, 2))).toMatchObject({ kind: 'one', shard: 2 });
    const list = (keys: string) => `SELECT count(*) FROM orders WHERE user_id IN (${keys})`;
    expect(decided(router, list('1, 1'))).toMatchObject({ kind: 'one' });
    expect(decided(router, list('1, 2'))).toMatchObject({ kind: 'several' });
  });
});

it('forgets what was not used for the longest time', () => {
  let reads = 0;
  const read: RouterInput['reader']['read'] = (text) => {
    reads += 1;
    return input.reader.read(text);
  };
  const router = compileRouter({ ...input, mostShapes: 2, reader: { ...input.reader, read } });
  for (const name of ['a', 'b', 'a', 'c', 'a']) router.shape(`SELECT ${name} FROM countries`);
  expect(reads).toBe(3);
  router.shape('SELECT b FROM countries');
  expect(reads).toBe(4);
});

it('takes a value for varchar(n) only when it fits', () => {
  const router = compileRouter(input);
  const text = 'INSERT INTO tenants (code) VALUES ($1)';
  expect(decided(router, text, ['12345678']).kind).toBe('one');
  // PostgreSQL would cut the blanks and store another key.
  expect(decided(router, text, ['12345678  ']).kind).toBe('refused');
});

it('remembers as much of long texts as of short ones', () => {
  const { router, reads } = counting();
  const text = (n: number, length: number): string =>
    `SELECT * FROM orders WHERE user_id = $1 -- ${n} ${'x'.repeat(length)}`;
  const readAnew = (length: number): number => {
    for (let n = 0; n < 24; n += 1) router.shape(text(n, length));
    const before = reads();
    router.shape(text(0, length));
    return reads() - before;
  };
  expect(readAnew(10)).toBe(0);
  expect(readAnew(100_000)).toBeGreaterThan(0);
});
