/** COPY through the router: rows in to the shard of their key, rows out of all shards. */

import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { initialMap } from '../../src/index.js';
import { shardOf } from '../../src/topology/index.js';
import { message } from '../../src/wire/backend-messages.js';
import { copyDoneMessage, copyFail, F, query } from '../../src/wire/frontend-messages.js';
import { type Cluster, clientOf, routerOf, type Started, startCluster } from './cluster.js';
import { type RawClient, rawClient } from './raw-client.js';

let cluster: Cluster;
let router: Started;
let client: RawClient;

beforeAll(async () => {
  cluster = await startCluster();
  router = await routerOf(cluster);
  client = await rawClient(router.port);
});

afterAll(async () => {
  client?.end();
  await router?.stop();
  await cluster?.stop();
  expect(router?.bugs).toEqual([]);
});

beforeEach(async () => {
  for (const shard of [0, 1, 2]) await onShard(shard, 'truncate orders, users, devices');
});

async function onShard(shard: number, sql: string): Promise<readonly Record<string, unknown>[]> {
  const direct = new pg.Client({ connectionString: cluster.dsns[shard] ?? '' });
  await direct.connect();
  const { rows } = await direct.query(sql);
  await direct.end();
  return rows;
}

/** In pieces of the size given, whatever the rows. */
async function copy(statement: string, data: string, piece = 7): Promise<readonly string[]> {
  client.send(query(statement));
  const [first = ''] = await client.next(1);
  if (first !== 'G') return [first, ...(await client.answer())];
  const bytes = Buffer.from(data);
  for (let at = 0; at < bytes.length; at += piece)
    client.send(message(F.copyData, bytes.subarray(at, at + piece)));
  client.send(copyDoneMessage);
  return client.answer();
}

async function whereUsersAre(): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const shard of [0, 1, 2]) {
    for (const { name } of await onShard(shard, 'select name from users')) found.set(String(name), shard);
  }
  return found;
}

const placeOf = (id: number): number =>
  shardOf(initialMap(3), 'users', { family: 'integer', value: BigInt(id) });
const some = Array.from({ length: 40 }, (_, i) => i + 1);

describe('COPY FROM STDIN of a sharded table', () => {
  it.each([
    ['text', 'copy users (id, name) from stdin', (id: number) => `${id}\tu${id}\n`],
    ['text, the key last', 'copy users (name, id) from stdin', (id: number) => `u${id}\t${id}\n`],
    ['text without a list', 'copy users from stdin', (id: number) => `${id}\tu${id}\t0\n`],
    ['text with CRLF', 'copy users (name, id) from stdin', (id: number) => `u${id}\t${id}\r\n`],
    ['csv', 'copy users (id, name) from stdin with (format csv)', (id: number) => `${id},u${id}\n`],
    ['csv, quoted', 'copy users (name, id) from stdin csv', (id: number) => `"u${id}","${id}"\n`],
    [
      'csv, other signs',
      `copy users (id, name) from stdin (format csv, delimiter ';', quote '%')`,
      (id: number) => `${id};%u${id}%\n`,
    ],
  ])('sends each row to its shard: %s', async (_name, statement, row) => {
    expect(await copy(statement, some.map(row).join(''))).toEqual(['C COPY 40', 'Z I']);
    expect(await whereUsersAre()).toEqual(new Map(some.map((id) => [`u${id}`, placeOf(id)])));
  });

  it('reads keys as a server reads them', async () => {
    const rows = 'a\\\tb\t1\nb\\\nc\t\\x32\nlast\t\\063';
    expect(await copy('copy users (name, id) from stdin', rows)).toEqual(['C COPY 3', 'Z I']);
    expect(await whereUsersAre()).toEqual(
      new Map([
        ['a\tb', placeOf(1)],
        ['b\nc', placeOf(2)],
        ['last', placeOf(3)],
      ]),
    );
    expect(await copy('copy users (name, id) from stdin csv header', 'name,id\n"x,""\ny",4\n')).toEqual([
      'C COPY 1',
      'Z I',
    ]);
    expect((await whereUsersAre()).get('x,"\ny')).toBe(placeOf(4));
  });

  it('takes nothing when one row is refused', async () => {
    const rows = some.map((id) => `${id}\tu${id}\n`).join('');
    expect((await copy('copy users (id, name) from stdin', `${rows}7\tagain\n`))[0]).toBe('E 23505');
    expect(await whereUsersAre()).toEqual(new Map());
    expect((await copy('copy users (id, name) from stdin', `${rows}x\tnone\n`))[0]).toBe('E 22P04');
    expect(await whereUsersAre()).toEqual(new Map());
  });

  it('takes nothing when the client gives up', async () => {
    client.send(
      query('copy users (id, name) from stdin'),
      message(F.copyData, Buffer.from('1\ta\n')),
      copyFail('no'),
    );
    expect(await client.answer()).toEqual(['G', 'E 57014', 'Z I']);
    expect(await whereUsersAre()).toEqual(new Map());
  });

  it.each([
    ['a binary one', 'copy users from stdin binary'],
    ['options that change values', 'copy users from stdin (format csv, force_null (id))'],
    ['another encoding', `copy users from stdin (encoding 'latin1')`],
  ])('refuses what it cannot split: %s', async (_name, statement) => {
    expect(await copy(statement, '')).toEqual(['E 0A000', 'Z I']);
  });

  it.each([
    ['a bare carriage return', '1\ta\r2\tb\n'],
    ['lines that end in different ways', '1\ta\n2\tb\r\n'],
    ['a row without its key', '\n'],
  ])('refuses rows that a server may read otherwise: %s', async (_name, data) => {
    expect(await copy('copy users (id, name) from stdin', data)).toEqual(['E 22P04', 'Z I']);
    expect(await whereUsersAre()).toEqual(new Map());
  });

  it('is part of the transaction that several statements in one text are', async () => {
    const other = some.find((id) => placeOf(id) !== placeOf(1));
    client.send(query(`insert into users values (1, 'a'); copy users (id, name) from stdin`));
    await client.next(2);
    client.send(message(F.copyData, Buffer.from(`${other}\tb\n`)), copyDoneMessage);
    expect(await client.answer()).toEqual(['E 22P04', 'Z I']);
    expect(await whereUsersAre()).toEqual(new Map());
  });

  it('stays on the shard of its transaction', async () => {
    client.send(query('begin'), query(`insert into users values (1, 'a')`));
    await client.answer();
    await client.answer();
    const other = some.find((id) => placeOf(id) !== placeOf(1));
    expect(await copy('copy users (id, name) from stdin', `${other}\tb\n`)).toEqual(['E 22P04', 'Z E']);
    client.send(query('rollback'));
    await client.answer();
    expect(await whereUsersAre()).toEqual(new Map());
  });
});

describe('COPY elsewhere', () => {
  it.each([
    ['users (id, name) from stdin', '1\tone\n', 1],
    ['flags from stdin', 'copied\tt\n', 0],
  ])('ends with its data, whatever comes with them: %s', async (what, data, count) => {
    client.send(
      query(`copy ${what}`),
      message(F.copyData, Buffer.from(data)),
      copyDoneMessage,
      query('select count(*) from users'),
    );
    expect(await client.answer()).toEqual(['G', 'C COPY 1', 'Z I']);
    expect(await client.answer()).toEqual(['T', `D ${count}`, 'C SELECT 1', 'Z I']);
    client.send(query('delete from flags'));
    await client.answer();
  });

  it('passes through to the unsharded database', async () => {
    expect(await copy('copy flags from stdin', 'a\tt\nb\tf\n')).toEqual(['C COPY 2', 'Z I']);
    client.send(query('copy (select name from flags order by name) to stdout'));
    expect(await client.answer()).toEqual(['H', 'd a\n', 'd b\n', 'c', 'C COPY 2', 'Z I']);
  });

  it('gives the rows of one shard, and of all', async () => {
    await copy('copy users (id, name) from stdin', some.map((id) => `${id}\tu${id}\n`).join(''));
    client.send(query('copy (select name from users where id = 3) to stdout'));
    expect(await client.answer()).toEqual(['H', 'd u3\n', 'c', 'C COPY 1', 'Z I']);
    const driver = await clientOf(router);
    expect((await driver.query('select count(*)::int as n from users')).rows).toEqual([{ n: 40 }]);
    await driver.end();
  });
});
