/** Settings of a session: what they change of a statement's meaning, on every connection, for this session alone. */

import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pause } from '../waiting.js';
import { type Cluster, clientOf, refusalOf, routerOf, type Started, startCluster } from './cluster.js';

let cluster: Cluster;
let router: Started;
let client: pg.Client;
let other: pg.Client;

beforeAll(async () => {
  cluster = await startCluster();
  // One connection to each place: every session gets the one that the last had.
  router = await routerOf(cluster, { pool: { most: 1, waitMs: 20_000, idleMs: 60_000 } });
  const filling = await clientOf(router);
  for (let id = 1; id <= 12; id += 1)
    await filling.query('insert into users values ($1, $2, $3)', [id, `user ${id}`, id]);
  await filling.end();
});

afterAll(async () => {
  await router?.stop();
  await cluster?.stop();
  expect(router?.bugs).toEqual([]);
});

beforeEach(async () => {
  client = await clientOf(router);
  other = await clientOf(router);
});

afterEach(async () => {
  await client.end();
  await other.end();
});

const said = async (who: pg.Client, text: string): Promise<unknown> => (await who.query(text)).rows[0]?.v;
const settingOn = (who: pg.Client, id: number, name: string): Promise<unknown> =>
  said(who, `select current_setting('${name}') as v from users where id = ${id}`);

describe('a setting that is spelled in words of its own', () => {
  it.each([
    [
      'set session characteristics as transaction isolation level serializable, read only',
      'default_transaction_isolation',
      'serializable',
      'read committed',
    ],
    ['set session characteristics as transaction read only', 'default_transaction_read_only', 'on', 'off'],
    [
      'set session characteristics as transaction not deferrable read only',
      'default_transaction_read_only',
      'on',
      'off',
    ],
    ['set xml option document', 'xmloption', 'document', 'content'],
    ["set time zone 'Asia/Tokyo'", 'TimeZone', 'Asia/Tokyo', 'UTC'],
  ])('holds everywhere for its session alone: %s', async (text, name, value, usual) => {
    await client.query(text);
    for (const id of [1, 2, 3, 4, 5, 6]) {
      expect(await settingOn(client, id, name)).toBe(value);
      expect(await settingOn(other, id, name)).toBe(usual);
    }
    await client.query('reset all');
    expect(await settingOn(client, 1, name)).toBe(usual);
  });

  it('keeps what was characterised before', async () => {
    await client.query('set session characteristics as transaction isolation level repeatable read');
    await client.query('set session characteristics as transaction read only');
    for (const id of [1, 2, 3, 4]) {
      expect(await settingOn(other, id, 'default_transaction_read_only')).toBe('off');
      expect(await settingOn(client, id, 'default_transaction_isolation')).toBe('repeatable read');
    }
    await client.query('begin');
    await client.query('select 1 from users where id = 1');
    expect((await refusalOf(client.query('select sum(visits) from users'))).code).toBe('0A000');
    await client.query('rollback');
  });
});

describe('what would make the router read otherwise than the server', () => {
  it.each([
    "set schema 'other'",
    'set search_path = pg_catalog',
    "set search_path = ''",
    'set local search_path to other, public',
    'set array_nulls = off',
    'set standard_conforming_strings = off',
    'set local standard_conforming_strings to false',
    'set transform_null_equals = on',
    'set session characteristics as transaction snapshot x',
    'set seed to 0.5',
    "set transaction_isolation = 'repeatable read'",
  ])('is refused: %s', async (text) => {
    expect((await refusalOf(client.query(text))).code).toMatch(/0A000|42601/);
    expect(await settingOn(client, 1, 'search_path')).toBe('public');
  });

  it.each([{ search_path: 'other' }, { standard_conforming_strings: 'off' }])(
    'is refused at the start of a connection: %o',
    async (options) => {
      const text = Object.entries(options).map(([name, value]) => `-c ${name}=${value}`);
      expect((await refusalOf(clientOf(router, { options: text.join(' ') }))).code).toBe('0A000');
    },
  );

  it('leaves the path as it is, however it is said, and whoever SET ROLE makes of the session', async () => {
    await cluster.admin(
      'create role sales',
      'grant usage on schema public to sales',
      'grant select on all tables in schema public to sales',
    );
    await cluster.everywhere(
      'create schema sales authorization sales',
      "create table sales.users as select 1::bigint as id, 'wrong' as name",
      'alter table sales.users owner to sales',
      'grant select on users to sales',
    );
    await client.query('set search_path to "$user", public');
    await client.query('set search_path to default');
    await client.query('set role sales');
    expect(await said(client, 'select name as v from users where id = 1')).toBe('user 1');
    await client.query('reset role');
    await cluster.everywhere('drop schema sales cascade', 'drop owned by sales');
  });
});

describe('values that are read again', () => {
  it.each([
    ['set extra_float_digits = 0', 'select visits / 3.0::float8 as v from users order by 1 limit 1'],
    ["set datestyle = 'SQL, DMY'", "select now() + id * interval '1 day' as v from users order by 1 limit 1"],
  ])('are not put together when they are written otherwise: %s', async (setting, text) => {
    expect((await client.query(text)).rowCount).toBe(1);
    await client.query(setting);
    expect((await refusalOf(client.query(text))).hint).toContain('Set DateStyle');
    expect((await client.query('select sum(visits)::text as v from users')).rows).toEqual([{ v: '78' }]);
    await client.query('begin');
    await client.query('set local extra_float_digits = 1');
    await client.query("set local datestyle = 'ISO'");
    await client.query('rollback');
    await client.query("set datestyle = 'ISO, DMY'");
    await client.query('set extra_float_digits to 3');
    expect((await client.query(text)).rowCount).toBe(1);
    await client.query('begin');
    await client.query(setting.replace('set ', 'set local '));
    expect((await refusalOf(client.query(text))).code).toBe('0A000');
    await client.query('rollback');
  });
});

describe('a literal of a prepared statement', () => {
  it('is read as the session reads it, not as the one that prepared it before', async () => {
    const text = "select ('01/02/2026'::date)::timestamp = '2026-02-01' as v from users where id = $1";
    const ask = async (who: pg.Client, name: string) =>
      (await who.query({ name, text, values: [1] })).rows[0]?.v;
    await other.query("set datestyle = 'ISO, MDY'");
    await client.query("set datestyle = 'ISO, DMY'");
    expect([await ask(other, 'a'), await ask(client, 'a')]).toEqual([false, true]);
    await client.query('begin');
    await client.query("set local datestyle = 'ISO, MDY'");
    expect(await ask(client, 'b')).toBe(false);
    await client.query('rollback');
  });

  it('that is of the moment is read when it is parsed', async () => {
    const text = "select 'now'::timestamptz as v from users where id = $1";
    const times: number[] = [];
    for (const name of ['a', 'b', '', '']) {
      const { rows } = await client.query({ text, values: [1], ...(name === '' ? {} : { name }) });
      times.push(Number(rows[0]?.v));
      await pause(5);
    }
    expect(new Set(times).size).toBe(4);
  });
});

describe('a session that drivers begin and end', () => {
  it.each([
    ['UNLISTEN *', 'UNLISTEN'],
    ['DEALLOCATE ALL', 'DEALLOCATE'],
    ['CLOSE ALL', 'CLOSE'],
    ['DISCARD ALL', 'DISCARD'],
    ['SET extra_float_digits = 3', 'SET'],
    ["SET application_name = 'PostgreSQL JDBC Driver'", 'SET'],
    ['SHOW TRANSACTION ISOLATION LEVEL', 'SHOW'],
    ['select version()', 'SELECT'],
    ["select oid, typname from pg_type where typname = 'uuid'", 'SELECT'],
  ])('may say: %s', async (text, command) => {
    expect((await client.query(text)).command).toBe(command);
  });

  it('is undone by DISCARD ALL', async () => {
    await client.query("set timezone to 'Asia/Tokyo'");
    await client.query('discard all');
    expect(await settingOn(client, 1, 'TimeZone')).toBe('UTC');
  });
});
