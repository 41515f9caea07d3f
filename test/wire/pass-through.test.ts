/** Statements through the router against a real server: where they go, what is refused, and that a session is one session. */

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../capture/server.js';
import {
  addUsers,
  type Cluster,
  clientOf,
  refusalOf,
  routerOf,
  type Started,
  startCluster,
  usersByShard,
} from './cluster.js';

let cluster: Cluster;
let router: Started;
let client: pg.Client;
let onShard: readonly (readonly number[])[];

beforeAll(async () => {
  cluster = await startCluster();
  router = await routerOf(cluster);
  client = await clientOf(router);
  await addUsers(client, 30);
  onShard = await usersByShard(cluster);
});

afterAll(async () => {
  await client?.end();
  await router?.stop();
  await cluster?.stop();
  expect(router?.bugs).toEqual([]);
});

const idOn = (shard: number, which = 0): number => onShard[shard]?.[which] ?? -1;

describe('a statement with its key', () => {
  it('reaches one shard, and every shard has some', () => {
    expect(onShard.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    for (const ids of onShard) expect(ids.length).toBeGreaterThan(0);
  });

  it.each([
    ['simple', async (id: number) => client.query(`select name from users where id = ${id}`)],
    ['unnamed', async (id: number) => client.query('select name from users where id = $1', [id])],
    [
      'prepared',
      async (id: number) =>
        client.query({ name: 'by id', text: 'select name from users where id = $1', values: [id] }),
    ],
  ])('is answered from there: %s', async (_name, ask) => {
    for (const shard of [0, 1, 2]) {
      const id = idOn(shard);
      expect((await ask(id)).rows).toEqual([{ name: `user ${id}` }]);
    }
  });

  it('keeps the errors of the server', async () => {
    const { code } = await refusalOf(client.query('insert into users values ($1, $2)', [1, 'again']));
    expect(code).toBe('23505');
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});

describe('a transaction', () => {
  it('writes in one place, and refuses a second', async () => {
    await client.query('begin');
    await client.query('update users set visits = 1 where id = $1', [idOn(0)]);
    const { code, hint } = await refusalOf(
      client.query('update users set visits = 1 where id = $1', [idOn(1)]),
    );
    expect(code).toBe('0A000');
    expect(hint).toContain('Commit first');
    expect((await refusalOf(client.query('select 1'))).code).toBe('25P02');
    expect((await client.query('commit')).command).toBe('ROLLBACK');
    const { rows } = await client.query('select visits from users where id = $1', [idOn(0)]);
    expect(rows).toEqual([{ visits: 0 }]);
  });

  it('reads elsewhere, unless one snapshot was promised', async () => {
    await client.query('begin');
    await client.query('update users set visits = 2 where id = $1', [idOn(0)]);
    expect((await client.query('select id from users where id = $1', [idOn(1)])).rowCount).toBe(1);
    await client.query('commit');
    await client.query('begin isolation level repeatable read');
    await client.query('select id from users where id = $1', [idOn(0)]);
    expect((await refusalOf(client.query('select id from users where id = $1', [idOn(1)]))).code).toBe(
      '0A000',
    );
    await client.query('rollback');
    await client.query('begin isolation level repeatable read');
    await client.query('select * from countries');
    const codes: unknown[] = [];
    for (const shard of [0, 1]) {
      const asked = client.query('select id from users where id = $1', [idOn(shard)]);
      codes.push(
        await asked.then(
          () => 'read',
          ({ code }) => code,
        ),
      );
    }
    expect(codes).toContain('0A000');
    await client.query('rollback');
  });

  it('is followed by one of its kind with AND CHAIN, and by none without', async () => {
    const kind = `select current_setting('transaction_isolation') as level,
      current_setting('transaction_read_only') as read_only, current_setting('work_mem') as own
      from users where id = $1`;
    const own = async (shard: number): Promise<unknown> =>
      (await client.query(kind, [idOn(shard)])).rows[0] as unknown;
    const { own: usual } = (await own(0)) as { own: string };
    expect((await refusalOf(client.query('commit and chain'))).code).toBe('25P01');
    await client.query('begin isolation level repeatable read');
    await client.query('set transaction read only');
    await client.query("set local work_mem = '1MB'");
    expect(await own(0)).toEqual({ level: 'repeatable read', read_only: 'on', own: '1MB' });
    // Another shard is free to be asked, since it is another snapshot.
    for (const [chain, shard] of [
      ['commit and chain', 1],
      ['rollback and chain', 2],
    ] as const) {
      await client.query(chain);
      expect(await own(shard)).toEqual({ level: 'repeatable read', read_only: 'on', own: usual });
      const elsewhere = client.query(kind, [idOn(0)]);
      expect((await refusalOf(elsewhere)).message).toContain('one snapshot');
      if (shard === 1) {
        expect((await client.query('commit and chain')).command).toBe('ROLLBACK');
        await own(0);
      }
    }
    await client.query('rollback and no chain');
    expect(await own(1)).toEqual({ level: 'read committed', read_only: 'off', own: usual });
  });

  it('is not said to be committed when it was lost, though it wrote in no table', async () => {
    await client.query('begin');
    await client.query("select nextval('tickets')");
    await run(
      cluster.unsharded,
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = 'unsharded' and pid <> pg_backend_pid()`,
    );
    expect((await refusalOf(client.query('commit'))).code).toBe('08007');
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  it('has savepoints on every shard that joins', async () => {
    await client.query('begin');
    await client.query('savepoint a');
    await client.query('update users set visits = 5 where id = $1', [idOn(2)]);
    await refusalOf(client.query('select 1/0'));
    await client.query('rollback to a');
    await client.query('update users set visits = 6 where id = $1', [idOn(2)]);
    await client.query('commit');
    const { rows } = await client.query('select visits from users where id = $1', [idOn(2)]);
    expect(rows).toEqual([{ visits: 6 }]);
  });

  it('is what several statements in one text are', async () => {
    const both = (a: number, b: number): string =>
      `update users set visits = 9 where id = ${a}; update users set visits = 9 where id = ${b}`;
    await client.query(both(idOn(0, 0), idOn(0, 1)));
    await refusalOf(client.query(both(idOn(1), idOn(2))));
    const { rows } = await client.query('select visits from users where id = $1', [idOn(1)]);
    expect(rows).toEqual([{ visits: 0 }]);
  });
});

describe('a session', () => {
  it('keeps its settings on every connection, and no other session has them', async () => {
    const other = await clientOf(router);
    await client.query("set timezone to 'Asia/Tokyo'");
    const zone = async (who: pg.Client, id: number): Promise<unknown> =>
      (await who.query("select current_setting('timezone') as zone from users where id = $1", [id])).rows[0];
    for (const shard of [0, 1, 2]) {
      expect(await zone(client, idOn(shard))).toEqual({ zone: 'Asia/Tokyo' });
      expect(await zone(other, idOn(shard))).toEqual({ zone: 'UTC' });
    }
    await client.query('begin');
    await client.query("set local timezone to 'Europe/Oslo'");
    expect(await zone(client, idOn(1))).toEqual({ zone: 'Europe/Oslo' });
    await client.query('rollback');
    expect(await zone(client, idOn(1))).toEqual({ zone: 'Asia/Tokyo' });
    await client.query('reset all');
    expect(await zone(client, idOn(2))).toEqual({ zone: 'UTC' });
    await other.end();
  });

  it('keeps settings that end in a comment, and those of SESSION CHARACTERISTICS', async () => {
    const one = await clientOf(router);
    await one.query("set timezone to 'Asia/Tokyo' -- the office");
    await one.query("set datestyle to 'German' -- as well");
    await one.query('set session characteristics as transaction read only, isolation level repeatable read');
    const asked = `select current_setting('timezone') as zone, current_setting('datestyle') as dates,
      current_setting('transaction_read_only') as read_only, current_setting('transaction_isolation') as level`;
    for (const shard of [0, 1, 2]) {
      const { rows } = await one.query(`${asked} from users where id = $1`, [idOn(shard)]);
      const level = 'repeatable read';
      expect(rows).toEqual([{ zone: 'Asia/Tokyo', dates: 'German, DMY', read_only: 'on', level }]);
    }
    await one.end();
    for (const shard of [0, 1, 2])
      await client.query('update users set visits = visits where id = $1', [idOn(shard)]);
  });

  it.each([
    'listen news',
    'prepare p as select 1',
    'create temp table t (a int)',
    'set search_path to other',
    'set search_path /* = public */ to other',
    "set schema 'other'",
    'set client_encoding to latin1',
    'set session authorization other',
    "select set_config('a.b', 'c', false)",
    'select pg_advisory_lock(1)',
    'select pg_cancel_backend(1)',
    'select "pg_terminate_backend"(pid) from pg_stat_activity',
    'declare c cursor with hold for select 1',
  ])('says why it cannot keep: %s', async (text) => {
    const { code, hint } = await refusalOf(client.query(text));
    expect(code).toBe('0A000');
    expect(hint).not.toBe('');
  });
});

describe('what is not sharded', () => {
  it('reads global tables anywhere and unsharded ones in their database', async () => {
    for (const connectionString of [...cluster.dsns, cluster.unsharded]) {
      const direct = new pg.Client({ connectionString });
      await direct.connect();
      await direct.query("insert into countries values ('no', 'Norway')");
      await direct.end();
    }
    await client.query("insert into flags values ('dark', true)");
    expect((await client.query('select count(*)::int as n from countries')).rows).toEqual([{ n: 1 }]);
    expect((await client.query('select name from flags')).rows).toEqual([{ name: 'dark' }]);
  });

  it('refuses a table that the plan does not know', async () => {
    const { code, message } = await refusalOf(client.query('select * from nowhere'));
    expect({ code, message }).toEqual({ code: '0A000', message: expect.stringContaining('unknown') });
  });
});

describe('a read of several shards', () => {
  it.each([
    ['select count(*)::int as n from users', [{ n: 30 }]],
    ['select id from users order by id desc limit 2', [{ id: '30' }, { id: '29' }]],
    ['select max(id)::int as m, min(name) as s from users', [{ m: 30, s: 'user 1' }]],
    ["select 'abc'::char(5) as c from users order by 1 limit 1", [{ c: 'abc  ' }]],
    ["select max('abc'::char(3)) as c, bit_or('101'::bit(3)) as b from users", [{ c: 'abc', b: '101' }]],
  ])('is put together: %s', async (text, rows) => {
    expect((await client.query(text)).rows).toEqual(rows);
    expect((await client.query({ text, name: text.slice(0, 20) })).rows).toEqual(rows);
  });

  it('has types of the database’s own by the names of the shard that puts it together', async () => {
    for (const dsn of cluster.dsns) await run(dsn, "create type mood as enum ('low', 'high')");
    const [there] = onShard[2] ?? [];
    await client.query('begin');
    await client.query(`select name from users where id = ${there}`);
    const { rows } = await client.query("select 'low'::mood as mood from users order by 1 limit 1");
    await client.query('commit');
    expect(rows).toEqual([{ mood: 'low' }]);
  });

  it('keeps the length of what has one in its type', async () => {
    const text = "select b'101' as bits, 'abc'::char(3) as letters, id from users order by id limit 1";
    expect((await client.query(text)).rows).toEqual([{ bits: '101', letters: 'abc', id: '1' }]);
  });

  it('is refused where a shard has other columns', async () => {
    const [, dsn = ''] = cluster.dsns;
    await run(dsn, 'alter table users add column extra integer');
    for (const text of ['select * from users', 'select * from users order by id'])
      expect((await refusalOf(client.query(text))).message).toContain('other columns');
    expect((await client.query('select id from users')).rowCount).toBe(30);
    await run(dsn, 'alter table users drop column extra');
  });

  it('adds up rows that only follow each other', async () => {
    const { rows, rowCount } = await client.query('select id from users');
    expect(rowCount).toBe(30);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(30);
  });

  it('waits for a client that is slower, and gives it every row', async () => {
    const wide = "select id, repeat('x', 200000) as filler from users";
    const { rows } = await client.query<{ filler: string }>(wide);
    expect(rows.map(({ filler }) => filler.length)).toEqual(Array.from({ length: 30 }, () => 200_000));
  });

  it('gives a shard’s error once, and the session goes on', async () => {
    expect((await refusalOf(client.query('select 1 / (id - id) from users'))).code).toBe('22012');
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});
