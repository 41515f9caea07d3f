/** Databases that would make rows wrong in silence: the library says why, and asks nothing of them. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  connect,
  DatabaseUnavailable,
  DatabaseUnfit,
  initialMap,
  readPlanFile,
  type ShardedPool,
  ShardwrightRefusal,
} from '../../src/index.js';
import { shardOf } from '../../src/topology/index.js';
import { dsnOf, run } from '../capture/server.js';
import { pause } from '../waiting.js';
import { type Cluster, refusalOf, startCluster } from '../wire/cluster.js';

const folder = 'fixtures/wire/shop';
const names = ['shard0', 'shard1', 'shard2', 'unsharded'];

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster();
});

afterAll(() => cluster?.stop());

const dsn = (name: string): string =>
  dsnOf({ ...cluster.server, ...(name === 'nowhere' ? { port: 1 } : {}) }, name);
const anew = `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = any('{${names}}')`;

async function open(shards: readonly string[] = names.slice(0, 3)): Promise<ShardedPool> {
  return connect({
    plan: await readPlanFile(`${folder}/shardplan.json`),
    schema: [`${folder}/schema.sql`],
    shards: shards.map(dsn),
    unsharded: dsn('unsharded'),
    limits: { connections: 2, connectMs: 15_000 },
  });
}

/** With another address in place of shard 1's. */
async function openAt(address: string): Promise<void> {
  const pool = await connect({
    plan: await readPlanFile(`${folder}/shardplan.json`),
    schema: [`${folder}/schema.sql`],
    shards: [dsn('shard0'), address, dsn('shard2')],
    limits: { connections: 2, connectMs: 2000 },
  });
  await pool.end();
}

async function refusal(shards?: readonly string[]): Promise<string> {
  try {
    await (await open(shards)).end();
  } catch (error) {
    expect(error).toBeInstanceOf(DatabaseUnfit);
    expect(error).toMatchObject({ code: '08004', fix: expect.stringContaining('ALTER DATABASE') });
    return (error as Error).message;
  }
  return 'it serves';
}

const placeOf = (id: number): number =>
  shardOf(initialMap(3), 'users', { family: 'integer', value: BigInt(id) });
const idOn = (shard: number): number =>
  Array.from({ length: 50 }, (_, i) => i + 1).find((id) => placeOf(id) === shard) ?? 0;

describe('a database', () => {
  afterEach(() => cluster.admin(...names.map((name) => `alter database ${name} reset all`)));

  it.each([
    [
      'shard1',
      "timezone = 'Asia/Tokyo'",
      'shard 1 may not serve: its TimeZone is Asia/Tokyo, and that of shard 0 is UTC',
    ],
    ['shard2', "datestyle = 'SQL, DMY'", 'its DateStyle is SQL, DMY'],
    ['shard1', 'extra_float_digits = 0', 'its extra_float_digits is 0'],
    ['shard0', 'standard_conforming_strings = off', 'its standard_conforming_strings is off'],
    ['unsharded', "timezone = 'Asia/Tokyo'", 'the unsharded database may not serve'],
  ])('may not be set otherwise: %s with %s', async (database, setting, said) => {
    await cluster.admin(`alter database ${database} set ${setting}`);
    expect(await refusal()).toContain(said);
  });

  it('may not sort otherwise, nor be given twice', async () => {
    await cluster.admin("create database other template template0 locale 'C.UTF-8'");
    expect(await refusal(['shard0', 'other', 'shard2'])).toContain('its collation is C.UTF-8');
    await cluster.admin('drop database other with (force)');
    expect(await refusal(['shard0', 'shard1', 'shard1'])).toContain('the same database as shard ');
  });

  it('may not have the columns of a table in another order', async () => {
    await run(dsn('shard1'), 'alter table users drop name, add name text');
    expect(await refusal()).toContain(
      'shard 1 may not serve: the columns of public.users are in another order there',
    );
    await run(dsn('shard1'), 'alter table users drop visits, add visits integer not null default 0');
    expect(await refusal()).toBe('it serves');
    await run(dsn('shard1'), 'alter table users add extra int');
    expect(await refusal()).toBe('it serves');
    await run(dsn('shard1'), 'alter table users drop extra');
  });

  it('may not hold the rows of another shard', async () => {
    for (const [shard, name] of names.slice(0, 3).entries()) {
      const own = Array.from({ length: 60 }, (_, i) => i + 1).filter((id) => placeOf(id) === shard);
      await run(dsn(name), `insert into users select unnest('{${own}}'::bigint[]), 'a'`);
      await run(
        dsn(name),
        `insert into orders (id, user_id, total) select 1, unnest('{${own}}'::bigint[]), 1`,
      );
    }
    expect(await refusal(['shard0', 'shard2', 'shard1'])).toContain('are the shards in their order');
    expect(await refusal()).toBe('it serves');
    for (const name of names.slice(0, 3)) await run(dsn(name), 'truncate users cascade');
  });

  it.each([
    [
      'a password',
      { password: 'wrong' },
      {
        code: '28P01',
        message: /^shard 1 refuses the login: password authentication failed/,
        fix: /password/,
      },
    ],
    ['a role', { user: 'nobody_here' }, { code: /^28/, message: /^shard 1 refuses the login/, fix: /user/ }],
    [
      'a database',
      { database: 'nothing_here' },
      { code: '3D000', message: /^shard 1 refuses the login: database "nothing_here"/, fix: /database/ },
    ],
  ])('that does not take %s is named, with what to do, and no word of the address', async (_, more, said) => {
    const { database = 'shard1', ...login } = { ...cluster.server, ...more } as typeof cluster.server & {
      database?: string;
    };
    for (const mode of ['disable', 'prefer']) {
      const failed = await refusalOf(openAt(dsnOf(login, database, `?sslmode=${mode}`)));
      expect(failed).toBeInstanceOf(DatabaseUnavailable);
      expect(failed).toMatchObject({
        code: expect.stringMatching(said.code),
        message: expect.stringMatching(said.message),
        fix: expect.stringMatching(said.fix),
      });
      expect(`${failed.message} ${Reflect.get(failed, 'fix')}`).not.toMatch(/wrong|127\.0\.0\.1|localhost/);
    }
  });

  it('whose address cannot be read is named', async () => {
    const failed = await refusalOf(openAt('postgresql://app:secret@db:99999/shop'));
    expect(failed.message).toMatch(/^shard 1: The address of the server cannot be read: its port/);
    expect(failed.message).not.toContain('secret');
  });

  it('that cannot be reached is looked at when it can', async () => {
    const pool = await open(['shard0', 'shard1', 'nowhere']);
    expect((await pool.query('select name from users where id = $1', [idOn(1)])).rows).toEqual([]);
    await expect(pool.query('select name from users where id = $1', [idOn(2)])).rejects.toMatchObject({
      name: 'DatabaseUnavailable',
    });
    await pool.end();
  });
});

describe('while a pool is in use', () => {
  it('a database that has changed costs its own keys an error until it is as the others', async () => {
    const pool = await open();
    const ask = (shard: number): Promise<unknown> =>
      pool.query('select name from users where id = $1', [idOn(shard)]);
    await cluster.admin("alter database shard1 set timezone = 'Asia/Tokyo'", anew);
    await pause(50);
    await ask(0);
    await expect(ask(1)).rejects.toMatchObject({ name: 'DatabaseUnfit', code: '08004', database: 1 });
    for (let i = 0; i < 6; i += 1) await pool.query('select * from countries');
    await cluster.admin('alter database shard1 reset all');
    await ask(1);
    await pool.end();
  });

  it('the first one sets the measure anew, and nobody is asked by what was agreed before', async () => {
    const pool = await open();
    const ask = (shard: number): Promise<unknown> =>
      pool.query('select name from users where id = $1', [idOn(shard)]);
    await ask(1);
    await cluster.admin(
      "alter database shard0 set timezone = 'Asia/Tokyo'",
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = 'shard0'`,
    );
    await pause(50);
    await ask(0);
    await expect(ask(1)).rejects.toMatchObject({ name: 'DatabaseUnfit', database: 1 });
    await cluster.admin(...names.map((name) => `alter database ${name} reset all`));
    await pool.end();
  });

  it('rows are not put together by what all servers write inexactly', async () => {
    await cluster.admin(...names.map((name) => `alter database ${name} set datestyle = 'SQL, DMY'`));
    const pool = await open();
    expect((await pool.query('select max(label) from devices')).rowCount).toBe(1);
    await expect(pool.query('select max(seen) from devices')).rejects.toBeInstanceOf(ShardwrightRefusal);
    await pool.end();
    await cluster.admin(...names.map((name) => `alter database ${name} reset all`));
    const exact = await open();
    expect((await exact.query('select max(seen) from devices')).rowCount).toBe(1);
    await exact.end();
  });

  it('names mean the same, whatever role or schema comes later', async () => {
    await cluster.everywhere('create schema postgres', 'create table postgres.users (id bigint)');
    await cluster.admin(...names.map((name) => `alter database ${name} set search_path = public, "$user"`));
    const pool = await open();
    expect((await pool.query('show search_path')).rows).toEqual([{ search_path: 'public, postgres' }]);
    await pool.end();
    await cluster.admin(...names.map((name) => `alter database ${name} reset all`));
    await cluster.everywhere('drop schema postgres cascade');
  });
});
