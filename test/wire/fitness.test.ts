/** Servers that would make rows wrong in silence: the router says why and does not serve from them. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { initialMap } from '../../src/index.js';
import { shardOf } from '../../src/topology/index.js';
import { dsnOf, run } from '../capture/server.js';
import { pause } from '../waiting.js';
import {
  addUsers,
  type Cluster,
  clientOf,
  refusalOf,
  routerOf,
  startCluster,
  usersByShard,
} from './cluster.js';
import { fakeShard } from './fake-shard.js';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster();
});

afterAll(async () => {
  await cluster?.stop();
});

const admin = (...statements: readonly string[]) => cluster.admin(...statements);
const refusal = async (from = cluster): Promise<string> => {
  try {
    await (await routerOf(from)).stop();
  } catch (error) {
    return (error as Error).message;
  }
  return 'it started';
};

describe('a server that is set otherwise', () => {
  afterEach(() =>
    admin(...['shard0', 'shard1', 'shard2', 'unsharded'].map((name) => `alter database ${name} reset all`)),
  );

  it.each([
    ['shard1', "timezone = 'Asia/Tokyo'", 'its TimeZone is Asia/Tokyo, and that of shard 0 is UTC'],
    ['shard2', "datestyle = 'SQL, DMY'", 'its DateStyle is SQL, DMY'],
    ['shard1', "intervalstyle = 'iso_8601'", 'its IntervalStyle is iso_8601'],
    ['shard1', 'extra_float_digits = 0', 'its extra_float_digits is 0'],
    ['shard1', "bytea_output = 'escape'", 'its bytea_output is escape'],
    ['unsharded', "timezone = 'Asia/Tokyo'", 'the unsharded database may not serve'],
    ['shard1', 'standard_conforming_strings = off', 'its standard_conforming_strings is off'],
    ['shard0', 'array_nulls = off', 'its array_nulls is off'],
    ['shard2', 'transform_null_equals = on', 'its transform_null_equals is on'],
    [
      'shard1',
      "default_transaction_isolation = 'serializable'",
      'its default_transaction_isolation is serializable',
    ],
    ['shard1', 'row_security = off', 'its row_security is off'],
    ['shard1', 'search_path = pg_catalog, information_schema', 'it looks for tables in pg_catalog'],
  ])('may not serve: %s with %s', async (database, setting, said) => {
    await admin(`alter database ${database} set ${setting}`);
    expect(await refusal()).toContain(said);
  });
});

describe('a database', () => {
  it('may not be given twice', async () => {
    const [first = ''] = cluster.dsns;
    expect(await refusal({ ...cluster, dsns: [first, first, first] })).toContain(
      'the same database as shard 0',
    );
  });

  it.each([
    ["encoding 'latin1' locale 'C'", 'its server_encoding is LATIN1'],
    ["locale 'C.UTF-8'", 'its collation is C.UTF-8'],
  ])('may not sort or write otherwise: %s', async (made, said) => {
    await admin('drop database if exists other', `create database other template template0 ${made}`);
    const other = dsnOf(cluster.server, 'other', '?sslmode=disable');
    expect(
      await refusal({ ...cluster, dsns: [cluster.dsns[0] ?? '', other, cluster.dsns[2] ?? ''] }),
    ).toContain(said);
    await admin('drop database other with (force)');
  });

  it('may not hold the rows of another shard', async () => {
    const ids = Array.from({ length: 60 }, (_, i) => i + 1);
    const map = initialMap(3);
    const belongs = (id: number, shard: number) =>
      shardOf(map, 'users', { family: 'integer', value: BigInt(id) }) === shard;
    for (const [shard, dsn] of cluster.dsns.entries()) {
      const own = ids.filter((id) => belongs(id, shard));
      await run(dsn, `insert into users select unnest('{${own}}'::bigint[]), 'a'`);
      await run(dsn, `insert into orders (id, user_id, total) select 1, unnest('{${own}}'::bigint[]), 1`);
    }
    const [a = '', b = '', c = ''] = cluster.dsns;
    expect(await refusal({ ...cluster, dsns: [a, c, b] })).toContain('are the shards in their order');
    // What a move has left behind is no reason.
    await run(b, 'delete from orders', `delete from users where id > 20`);
    await run(
      c,
      `insert into users select id, 'left' from generate_series(1000, 1004) id on conflict do nothing`,
    );
    expect(await refusal()).toBe('it started');
    for (const dsn of cluster.dsns) await run(dsn, 'truncate users cascade');
  });

  it('may not have the columns of a table in another order', async () => {
    const one = dsnOf(cluster.server, 'shard1');
    await run(one, 'alter table countries drop code, add code text primary key');
    expect(await refusal()).toContain('the columns of public.countries are in another order there');
    await run(one, 'alter table countries drop name, add name text not null');
    expect(await refusal()).toBe('it started');
  });

  it('may not keep a key as another type, nor have a schema before the others', async () => {
    const one = dsnOf(cluster.server, 'shard1');
    await run(one, 'alter table devices alter id type text');
    expect(await refusal()).toContain('the key id of public.devices is of type text there');
    await run(one, 'alter table devices alter id type uuid using id::uuid', 'create schema postgres');
    expect(await refusal()).toContain('it looks for tables in postgres, public');
    await run(one, 'drop schema postgres');
    expect(await refusal()).toBe('it started');
  });
});

describe('a server', () => {
  it.each([
    [{ version: '11.22' }, 'the router needs 12 or later'],
    [{ 'hash 5': '1' }, 'it hashes keys otherwise'],
    [{ 'key 0': 'bigint nondeterministic' }, 'of type bigint nondeterministic'],
    [{ 'setting server_encoding': 'SQL_ASCII' }, 'its server_encoding is SQL_ASCII'],
    [{}, 'it started'],
  ])('that says %o: %s', async (facts, said) => {
    const shards = await Promise.all([fakeShard(), fakeShard(facts), fakeShard(), fakeShard()]);
    const [a = '', b = '', c = '', unsharded = ''] = shards.map(
      ({ port }) => `postgresql://u@127.0.0.1:${port}/d?sslmode=disable`,
    );
    expect(await refusal({ ...cluster, dsns: [a, b, c], unsharded })).toContain(said);
    await Promise.all(shards.map(({ stop }) => stop()));
  });
});

it('a server that goes away while it is asked how it is set is tried anew, and not said to be set otherwise', async () => {
  const shards = await Promise.all([fakeShard(), fakeShard('gone'), fakeShard(), fakeShard()]);
  const [a = '', b = '', c = '', unsharded = ''] = shards.map(
    ({ port }) => `postgresql://u@127.0.0.1:${port}/d?sslmode=disable`,
  );
  const router = await routerOf({ ...cluster, dsns: [a, b, c], unsharded });
  expect(router.lines.join()).toContain('shard 1 is not available: it went away');
  const client = await clientOf(router);
  expect(await refusalOf(client.query('select count(*) from users'))).toMatchObject({ code: '08006' });
  await client.end();
  await router.stop();
  await Promise.all(shards.map(({ stop }) => stop()));
});

describe('a login that a server refuses', () => {
  const withWrong = (address: string): string => address.replace(/:[^:@/]*@/, ':wrong@');

  it('is said at the start, and to those who need that shard, with what to check', async () => {
    const [a = '', b = '', c = ''] = cluster.dsns;
    const router = await routerOf({ ...cluster, dsns: [a, withWrong(b), c] });
    expect(router.lines.join()).toMatch(/shard 1 is not available: password authentication failed/);
    const client = await clientOf(router);
    const failed = await refusalOf(client.query('select count(*) from users'));
    expect(failed).toMatchObject({
      code: '08006',
      message: expect.stringMatching(/^shard 1 is not available: password authentication failed/),
      hint: expect.stringMatching(/--shard-dsn.*PGPASSWORD/),
    });
    await client.end();
    await router.stop();
  });

  it('keeps the router from starting where no server takes it', async () => {
    const dsns = cluster.dsns.map((one) => one.replace(/\/shard\d/, '/nothing_here'));
    const unsharded = withWrong(cluster.unsharded);
    expect(await refusal({ ...cluster, dsns, unsharded })).toMatch(
      /^no server can be used: .*database "nothing_here" does not exist/,
    );
  });
});

describe('while the router runs', () => {
  it('a server that has changed costs its own keys an error until it is as the others', async () => {
    const router = await routerOf(cluster, { pool: { most: 2, waitMs: 20_000, idleMs: 60_000 } });
    const client = await clientOf(router);
    await addUsers(client, 12, () => 'a');
    const [first = [], second = []] = await usersByShard(cluster);
    const ask = (id = 0) => client.query('select name from users where id = $1', [id]);
    const anew = `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname like 'shard%'`;
    await admin("alter database shard1 set timezone = 'Asia/Tokyo'", anew);
    await pause(50);
    expect((await ask(first[0])).rowCount).toBe(1);
    const { code, message, hint } = await refusalOf(ask(second[0]));
    expect({ code, message }).toEqual({
      code: '08004',
      message: expect.stringContaining('shard 1 may not serve'),
    });
    expect(hint).toContain('ALTER DATABASE');
    expect((await ask(first[0])).rowCount).toBe(1);
    await admin('alter database shard1 reset all');
    expect((await ask(second[0])).rowCount).toBe(1);
    await client.end();
    await router.stop();
    expect(router.bugs).toEqual([]);
  });

  it('the first server sets the measure anew, and nobody is served from what was agreed before', async () => {
    const router = await routerOf(cluster);
    const client = await clientOf(router);
    const [first = [], second = []] = await usersByShard(cluster);
    const ask = (id = 0) => client.query('select name from users where id = $1', [id]);
    await ask(second[0]);
    await admin(
      "alter database shard0 set timezone = 'Asia/Tokyo'",
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = 'shard0'`,
    );
    await pause(50);
    expect((await ask(first[0])).rowCount).toBe(1);
    expect((await refusalOf(ask(second[0]))).code).toBe('08004');
    await admin("alter database shard1 set timezone = 'Asia/Tokyo'");
    expect((await ask(second[0])).rowCount).toBe(1);
    await admin('alter database shard0 reset all', 'alter database shard1 reset all');
    await client.end();
    await router.stop();
  });
});
