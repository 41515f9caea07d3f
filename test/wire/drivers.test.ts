/** What drivers and programs say besides statements with a key, and what they have to hear. */

import net from 'node:net';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyDoneMessage, query } from '../../src/wire/frontend-messages.js';
import { run } from '../capture/server.js';
import { untilAsleep } from '../waiting.js';
import {
  addUsers,
  type Cluster,
  clientOf,
  refusalOf,
  routerOf,
  type Started,
  startCluster,
} from './cluster.js';
import { rawClient } from './raw-client.js';

let cluster: Cluster;
let router: Started;
let client: pg.Client;

beforeAll(async () => {
  cluster = await startCluster();
  for (const dsn of [...cluster.dsns, cluster.unsharded])
    await run(dsn, "insert into countries values ('no', 'Norway'), ('se', 'Sweden')");
  router = await routerOf(cluster);
  client = await clientOf(router);
  await addUsers(client, 12, () => 'a');
});

afterAll(async () => {
  await client?.end();
  await router?.stop();
  await cluster?.stop();
  expect(router?.bugs).toEqual([]);
});

describe('what a driver hears', () => {
  it.each([
    ['select name frm users where id = 1', '42601', '17'],
    ['select name from users where id = 1 and nope', '42703', '41'],
    ['selec 1', '42601', '1'],
  ])('an error as the server has it, with its position: %s', async (text, code, position) => {
    expect(await refusalOf(client.query(text))).toMatchObject({ code, position });
    expect(await refusalOf(client.query({ text, name: text }))).toMatchObject({ code, position });
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  it('notices of the server', async () => {
    const heard: (string | undefined)[] = [];
    client.on('notice', ({ code }) => heard.push(code));
    await client.query('create table if not exists flags (name text)');
    await client.query('commit');
    client.removeAllListeners('notice');
    expect(heard).toEqual(['42P07', '25P01']);
  });

  it('parameters that change, and change back', async () => {
    const heard: string[] = [];
    const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
    const hear = (status: { parameterName: string; parameterValue: string }): void => {
      if (status.parameterName === 'TimeZone') heard.push(status.parameterValue);
    };
    connection.on('parameterStatus', hear);
    await client.query("set timezone to 'Asia/Tokyo'");
    await client.query('begin');
    await client.query('select name from users where id = 3');
    await client.query("set local timezone to 'Europe/Oslo'");
    await client.query('commit');
    await client.query('reset timezone');
    connection.off('parameterStatus', hear);
    expect(heard).toEqual(['Asia/Tokyo', 'Europe/Oslo', 'Asia/Tokyo', 'UTC']);
  });

  it('nothing to an empty text, and all of a long one', async () => {
    for (const text of ['', ' ; ', '-- nothing']) expect((await client.query(text)).rows ?? []).toEqual([]);
    const long = 'x'.repeat(500_000);
    const { rows } = await client.query(`select '${long}' as v from users where id = 4`);
    expect(rows[0]?.v).toBe(long);
  });
});

describe('what a driver asks of catalogs', () => {
  it.each([
    // npgsql's way to load types, and JDBC's to describe columns.
    `select ns.nspname, t.oid, t.typname, t.typtype, t.typnotnull, t.elemtypoid from (
       select typ.oid, typ.typnamespace, typ.typname, typ.typtype, typ.typrelid, typ.typnotnull, typ.relkind, elemtyp.oid as elemtypoid
       from (select typ.oid, typnamespace, typname, typrelid, typnotnull, relkind, typelem as elemoid, typtype
             from pg_type as typ left join pg_class as cls on (cls.oid = typ.typrelid)) as typ
       left join pg_type as elemtyp on elemtyp.oid = elemoid) as t join pg_namespace as ns on (ns.oid = typnamespace) order by t.oid`,
    `select n.nspname, c.relname, a.attname, a.atttypid from pg_catalog.pg_namespace n join pg_catalog.pg_class c on (c.relnamespace = n.oid)
       join pg_catalog.pg_attribute a on (a.attrelid = c.oid) where c.relname like 'users' and a.attnum > 0`,
    'select table_name from information_schema.tables',
    'select current_schema(), session_user',
  ])('is answered: %s', async (text) => {
    expect((await client.query(text)).rowCount).toBeGreaterThan(0);
  });
});

describe('transactions', () => {
  it('read every shard when they only read', async () => {
    for (const begin of ['begin read only', 'start transaction isolation level read committed, read only']) {
      await client.query(begin);
      expect((await client.query('select count(*)::int as n from users')).rows).toEqual([{ n: 12 }]);
      expect((await refusalOf(client.query('delete from users where id = 1'))).code).toBe('25006');
      await client.query('rollback');
    }
  });
});

describe('COPY of what is not sharded', () => {
  it('gives a global table once, and takes none', async () => {
    const raw = await rawClient(router.port);
    raw.send(query('copy countries to stdout'));
    expect(await raw.answer()).toEqual(['H', 'd no\tNorway\n', 'd se\tSweden\n', 'c', 'C COPY 2', 'Z I']);
    raw.send(query('copy countries from stdin'), copyDoneMessage);
    expect(await raw.answer()).toEqual(['E 0A000', 'Z I']);
    raw.end();
  });
});

describe('a cancel', () => {
  it('stops a read of every shard', async () => {
    const raw = await rawClient(router.port);
    const { pid, secret } = raw.key();
    raw.send(query('select id, pg_sleep(30) from users'));
    await untilAsleep(cluster.unsharded, 3);
    const bytes = Buffer.alloc(16);
    for (const [i, value] of [16, 80_877_102, pid, secret].entries()) bytes.writeInt32BE(value, 4 * i);
    net.connect({ host: '127.0.0.1', port: router.port }, function (this: net.Socket) {
      this.end(bytes);
    });
    expect((await raw.answer()).slice(-2)).toEqual(['E 57014', 'Z I']);
    raw.send(query('select count(*) from users'));
    expect((await raw.answer())[1]).toBe('D 12');
    raw.end();
  });
});
