import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect, readPlanFile } from '../../src/index.js';
import type { Placement } from '../../src/model/index.js';
import { DatabaseUnavailable, ShardwrightRefusal } from '../../src/pool/index.js';
import { initialMap } from '../../src/topology/index.js';
import { pause, until, untilAsleep } from '../waiting.js';
import { openTestDatabases, shardCount, type TestDatabases } from './databases.js';

const schema = `
  CREATE COLLATION backwards (provider = icu, locale = 'en-u-kf-upper');
  CREATE TABLE users (id bigint PRIMARY KEY, name text, nick text COLLATE "C", age int, score numeric(8,3), joined date);
  CREATE TABLE orders (user_id bigint NOT NULL, id bigint NOT NULL, status text, total numeric, ratio real, weight float8,
    at timestamptz, tags text[], info jsonb, took interval, PRIMARY KEY (user_id, id));
  CREATE TABLE countries (code text PRIMARY KEY, name text);
  CREATE TABLE settings (name text PRIMARY KEY, value text)`;

const byUser = (key: string): Placement => ({ placement: 'sharded', key, keyType: 'bigint', group: 'users' });
const placements = new Map<string, Placement>([
  ['public.users', byUser('id')],
  ['public.orders', byUser('user_id')],
  ['public.countries', { placement: 'global' }],
  ['public.settings', { placement: 'unsharded' }],
]);

let databases: TestDatabases;

beforeAll(async () => {
  databases = await openTestDatabases(schema, placements, { connections: 6, connectMs: 15_000 });
  const names = ['ann', 'Bob', 'bob', 'Änne', 'zoë', '', null];
  const users = Array.from({ length: 40 }, (_, at) => [
    at + 1,
    names[at % names.length],
    names[(at * 3) % names.length],
    at % 5 === 0 ? null : at % 7,
    at % 4 === 0 ? null : `${at % 6}.50`,
    `2024-0${1 + (at % 3)}-11`,
  ]);
  const statuses = ['new', 'paid', 'Paid', 'späť', null];
  const orders = Array.from({ length: 150 }, (_, at) => [
    1 + ((at * 7) % 40),
    at,
    statuses[at % statuses.length],
    at % 9 === 0 ? null : `${at % 11}.${at % 2 === 0 ? '10' : '1'}`,
    at % 8,
    at / 4,
    `2024-02-0${1 + (at % 9)} 10:00:00+00`,
    at % 3 === 0 ? ['a', 'b"c'] : null,
    { at: at % 2 },
    `${at % 5} hours`,
  ]);
  const rows: [string, readonly (readonly unknown[])[]][] = [
    ['users', users],
    ['orders', orders],
    [
      'countries',
      [
        ['de', 'Germany'],
        ['fr', 'France'],
      ],
    ],
    ['settings', [['a', '1']]],
  ];
  for (const [table, values] of rows) {
    const width = values[0]?.length ?? 0;
    const tuples = values.map(
      (_, row) => `(${Array.from({ length: width }, (_, at) => `$${row * width + at + 1}`).join(', ')})`,
    );
    const insert = `INSERT INTO ${table} VALUES ${tuples.join(', ')}`;
    const got = await databases.pool.query(insert, values.flat());
    const expected = await databases.monolith.query(insert, values.flat());
    expect(got.rowCount).toBe(expected.rowCount);
  }
}, 60_000);

afterAll(() => databases?.stop());

/** The library's rows are the monolith's: in order, or as a bag. */
async function agrees(
  text: string,
  values: unknown[] = [],
  inOrder = /order by/i.test(text),
): Promise<number> {
  const expected = await databases.monolith.query({ text, values, rowMode: 'array' });
  const got = await databases.pool.query<unknown[]>({ text, values, rowMode: 'array' });
  const printed = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row));
  const [left, right] = [printed(got.rows), printed(expected.rows)];
  expect(inOrder ? left : left.sort()).toEqual(inOrder ? right : right.sort());
  expect(got.rowCount).toBe(expected.rowCount);
  expect(got.fields.map(({ name, dataTypeID }) => [name, dataTypeID])).toEqual(
    expected.fields.map(({ name, dataTypeID }) => [name, dataTypeID]),
  );
  expect(got.command).toBe(expected.command);
  return got.rows.length;
}

describe('reads of several shards are the monolith’s', () => {
  it.each([
    ['SELECT id, name FROM users ORDER BY name, id', []],
    ['SELECT id, nick FROM users ORDER BY nick, id', []],
    ['SELECT id, nick FROM users ORDER BY nick DESC NULLS LAST, id LIMIT 7 OFFSET 3', []],
    ['SELECT id, name FROM users ORDER BY name COLLATE "C", id', []],
    ['SELECT id FROM users ORDER BY name COLLATE backwards, id', []],
    ['SELECT * FROM orders ORDER BY total DESC, user_id, id LIMIT $1 OFFSET $2', ['10', 5]],
    ['SELECT * FROM orders ORDER BY id LIMIT $1', [null]],
    [
      'SELECT o.id, u.name FROM users u JOIN orders o ON o.user_id = u.id WHERE o.status = $1 ORDER BY 1',
      ['paid'],
    ],
    ['SELECT id AS total FROM orders ORDER BY total', []],
    ['SELECT o.id FROM orders o ORDER BY lower(status) NULLS FIRST, o.id DESC FETCH FIRST 20 ROWS ONLY', []],
    [
      'SELECT total FROM orders WHERE total IS NOT NULL ORDER BY total FETCH FIRST 3 ROWS WITH TIES',
      [],
      false,
    ],
    [
      'SELECT status, count(*), sum(total), avg(total), min(at), max(id) FROM orders GROUP BY status ORDER BY status',
      [],
    ],
    ['SELECT count(*) FROM orders WHERE false IS TRUE OR total > 1000', []],
    [
      'SELECT count(*), sum(age), avg(age), avg(score), sum(id), bool_and(age > 1), every(age >= 0), max(nick) FROM users',
      [],
    ],
    ['SELECT sum(age), min(name), count(age) FROM users WHERE id > 1000', []],
    ['SELECT avg(took), sum(took), max(took) FROM orders', []],
    [
      'SELECT sum(total)::int AS s, avg(total)::numeric(10,2) a, count(*) FILTER (WHERE total > 5) FROM orders',
      [],
    ],
    ['SELECT at::date AS day, count(*) n FROM orders GROUP BY 1 ORDER BY n DESC, day', []],
    ['SELECT status FROM orders GROUP BY status ORDER BY count(*) DESC, max(id) LIMIT 2', []],
    ['SELECT age, count(*) FROM users GROUP BY age ORDER BY sum(id), age', []],
    ["SELECT 'x' AS what, age, count(*) FROM users GROUP BY age", []],
    ['SELECT info, tags, count(*) FROM orders GROUP BY info, tags', []],
    ['SELECT round(total, 2), count(*) FROM orders GROUP BY 1 ORDER BY 1', []],
    ['SELECT DISTINCT status FROM orders ORDER BY status DESC', []],
    ['SELECT DISTINCT status, user_id % 3 FROM orders', []],
    ['SELECT DISTINCT count(*) FROM orders GROUP BY status', []],
    ['SELECT status FROM orders UNION SELECT name FROM users ORDER BY status', []],
    ['SELECT status FROM orders UNION ALL SELECT name FROM users ORDER BY 1 LIMIT 20', []],
    [
      'WITH big AS (SELECT * FROM orders WHERE total > $1) SELECT status, count(*) FROM big GROUP BY status',
      [4],
    ],
    [
      'SELECT user_id, count(*), string_agg(status, $1 ORDER BY id) FROM orders GROUP BY user_id ORDER BY 2 DESC, 1 LIMIT 5',
      [','],
    ],
    ['SELECT DISTINCT ON (user_id) user_id, id FROM orders ORDER BY user_id, id DESC', []],
    [
      'SELECT user_id, id, row_number() OVER (PARTITION BY user_id ORDER BY id) FROM orders ORDER BY 1, 2',
      [],
    ],
    ['SELECT count(*) FROM orders WHERE user_id = ANY($1)', [[1, 2, 3, null]]],
    ['SELECT id FROM orders WHERE user_id IN ($1, $2, $3) ORDER BY id', [1, 2, null]],
    ['SELECT count(*) FROM orders WHERE user_id = ANY($1)', [[]]],
    [
      'SELECT joined, took FROM users JOIN orders ON user_id = users.id ORDER BY joined DESC, took, orders.id',
      [],
    ],
    [
      'SELECT name, avg(weight) FROM users JOIN orders ON user_id = users.id WHERE orders.id < 8 GROUP BY name',
      [],
    ],
  ] as const)('%s', async (text, values, inOrder?: boolean) => {
    await agrees(text, [...values], inOrder);
  });

  it('cuts rows in no order to as many', async () => {
    expect((await databases.pool.query('SELECT id FROM orders LIMIT 7 OFFSET 2')).rowCount).toBe(7);
    expect((await databases.pool.query('SELECT id FROM orders OFFSET $1', [148])).rowCount).toBe(2);
  });

  it('refuses rows of a shard that has other columns', async () => {
    const shard = await databases.client('shard2');
    await shard.query('ALTER TABLE orders ADD COLUMN extra int');
    for (const text of ['SELECT * FROM orders', 'SELECT * FROM orders ORDER BY id'])
      await expect(databases.pool.query(text)).rejects.toMatchObject({
        code: '0A000',
        message: expect.stringContaining('other columns'),
      });
    expect((await databases.pool.query('SELECT id FROM orders')).rowCount).toBe(150);
    await expect(databases.pool.query('DELETE FROM orders RETURNING *')).rejects.toThrow('other columns');
    expect((await databases.pool.query('SELECT id FROM orders')).rowCount).toBe(150);
    await shard.query('ALTER TABLE orders DROP COLUMN extra');
    await shard.end();
  });

  it('refuses more parameters than a statement carries when one more is needed to put rows together', async () => {
    const ids = Array.from({ length: 65_535 }, (_, at) => at + 1);
    const text = `SELECT count(*) FROM users WHERE id IN (${ids.map((id) => `$${id}`).join()})`;
    await expect(databases.pool.query(text, ids)).rejects.toMatchObject({ code: '54000' });
  });

  it('gives rows as objects, of two columns of one name the later one', async () => {
    const text = 'SELECT count(*) AS n, max(id) AS n FROM orders';
    expect((await databases.pool.query(text)).rows).toEqual((await databases.monolith.query(text)).rows);
  });
});

describe('a key that is NULL', () => {
  const answered = [
    'SELECT name FROM users WHERE id = $1',
    'SELECT count(*), max(age) FROM users WHERE id = $1',
    'SELECT name FROM users WHERE NOT id <> $1',
    'SELECT name FROM users WHERE (id = $1) IS TRUE',
    'SELECT name FROM users WHERE id IN ($1)',
    'SELECT name FROM users WHERE (id, name) = ($1, name)',
    'SELECT c.name, u.name FROM countries c LEFT JOIN users u ON u.id = $1 ORDER BY 1',
    'SELECT u.name FROM users u LEFT JOIN orders o ON o.user_id = u.id WHERE o.user_id = $1',
    'SELECT code FROM countries WHERE NOT EXISTS (SELECT FROM users WHERE id = $1) ORDER BY 1',
    'SELECT v.id, u.name FROM (VALUES ($1::bigint)) AS v (id) LEFT JOIN users u ON u.id = v.id',
  ];
  const elsewhere = [
    'SELECT count(*) FROM users WHERE id IS NOT DISTINCT FROM $1',
    'SELECT count(*) FROM users WHERE NOT id IS DISTINCT FROM $1',
    'SELECT count(*) FROM users WHERE id = $1 OR $1 IS NULL',
    'SELECT count(*) FROM users WHERE (id = $1) IS NOT FALSE',
    'SELECT count(*) FROM users WHERE coalesce(id = $1, true)',
    'SELECT count(*) FROM users WHERE CASE WHEN id <> $1 THEN false ELSE true END',
    'SELECT count(*) FROM users u FULL JOIN orders o ON o.user_id = u.id AND u.id = $1',
  ];

  it.each(answered)('has the rows of one database: %s', async (text) => {
    await agrees(text, [null]);
  });

  it.each(elsewhere)('is none where rows without it count: %s', async (text) => {
    const got = await agrees(text, [null]).catch((error: unknown) => error);
    if (got instanceof Error && !(got instanceof ShardwrightRefusal)) throw got;
  });
});

describe('one database', () => {
  it('answers what is its own', async () => {
    expect(await agrees('SELECT * FROM orders WHERE user_id = $1 ORDER BY id', [3])).toBeGreaterThan(0);
    expect(await agrees('SELECT name FROM countries ORDER BY 1')).toBe(2);
    expect(await agrees('SELECT value FROM settings')).toBe(1);
    expect(await agrees('SELECT 1 AS one')).toBe(1);
  });

  it('keeps named statements', async () => {
    const ask = (id: number) =>
      databases.pool.query({
        name: 'mine',
        text: 'SELECT count(*)::int AS n FROM orders WHERE user_id = $1',
        values: [id],
      });
    for (const id of [1, 2, 3, 1, 2]) expect((await ask(id)).rows).toEqual([{ n: expect.any(Number) }]);
  });

  it('hands the driver’s errors through', async () => {
    await expect(databases.pool.query('SELECT nothing FROM orders WHERE user_id = 1')).rejects.toMatchObject({
      code: '42703',
    });
    await expect(databases.pool.query('SELECT nothing FROM orders')).rejects.toMatchObject({ code: '42703' });
  });
});

describe('refusals', () => {
  it.each([
    ['SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY total) FROM orders', 'cross-shard'],
    ['SELECT * FROM orders o JOIN users u ON u.name = o.status', 'cross-shard'],
    ['SELECT * FROM orders, settings', 'cross-database'],
    ['UPDATE orders SET user_id = 2 WHERE user_id = 1', 'unroutable'],
    ['CREATE TABLE more (id int)', 'unknown'],
    ['BEGIN', 'tableless'],
    ['SET search_path = x', 'tableless'],
    ['LISTEN x', 'tableless'],
    ['SELECT pg_advisory_lock(1)', 'tableless'],
    ['SELECT pg_try_advisory_lock_shared(1) FROM users WHERE id = 1', 'single-shard'],
    ['SELECT setseed(0.5)', 'tableless'],
    ["SELECT currval('s')", 'tableless'],
    ['SELECT pg_terminate_backend(1)', 'tableless'],
    ['SELECT pg_export_snapshot()', 'tableless'],
    ['SELECT pg_current_xact_id_if_assigned()', 'tableless'],
    ["SET TimeZone = 'UTC'", 'tableless'],
  ])('%s', async (text, verdict) => {
    const refusal = await databases.pool.query(text).then(String, (error: unknown) => error);
    expect(refusal).toBeInstanceOf(ShardwrightRefusal);
    expect(refusal).toMatchObject({ verdict, code: '0A000', fix: expect.stringMatching(/\w/) });
  });
});

describe('writes on several databases', () => {
  it('are one', async () => {
    const text = "UPDATE orders SET status = 'void' WHERE total = $1";
    const got = await databases.pool.query(text, [3.1]);
    expect(got.rowCount).toBe((await databases.monolith.query(text, [3.1])).rowCount);
    await agrees('SELECT * FROM orders ORDER BY user_id, id');
    const copies = "INSERT INTO countries VALUES ('it', $1) RETURNING code";
    expect((await databases.pool.query(copies, ['Italy'])).rows).toEqual([{ code: 'it' }]);
    for (const name of ['shard0', 'shard3', 'unsharded']) {
      const client = await databases.client(name);
      expect((await client.query('SELECT count(*)::int AS n FROM countries')).rows).toEqual([{ n: 3 }]);
      await client.end();
    }
  });

  it('give back rows in the order of VALUES', async () => {
    const { rows } = await databases.pool.query(
      'INSERT INTO orders (user_id, id) VALUES (1, 901), (2, 902), (3, 903), (4, 904) RETURNING id::int',
    );
    expect(rows).toEqual([{ id: 901 }, { id: 902 }, { id: 903 }, { id: 904 }]);
    await databases.pool.query('DELETE FROM orders WHERE id > 900');
  });

  it('are many at once, more than there are connections', async () => {
    const asked = (text: string) => Array.from({ length: 15 }, () => databases.pool.query(text));
    const rows = await Promise.all(asked('UPDATE users SET age = age WHERE age IS NOT NULL'));
    const copies = await Promise.all(asked('UPDATE countries SET name = name'));
    expect(new Set(rows.map(({ rowCount }) => rowCount))).toEqual(new Set([32]));
    expect(new Set(copies.map(({ rowCount }) => rowCount))).toEqual(new Set([3]));
    expect(await preparedOn()).toBe(0);
  });

  it('leave nothing behind when one part fails', async () => {
    const before = await databases.pool.query('SELECT count(*) FROM users');
    const text =
      "INSERT INTO users (id, name) VALUES (101, 'a'), (102, 'b'), (103, 'c'), (3, 'there already')";
    await expect(databases.pool.query(text)).rejects.toMatchObject({ code: '23505' });
    expect((await databases.pool.query('SELECT count(*) FROM users')).rows).toEqual(before.rows);
    expect(await preparedOn()).toBe(0);
  });

  describe('while its decision is being recorded', () => {
    let recorder: Awaited<ReturnType<TestDatabases['client']>>;
    /** A write that has prepared all of its parts; `go` lets it go on. */
    async function write(text: string): Promise<{ said: Promise<unknown>; go: () => Promise<unknown> }> {
      recorder = await databases.client('unsharded');
      await recorder.query('BEGIN; LOCK TABLE shardwright.two_phase IN EXCLUSIVE MODE');
      const said = databases.pool.query(text).then(
        () => 'done',
        (error: unknown) => error,
      );
      await until('all parts are prepared', async () => (await preparedOn()) === shardCount);
      return { said, go: () => recorder.query('COMMIT') };
    }
    const cutOff = async (name: string): Promise<void> => {
      const client = await databases.client('postgres');
      const { rows } = await recorder.query('SELECT pg_backend_pid() AS pid');
      await client.query(
        'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1 AND pid <> $2',
        [name, (rows as { pid: number }[])[0]?.pid],
      );
      await client.end();
    };
    const records = async (): Promise<unknown> =>
      (await recorder.query('SELECT outcome FROM shardwright.two_phase')).rows;

    afterEach(async () => {
      await recorder.query('DELETE FROM shardwright.two_phase');
      await recorder.end();
    });

    it('a shard that loses its connections gets its part all the same', async () => {
      const { said, go } = await write("UPDATE users SET nick = 'cut off'");
      await cutOff('shard1');
      await go();
      expect(await said).toBe('done');
      expect(await preparedOn()).toBe(0);
      expect((await databases.pool.query("SELECT id FROM users WHERE nick <> 'cut off'")).rows).toEqual([]);
      expect(await records()).toEqual([]);
    });

    it('the recorder’s loss is told as its own, and everything ends as the record says', async () => {
      const { said, go } = await write("UPDATE users SET nick = 'lost'");
      await cutOff('unsharded');
      expect(await said).toMatchObject({ database: 'unsharded', inDoubt: true });
      await go();
      await until('nothing is prepared', async () => (await preparedOn()) === 0);
      expect((await databases.pool.query("SELECT id FROM users WHERE nick = 'lost'")).rows).toEqual([]);
    });

    it('settle may be first, and the write is told', async () => {
      const { said, go } = await write("UPDATE users SET nick = 'settled'");
      await recorder.query(
        "INSERT INTO shardwright.two_phase SELECT DISTINCT left(gid, -2), 'abort' FROM pg_prepared_xacts",
      );
      await go();
      expect(await said).toMatchObject({ code: '40000', message: expect.stringContaining('settle') });
      await until('nothing is prepared', async () => (await preparedOn()) === 0);
      expect((await databases.pool.query("SELECT id FROM users WHERE nick = 'settled'")).rows).toEqual([]);
    });
  });

  it('that a crash left prepared are ended as it was decided', async () => {
    const gids = ['shardwright:undecided', 'shardwright:decided'];
    for (const [at, gid] of gids.entries()) {
      for (const name of ['shard0', 'shard1']) {
        const client = await databases.client(name);
        await client.query(
          `BEGIN; UPDATE settings SET value = 'x'; INSERT INTO settings VALUES ('${gid}', '${at}'); PREPARE TRANSACTION '${gid}:${name}'`,
        );
        await client.query(`SELECT 1`);
        await client.end();
      }
    }
    const unsharded = await databases.client('unsharded');
    await unsharded.query("INSERT INTO shardwright.two_phase VALUES ('shardwright:decided', 'commit')");
    await unsharded.end();
    expect(await databases.pool.settle(3600)).toBe(0);
    expect(await databases.pool.settle(0)).toBe(4);
    expect(await preparedOn()).toBe(0);
    for (const name of ['shard0', 'shard1']) {
      const client = await databases.client(name);
      const { rows } = await client.query("SELECT name FROM settings WHERE name LIKE 'shardwright%'");
      expect(rows).toEqual([{ name: 'shardwright:decided' }]);
      await client.query("DELETE FROM settings WHERE name LIKE 'shardwright%'");
      await client.end();
    }
  });
});

async function preparedOn(): Promise<number> {
  const { rows } = await databases.monolith.query('SELECT count(*)::int AS n FROM pg_prepared_xacts');
  return rows[0]?.n;
}

describe('transactions', () => {
  it('commit what the function did, or nothing', async () => {
    const { pool } = databases;
    await pool.transaction(1, async (tx) => {
      await tx.query('INSERT INTO orders (user_id, id) VALUES (1, 5000)');
      await tx.query('SAVEPOINT a');
      await expect(tx.query('SELECT 1/0')).rejects.toMatchObject({ code: '22012' });
      await tx.query('ROLLBACK TO a');
      expect(
        (await tx.query('SELECT id::int FROM orders WHERE user_id = $1 AND id = 5000', [1])).rows,
      ).toEqual([{ id: 5000 }]);
    });
    await expect(
      pool.transaction({ group: 'users', key: '1' }, async (tx) => {
        await tx.query('DELETE FROM orders WHERE user_id = 1 AND id = 5000');
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(
      (await pool.query('SELECT count(*)::int AS n FROM orders WHERE user_id = 1 AND id = 5000')).rows,
    ).toEqual([{ n: 1 }]);
    await pool.query('DELETE FROM orders WHERE user_id = 1 AND id = 5000');
  });

  it('refuse statements of other shards, and stay as they are', async () => {
    await databases.pool.transaction(1, async (tx) => {
      expect(tx.place).toBe(0);
      for (const text of [
        'SELECT * FROM orders WHERE user_id = 2',
        'SELECT * FROM orders',
        'SELECT * FROM settings',
        'COMMIT',
        'SET a.b = 1',
      ])
        await expect(tx.query(text)).rejects.toBeInstanceOf(ShardwrightRefusal);
      expect((await tx.query('SELECT count(*)::int AS n FROM countries')).rows).toEqual([{ n: 3 }]);
      await tx.query('SET CONSTRAINTS ALL DEFERRED');
      await tx.query("SET LOCAL app.tenant = '1'");
      await tx.query("SELECT set_config('app.tenant', $1, true)", ['2']);
      for (const text of ['SET LOCAL search_path = x', "SELECT set_config('search_path', 'x', true)"])
        await expect(tx.query(text)).rejects.toBeInstanceOf(ShardwrightRefusal);
    });
  });

  it('that do nothing for too long are told as what they are', async () => {
    const slow = databases.pool.transaction(1, async ({ query }) => {
      await query("SET LOCAL idle_in_transaction_session_timeout = '50ms'");
      await query('SELECT name FROM users WHERE id = 1');
      await pause(300);
      await query('SELECT name FROM users WHERE id = 1');
    });
    await expect(slow).rejects.toMatchObject({ code: '25P03', inDoubt: false });
  });

  it('say when a failed statement rolled them back', async () => {
    const failed = databases.pool.transaction(1, async (tx) => {
      await tx.query('SELECT 1/0').catch(() => undefined);
    });
    await expect(failed).rejects.toMatchObject({ code: '25P02' });
    await expect(
      databases.pool.transaction(
        { database: 'unsharded' },
        async (tx) => (await tx.query('SELECT value FROM settings')).rows,
      ),
    ).resolves.toEqual([{ value: '1' }]);
    await expect(databases.pool.transaction('x', async () => 1)).rejects.toBeInstanceOf(ShardwrightRefusal);
  });
});

describe('a shard that is gone', () => {
  it('fails its own keys only, and is back without a restart', async () => {
    const { pool, client } = databases;
    const admin = await client('postgres');
    const broken = pool.query('SELECT pg_sleep(5) FROM users WHERE id = 1').catch((error: unknown) => error);
    await untilAsleep(databases.dsn('postgres'));
    await admin.query('ALTER DATABASE shard0 ALLOW_CONNECTIONS false');
    await admin.query(
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = 'shard0'",
    );
    expect(await broken).toMatchObject({ code: '08006', database: 0, inDoubt: true });
    await expect(pool.query('SELECT * FROM users WHERE id = 1')).rejects.toThrow();
    await expect(pool.query('SELECT * FROM users')).rejects.toThrow();
    for (let time = 0; time < 5; time += 1)
      await expect(pool.query('SELECT * FROM countries')).resolves.toBeDefined();
    await expect(pool.query('SELECT * FROM users WHERE id = 2')).resolves.toMatchObject({ rowCount: 1 });
    await admin.query('ALTER DATABASE shard0 ALLOW_CONNECTIONS true');
    await expect(pool.query('SELECT * FROM users WHERE id = 1')).resolves.toMatchObject({ rowCount: 1 });
    await admin.end();
  });

  it('turns statements away at once when too many wait', async () => {
    const busy = await openTestPool({ connections: 1, waiting: 1, connectMs: 15_000 });
    const all = await Promise.allSettled(
      [1, 2, 3].map(() => busy.query('SELECT pg_sleep(0.3) FROM users WHERE id = 1')),
    );
    await busy.end();
    await expect(busy.query('SELECT name FROM users WHERE id = 1')).rejects.toThrow('has ended');
    expect(all.map(({ status }) => status).sort()).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    const turned = all.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(turned.reason).toBeInstanceOf(DatabaseUnavailable);
    expect(turned.reason).toMatchObject({ code: '53300' });
  });
});

async function openTestPool(limits: object) {
  const { openPool } = await import('../../src/pool/index.js');
  const { openRouterOf } = await import('./router-of.js');
  const { emptyConfig } = await import('../../src/config/index.js');
  const router = await openRouterOf(schema, placements, shardCount, emptyConfig);
  const shards = Array.from({ length: shardCount }, (_, shard) => databases.dsn(`shard${shard}`));
  return openPool({ router, shards, limits });
}

describe('another map', () => {
  it('is used from the next statement on', async () => {
    const { pool } = databases;
    expect((await pool.query('SELECT * FROM users WHERE id = 2')).rowCount).toBe(1);
    pool.reload({ map: { ...initialMap(shardCount), pins: [{ group: 'users', key: '2', shard: 3 }] } });
    expect((await pool.query('SELECT * FROM users WHERE id = 2')).rowCount).toBe(0);
    pool.reload({ map: initialMap(shardCount) });
    expect(() => pool.reload({ map: initialMap(shardCount + 1) })).toThrow(RangeError);
  });
});

it('the pool is used as docs/library.md says', async () => {
  const page = readFileSync(new URL('../../docs/library.md', import.meta.url), 'utf8');
  const [, code = ''] = /```javascript\n([\s\S]*?)```/.exec(page) ?? [];
  const folder = mkdtempSync(path.join(tmpdir(), 'shardwright-page-'));
  try {
    const plan = { schemaVersion: 1, kind: 'plan', tables: Object.fromEntries(placements) };
    writeFileSync(path.join(folder, 'shardplan.json'), JSON.stringify(plan));
    writeFileSync(path.join(folder, 'schema.sql'), schema);
    const body = code
      .replace(/^import .*\n/, '')
      .replace(/'(shardplan\.json|schema\.sql)'/g, (_, file: string) =>
        JSON.stringify(path.join(folder, file)),
      );
    const shards = Array.from({ length: shardCount }, (_, shard) => databases.dsn(`shard${shard}`)).join(' ');
    const printed: unknown[] = [];
    const asynchronous = (async () => {}).constructor as new (
      ...names: string[]
    ) => (...given: unknown[]) => Promise<void>;
    await databases.pool.query('DELETE FROM users WHERE id = 7');
    await new asynchronous('connect', 'readPlanFile', 'ShardwrightRefusal', 'process', 'console', body)(
      connect,
      readPlanFile,
      ShardwrightRefusal,
      { env: { SHARDS: shards, UNSHARDED: databases.dsn('unsharded') } },
      { log: (...parts: unknown[]) => printed.push(parts) },
    );
    expect(printed).toEqual([
      [[{ name: 'Ann' }]],
      ['0A000', 'cross-shard', expect.stringContaining('shard key')],
    ]);
    expect((await databases.pool.query('SELECT name FROM users WHERE id = 7')).rows).toEqual([
      { name: 'Anna' },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
