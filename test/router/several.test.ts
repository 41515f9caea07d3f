import { beforeAll, describe, expect, it } from 'vitest';
import type { CombineQuery, Decision } from '../../src/model/index.js';
import type { Router } from '../../src/router/index.js';
import { decided, shopRouter } from './world.js';

let router: Router;
beforeAll(async () => {
  router = await shopRouter();
});

function partsOf(decision: Decision) {
  return decision.kind === 'several'
    ? decision.parts.map(({ shard, text, parameters }) => [shard, text, parameters])
    : decision;
}

function combined(decision: Decision, types: readonly string[]): CombineQuery | undefined {
  return decision.kind === 'several' && decision.merge.kind === 'combine'
    ? decision.merge.query(types)
    : undefined;
}

describe('which shards', () => {
  it('asks every shard without a key, and those of the listed keys with a list', () => {
    expect(partsOf(decided(router, 'SELECT id FROM orders'))).toHaveLength(4);
    const listed = 'SELECT id FROM orders WHERE user_id IN (1, 2)';
    expect(partsOf(decided(router, listed))).toEqual([
      [0, listed, []],
      [2, listed, []],
    ]);
    const array = 'SELECT id FROM orders WHERE user_id = ANY($1)';
    expect(partsOf(decided(router, array, ['{1, "2", NULL}']))).toHaveLength(2);
  });

  it('asks the one shard alone where all keys live there, in the statement’s own words', () => {
    const text =
      'SELECT status, count(*) FROM orders WHERE user_id = ANY($1) GROUP BY status HAVING count(*) > 1';
    expect(decided(router, text, ['{1}'])).toMatchObject({ kind: 'refused' });
    const grouped = 'SELECT status, count(*) FROM orders WHERE user_id = ANY($1) GROUP BY status';
    expect(decided(router, grouped, ['{1}'])).toMatchObject({ kind: 'one', shard: 0 });
  });

  it.each([
    ['an array that cannot be read', ['{1,x}'], []],
    ['an array of floats', ['{1}'], [1022]],
    ['no value', [undefined], []],
  ] as const)('asks every shard for %s', (_, values, types) => {
    const text = 'SELECT id FROM orders WHERE user_id = ANY($1)';
    expect(partsOf(decided(router, text, values, types))).toHaveLength(4);
  });
});

it('reads TABLE as the SELECT that it is short for', () => {
  for (const rest of ['', ' ORDER BY 1 DESC LIMIT 2', ' ORDER BY id']) {
    const short = decided(router, `TABLE orders${rest}`);
    const whole = decided(router, `SELECT * FROM orders${rest}`);
    expect(partsOf(short)).toEqual(partsOf(whole));
    expect(combined(short, ['bigint'])).toEqual(combined(whole, ['bigint']));
  }
});

it('sorts by the operator of USING', () => {
  const text = 'SELECT id FROM orders ORDER BY id USING > NULLS LAST';
  const query = combined(decided(router, text), ['bigint']);
  expect(query?.text).toContain('ORDER BY 1 USING > NULLS LAST');
});

describe('what each shard is asked', () => {
  it('widens LIMIT by OFFSET, and keeps the order that the limit is of', () => {
    const decision = decided(router, 'SELECT id FROM orders ORDER BY total DESC LIMIT $1 OFFSET 5;', ['10']);
    expect(partsOf(decision)).toEqual(
      [0, 1, 2, 3].map((shard) => [
        shard,
        'SELECT id, total AS shardwright_1 FROM orders ORDER BY total DESC LIMIT least(($1)::bigint::numeric + coalesce((5)::bigint::numeric, 0), 9223372036854775807)::bigint',
        [1],
      ]),
    );
    expect(combined(decision, ['bigint', 'numeric'])).toEqual({
      text: expect.stringMatching(/^SELECT c1 FROM .* ORDER BY c2 DESC LIMIT \$3 OFFSET 5$/),
      arguments: [
        { kind: 'column', at: 0 },
        { kind: 'column', at: 1 },
        { kind: 'parameter', number: 1 },
      ],
    });
  });

  it('does not limit groups that others have rows of', () => {
    const decision = decided(
      router,
      'SELECT status, count(*) FROM orders GROUP BY status ORDER BY 2 DESC LIMIT 1',
    );
    expect(partsOf(decision)).toContainEqual([0, 'SELECT status, count(*) FROM orders GROUP BY status', []]);
    expect(combined(decision, ['text', 'bigint'])?.text).toMatch(
      /^SELECT c1, sum\(c2\)::bigint FROM .* GROUP BY c1 ORDER BY 2 DESC LIMIT 1$/,
    );
  });

  it('cuts rows in no order by itself', () => {
    const decision = decided(router, 'SELECT id FROM orders LIMIT 3 OFFSET $1', ['2']);
    expect(decision).toMatchObject({ merge: { kind: 'concatenate', skip: 2, take: 3 } });
  });

  it.each([
    ['SELECT lower(status), total AS lower FROM orders ORDER BY lower', undefined],
    ['SELECT lower(status), id FROM orders ORDER BY lower', 'refused'],
    ['SELECT *, id AS total FROM orders ORDER BY total', undefined],
    ['SELECT o.total AS status FROM orders o GROUP BY status', 'refused'],
  ])('%s is told apart, or refused', (text, kind) => {
    expect(decided(router, text).kind).toBe(kind ?? 'several');
  });
});

it('asks no several shards by where a row lies', async () => {
  const daring = await shopRouter(4, 'two-phase');
  for (const text of [
    "SELECT id FROM orders WHERE ctid = '(0,1)'",
    "DELETE FROM orders WHERE ctid = '(0,1)'",
    'UPDATE orders SET total = 0 WHERE ctid IN (SELECT o.ctid FROM orders o)',
  ])
    expect(decided(daring, text)).toMatchObject({ kind: 'refused', fix: expect.stringContaining('key') });
  expect(decided(daring, "DELETE FROM orders WHERE user_id = 1 AND ctid = '(0,1)'").kind).toBe('one');
});

describe('COPY of a table', () => {
  it.each([
    ['COPY orders (id) TO STDOUT', 'COPY orders (id) TO STDOUT', 'COPY orders (id) TO STDOUT'],
    [
      'COPY tenants TO STDOUT (FORMAT csv, HEADER)',
      'COPY tenants ("code", "name") TO STDOUT (FORMAT csv, HEADER)',
      'COPY tenants ("code", "name") TO STDOUT (FORMAT csv, header false)',
    ],
    [
      'COPY orders (id) TO STDOUT WITH (HEADER true, NULL x)',
      'COPY orders (id) TO STDOUT WITH (HEADER true, NULL x)',
      'COPY orders (id) TO STDOUT WITH (header false, NULL x)',
    ],
    [
      'COPY orders (id) TO STDOUT CSV HEADER',
      'COPY orders (id) TO STDOUT CSV HEADER',
      'COPY orders (id) TO STDOUT CSV ',
    ],
  ])('lists its columns and has one header: %s', (text, first, others) => {
    const parts = partsOf(decided(router, text));
    expect(parts).toEqual([0, 1, 2, 3].map((shard) => [shard, shard === 0 ? first : others, []]));
  });

  it.each([
    "COPY orders TO '/tmp/orders'",
    "COPY orders TO PROGRAM 'cat'",
    'COPY orders (id) TO STDOUT BINARY',
    "COPY orders (id) TO STDOUT (FORMAT 'binary')",
    'COPY orders (id) TO STDOUT ("header" true)',
  ])('is refused where parts cannot follow each other: %s', (text) => {
    expect(decided(router, text).kind).toBe('refused');
  });
});

describe('writes', () => {
  it('of copies are given no value that each would read by its own clock', async () => {
    const daring = await shopRouter(4, 'two-phase');
    const text = 'UPDATE countries SET name = $1';
    expect(decided(daring, text, ['now'])).toMatchObject({ kind: 'refused' });
    expect(decided(daring, text, ['2024-01-01']).kind).toBe('several');
  });

  const rows =
    'INSERT INTO orders (user_id, id, status) VALUES ($1, 1, $2), ($3, 2, $4), (1, 3, $4) RETURNING id';

  it('are refused unless they may be two-phase', () => {
    for (const text of ['DELETE FROM orders', "UPDATE countries SET name = 'x'", rows])
      expect(decided(router, text, ['1', 'a', '2', 'b'])).toMatchObject({
        kind: 'refused',
        isWrite: true,
        fix: expect.stringContaining('two-phase'),
      });
  });

  it('give each shard its rows, and their places', async () => {
    const daring = await shopRouter(4, 'two-phase');
    const decision = decided(daring, rows, ['1', 'a', '2', 'b']);
    const text = 'INSERT INTO orders (user_id, id, status) VALUES';
    expect(partsOf(decision)).toEqual([
      [0, `${text} ($1, 1, $2), (1, 3, $3) RETURNING id`, [1, 2, 4]],
      [2, `${text} ($1, 2, $2) RETURNING id`, [3, 4]],
    ]);
    expect(decision).toMatchObject({ merge: { places: [[0, 2], [1]] } });
    expect(decided(daring, rows, ['1', 'a', '1', 'b'])).toMatchObject({ kind: 'one', shard: 0 });
    expect(decided(daring, rows, ['1', 'a', null, 'b'])).toMatchObject({ kind: 'refused' });
  });

  it.each([
    ["UPDATE countries SET name = 'x' WHERE code = 'y'", 'several'],
    ['INSERT INTO countries VALUES ($1, $2)', 'several'],
    ['UPDATE countries SET name = now()::text', 'refused'],
    ["UPDATE countries SET name = 'now'::timestamptz::text", 'refused'],
    ["UPDATE countries SET name = '10:00 today'", 'refused'],
    ["UPDATE countries SET name = 'buy now'", 'several'],
    ['UPDATE countries SET name = xmin::text', 'refused'],
    ["UPDATE countries SET name = 'countries'::regclass::oid::text", 'refused'],
    ['UPDATE countries SET name = (SELECT max(relname) FROM pg_class)', 'refused'],
    ['DELETE FROM countries WHERE code IN (SELECT code FROM countries TABLESAMPLE SYSTEM (50))', 'refused'],
    ['INSERT INTO countries SELECT code, name FROM countries LIMIT 1', 'refused'],
    ['INSERT INTO countries VALUES ($1, gen_random_uuid()::text)', 'refused'],
    ['INSERT INTO countries SELECT u.name, u.name FROM users u WHERE u.id = 1', 'refused'],
    ['SELECT * FROM orders FOR UPDATE', 'refused'],
  ])('%s', async (text, kind) => {
    const daring = await shopRouter(4, 'two-phase');
    const decision = decided(daring, text, ['a', 'b']);
    expect(decision.kind).toBe(kind);
    if (decision.kind === 'several')
      expect(decision.parts.map(({ shard }) => shard)).toEqual([0, 1, 2, 3, 'unsharded']);
  });
});
