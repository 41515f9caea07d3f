/**
 * Scripts of messages, sent at once to a server that has all rows and to the router: answers and rows are the same. Where the
 * router refuses what a server can do, nothing of the pipeline stays.
 */

import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { initialMap } from '../../src/index.js';
import { shardOf } from '../../src/topology/index.js';
import { message } from '../../src/wire/backend-messages.js';
import {
  close,
  copyDoneMessage,
  copyFail,
  execute,
  F,
  flushMessage,
  parse,
  query,
  sync,
} from '../../src/wire/frontend-messages.js';
import { dsnOf } from '../capture/server.js';
import { type Cluster, clientOf, refusalOf, routerOf, type Started, startCluster } from './cluster.js';
import { bind, type RawClient, rawClient, rawServer } from './raw-client.js';

let cluster: Cluster;
let router: Started;
let databases: readonly pg.Client[];
let client: RawClient;
let server: RawClient;

beforeAll(async () => {
  cluster = await startCluster();
  await cluster.admin('create database whole template shard0');
  const whole = dsnOf(cluster.server, 'whole', '?sslmode=disable');
  databases = [whole, ...cluster.dsns, cluster.unsharded].map((dsn) => new pg.Client(dsn));
  await Promise.all(databases.map((database) => database.connect()));
  router = await routerOf(cluster);
  server = await rawServer(whole);
});

afterAll(async () => {
  server?.end();
  await Promise.all((databases ?? []).map((database) => database.end()));
  await router?.stop();
  await cluster?.stop();
  expect(router?.bugs).toEqual([]);
});

beforeEach(async () => {
  client = await rawClient(router.port);
});

afterEach(async () => {
  client.end();
  await Promise.all(databases.map((database) => database.query('delete from users; delete from flags')));
});

const placeOf = (id: number): number =>
  shardOf(initialMap(3), 'users', { family: 'integer', value: BigInt(id) });

type Script = readonly Buffer[];

const run = (text: string): Script => [parse('', text, []), bind('', '', []), execute('', 0)];
const data = (text: string): Buffer => message(F.copyData, Buffer.from(text));
const done = copyDoneMessage;

const counts: Script = [
  ...run('select count(*) from users'),
  sync,
  ...run('select count(*) from flags'),
  sync,
];
const end = query("select 'end'");

/** Everything up to the answer of what is asked last. */
async function talk(to: RawClient, script: Script): Promise<readonly string[]> {
  to.send(...script, ...counts, end);
  const words: string[] = [];
  while (!words.includes('D end')) {
    const answer = await to.answer();
    if (answer.length === 0) return [...words, 'closed'];
    words.push(...answer);
  }
  return words;
}

async function asAServer(script: Script): Promise<void> {
  expect(await talk(client, script)).toEqual(await talk(server, script));
}

const nothingThere = ['1', '2', 'D 0', 'C SELECT 1', 'Z I', '1', '2', 'D 0', 'C SELECT 1', 'Z I', 'T'];

/** The router says so, and takes back what the pipeline did. */
async function refused(script: Script): Promise<void> {
  const words = await talk(client, script);
  const at = words.indexOf('E 0A000');
  expect(words.slice(at, at + 2)).toEqual(['E 0A000', 'Z I']);
  expect(words.slice(at + 2, at + 2 + nothingThere.length)).toEqual(nothingThere);
}

describe.each([
  { table: 'flags', copy: 'copy flags from stdin', good: 'a\tt\nb\tf\n', wrong: 'c\tneither\n' },
  {
    table: 'users',
    copy: 'copy users (id, name) from stdin',
    good: '1\ta\n2\tb\n3\tc\n',
    wrong: '4\td\tx\n',
  },
])('COPY FROM STDIN by the extended protocol into $table', ({ table, copy, good, wrong }) => {
  const asked = run(copy);
  const read = run(`select count(*) from ${table}`);
  const rows = data(good);

  it.each<[string, Script]>([
    ['data, then Sync', [...asked, rows, done, sync]],
    ['a Sync before, between and behind the data', [...asked, sync, rows, sync, done, sync]],
    ['a Flush before and between', [...asked, flushMessage, rows, flushMessage, done, sync]],
    ['a read before', [...read, ...asked, rows, done, sync]],
    ['no rows', [...asked, done, sync]],
    ['a wrong row', [...asked, rows, data(wrong), done, ...read, sync]],
    ['a wrong row behind a Sync', [...asked, sync, data(wrong), done, sync, ...read, sync]],
    ['CopyFail', [...asked, rows, copyFail('no'), ...read, sync]],
    ['a failure before', [...run('select 1 / 0'), ...asked, rows, done, sync]],
    ['two pipelines', [...asked, rows, done, sync, ...asked, data(wrong), done, sync, ...read, sync]],
    [
      'BEGIN and ROLLBACK',
      [...run('begin'), ...asked, data(good.split('\n')[0] ?? ''), done, ...run('rollback'), sync],
    ],
    [
      'BEGIN, and executed twice',
      [
        ...run('begin'),
        ...asked,
        data(good.split('\n')[0] ?? ''),
        done,
        execute('', 0),
        rows,
        done,
        sync,
        query('rollback'),
      ],
    ],
    [
      'a failed transaction',
      [query('begin'), query('select 1 / 0'), ...asked, rows, done, sync, query('rollback')],
    ],
    ['by a simple query, with Sync and Flush', [query(copy), sync, rows, flushMessage, done]],
  ])('%s', (_name, script) => asAServer(script));

  it('takes more messages than the router lets wait', async () => {
    const name = 'x'.repeat(100);
    const many = Array.from({ length: 3000 }, (_, i) =>
      data(table === 'flags' ? `${name}${i}\tt\n` : `${i}\t${name}\n`),
    );
    await asAServer([...asked, ...many, done, sync]);
  });

  it.each<[string, Script]>([
    ['of the extended protocol', [...asked, rows, parse('', 'select 1', []), sync]],
    ['of the simple one', [...asked, rows, query('select 1')]],
    ['behind a simple query', [query(copy), rows, parse('', 'select 1', [])]],
  ])('ends the connection when another message comes for data: %s', async (_name, script) => {
    expect((await talk(client, script)).slice(-2)).toEqual(['E 08P01', 'closed']);
    client = await rawClient(router.port);
    expect(await talk(client, [])).toEqual([...nothingThere, 'D end', 'C SELECT 1', 'Z I']);
  });

  it.each<[string, Script]>([
    [
      'a write before',
      [
        ...run("insert into flags values ('x', true)"),
        ...run('copy users (id, name) from stdin'),
        rows,
        done,
        sync,
      ],
    ],
    ['a simple query behind', [...asked, rows, done, query('select 1')]],
    ['a simple query behind that fails', [...asked, rows, done, query('select 1 / 0')]],
  ])('and what would be committed too early is refused: %s', (_name, script) => refused(script));
});

describe('what follows a COPY FROM STDIN in its pipeline', () => {
  const one = [...run('copy flags from stdin'), data('a\tt\nb\tf\n'), done];
  const several = [...run('copy users (id, name) from stdin'), data('1\ta\n2\tb\n3\tc\n'), done];

  it('is one transaction with it at one place', async () => {
    await asAServer([...one, ...run('select count(*) from flags'), sync]);
    await asAServer([...one.slice(0, 3), data('c\tt\n'), done, ...run('select 1 / 0'), sync]);
    await asAServer([...one.slice(0, 3), data('d\tt\n'), done, execute('', 0), data('e\tt\n'), done, sync]);
  });

  it.each<[string, Script]>([
    ['a read', [...several, ...run('select count(*) from users'), sync]],
    ['a failure', [...several, ...run('select 1 / 0'), sync]],
    ['another COPY', [...several, ...several, sync]],
    ['a transaction', [...several, ...run('begin'), sync]],
  ])('is refused when it reached several shards: %s', (_name, script) => refused(script));
});

it('a COPY that cannot begin says so, and its data are passed over', async () => {
  const rows = [data('1\ta\n'), done, sync];
  for (const copy of ['copy nowhere from stdin', 'copy users from stdin binary'])
    await refused([...run(copy), ...rows]);
  const words = await talk(client, [...run('copy users (id, nothing) from stdin'), ...rows]);
  expect(words).toContain('E 42703');
});

describe('a pipeline', () => {
  const tokyo = run("set timezone = 'Asia/Tokyo'");
  const zone = run('show timezone');
  const fails = run('select 1 / 0');
  const insert = run("insert into users values (1, 'a')");
  const elsewhere = run(
    `insert into users values (${[2, 3, 4, 5].find((id) => placeOf(id) !== placeOf(1))}, 'b')`,
  );
  const zoneThere = run("select name, current_setting('timezone') from users where id = 1");

  it.each<[string, Script]>([
    ['that fails takes a SET back', [...tokyo, ...fails, sync, ...zone, sync]],
    [
      'that fails takes a RESET back',
      [query("set timezone = 'Asia/Tokyo'"), ...run('reset timezone'), ...fails, sync, ...zone, sync],
    ],
    ['that ends keeps a SET', [...tokyo, ...zone, sync, ...zone, sync]],
    [
      'that commits keeps a SET, though it fails later',
      [...tokyo, ...run('commit'), ...fails, sync, ...zone, sync],
    ],
    ['that commits keeps a write, though it fails later', [...insert, ...run('commit'), ...fails, sync]],
    ['that commits may write elsewhere', [...insert, ...run('commit'), ...elsewhere, sync]],
    ['sets what its own statements go by', [...insert, sync, ...zoneThere, ...tokyo, ...zoneThere, sync]],
  ])('%s', (_name, script) => asAServer([...script, query('reset timezone')]));

  it.each<[string, Script]>([
    ['a write and a SET', [...insert, ...tokyo, sync]],
    ['a SET and BEGIN', [...tokyo, ...run('begin'), sync]],
    ['a write and a simple query', [...insert, query('select 1')]],
    ['a SET and a simple query', [...tokyo, query('select 1')]],
  ])('that the router would have to commit too early is refused: %s', async (_name, script) => {
    await refused(script);
    await asAServer(zone);
  });

  it('that has failed passes over a simple query too', () => asAServer([...fails, query('select 1'), sync]));

  it('that has read may be followed by a simple query', async () => {
    client.send(
      ...run('select count(*) from users where id = 1'),
      query("insert into users values (1, 'a'); select 1 / 0"),
    );
    expect((await client.answer()).slice(-3)).toEqual(['C INSERT 0 1', 'E 22012', 'Z I']);
    await asAServer([]);
  });
});

/** Two users whose shards are not the same. */
const [here, there] = [1, 2, 3, 4, 5].filter(
  (id, i, ids) => i === 0 || placeOf(id) !== placeOf(ids[0] ?? 0),
) as [number, number];

describe('names of cursors and portals', () => {
  const rows = query(`insert into users values (${here}, 'a')`);
  const others = query(`insert into users values (${there}, 'b')`);
  const names = 'select name from users where id = $1';
  const portal = (name: string, id: number): Script => [parse('', names, []), bind(name, '', [String(id)])];
  const declare = (name: string, id: number): Script => [
    query(`declare ${name} cursor for select name from users where id = ${id}`),
  ];
  const fetch = (name: string): Script => [query(`fetch all from ${name}`)];
  const begin = query('begin');
  const rollback = query('rollback');

  it.each<[string, Script]>([
    ['a portal', [...portal('p', here), ...portal('p', there), sync]],
    ['a portal, at the same place', [...portal('p', here), ...portal('p', here), sync]],
    ['a portal that has no place', [parse('', 'begin', []), bind('p', '', []), ...portal('p', there), sync]],
    ['a cursor', [begin, ...declare('p', here), ...declare('p', there), rollback]],
    ['a portal and a cursor', [begin, ...portal('p', here), sync, ...declare('p', there), rollback]],
    ['a cursor and a portal', [begin, ...declare('p', here), ...portal('p', there), sync, rollback]],
  ])('are taken wherever it is: %s', async (_name, script) => {
    await asAServer([rows, others, ...script]);
  });

  it.each<[string, Script]>([
    [
      'a portal that was closed',
      [...portal('p', here), close('portal', 'p'), ...portal('p', there), execute('p', 0), sync],
    ],
    ['the portal without a name', [...portal('', here), ...portal('', there), execute('', 0), sync]],
    [
      'a cursor that was closed',
      [begin, ...declare('p', here), query('close p'), ...declare('p', there), ...fetch('p'), rollback],
    ],
    [
      'a portal that SQL closed',
      [
        begin,
        ...portal('p', here),
        sync,
        ...fetch('p'),
        query('close p'),
        ...portal('p', there),
        sync,
        rollback,
      ],
    ],
    [
      'cursors that were all closed',
      [
        begin,
        ...declare('p', here),
        ...declare('q', there),
        query('close all'),
        ...declare('p', there),
        ...fetch('p'),
        ...fetch('q'),
        rollback,
      ],
    ],
    [
      'portals that were all closed',
      [
        begin,
        ...portal('p', here),
        sync,
        ...run('close all'),
        ...portal('p', there),
        execute('p', 0),
        sync,
        rollback,
      ],
    ],
    [
      'what a savepoint took back',
      [
        begin,
        query('savepoint s'),
        ...declare('p', here),
        ...portal('q', here),
        sync,
        query('rollback to s'),
        ...declare('p', there),
        ...portal('q', there),
        execute('q', 0),
        sync,
        ...fetch('p'),
        rollback,
      ],
    ],
    [
      'a savepoint leaves what was before it',
      [
        begin,
        ...declare('p', here),
        query('savepoint s'),
        query('rollback to s'),
        ...fetch('p'),
        ...declare('p', there),
        rollback,
      ],
    ],
    [
      'all that were closed, where they were',
      [begin, ...declare('p', here), query('close all'), ...declare('p', here), ...fetch('p'), rollback],
    ],
    [
      'what was bound and not run',
      [
        begin,
        parse('d', `declare p cursor for select name from users where id = ${here}`, []),
        ...[bind('', 'd', []), bind('', 'd', []), execute('', 0), close('statement', 'd'), sync],
        ...fetch('p'),
        rollback,
      ],
    ],
    ['outside of a transaction', [query('close all'), query('close "all"')]],
    [
      'a cursor that is called all',
      [begin, ...declare('"all"', here), query('close "all"'), ...fetch('"all"'), rollback],
    ],
  ])('are free again: %s', async (_name, script) => {
    await asAServer([rows, others, ...script]);
  });
});

describe('several statements in one text', () => {
  it.each([
    "insert into flags values ('a', true); commit; selec 1",
    "insert into flags values ('a', true); selec 1",
    "begin; insert into flags values ('a', true); commit; select 1; selec",
    "insert into flags values ('a', true); commit; select 1 / 0",
    'select 1; begin; select 2; rollback',
    'begin; select 1; commit; select 2',
    "insert into flags values ('a', true); rollback; select count(*) from flags",
    'select 1; vacuum flags',
    // Too deep for the router to read; the server finds no such column when its turn comes.
    `insert into flags values ('a', true); select ${'('.repeat(1500)}nothing${')'.repeat(1500)}`,
    ';;',
  ])('are read before any of them runs: %s', (text) => asAServer([query(text)]));
});

it.each([
  'select 1; select nothing',
  "select 'ä€𝒳';\n\n select nothing from users where id = 1; select 1",
  '/* ; 𝒳 */ select 1; select 1 + lower(1, 2)',
  'select 1; select 1 +; select 2',
  'begin; select 1 / 0; select nothing',
  '; ; select nothing',
])('an error points into the whole text: %s', async (text) => {
  const driver = await clientOf(router);
  const [whole] = databases;
  const told = async (asked: Promise<unknown> | undefined): Promise<unknown> => {
    const { code, position } = await refusalOf(asked ?? Promise.resolve());
    return { code, position };
  };
  expect(await told(driver.query(text))).toEqual(await told(whole?.query(text)));
  await Promise.all([driver.query('rollback'), whole?.query('rollback')]);
  // And the next text begins anew.
  expect(await told(driver.query('select nothing'))).toEqual(await told(whole?.query('select nothing')));
  await driver.end();
});

it.each([
  ['the only server', 'copy flags from stdin', 'c\tneither\n', '22P02'],
  ['one of the servers', 'copy users from stdin', '1\ta\tmany\n', '22P02'],
  ['the router', 'copy users (id, name) from stdin', 'x\ta\n', '22P04'],
])('who hears of a wrong row need not end the data: refused by %s', async (_name, copy, wrong, code) => {
  for (const begin of [[query(copy)], run(copy)]) {
    client.send(...begin);
    expect((await client.next(begin.length)).at(-1)).toBe('G');
    // The router knows when the server has looked, and tells with the next row.
    const sending = setInterval(() => client.send(data(wrong)), 5);
    expect(await client.next(1)).toEqual([`E ${code}`]);
    clearInterval(sending);
    if (begin.length > 1) client.send(sync);
    expect(await client.answer()).toEqual(['Z I']);
    await asAServer([]);
  }
});
