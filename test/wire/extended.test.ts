/** The extended protocol message by message: binary values, portals, pipelines, and what an error does to them. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  close,
  describe as describeMessage,
  execute,
  flushMessage,
  parse,
  query,
  sync,
} from '../../src/wire/frontend-messages.js';
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
import { bind, int8, type RawClient, rawClient } from './raw-client.js';

let cluster: Cluster;
let router: Started;
let client: RawClient;
let ids: readonly [number, number, number];

beforeAll(async () => {
  cluster = await startCluster();
  router = await routerOf(cluster);
  const driver = await clientOf(router);
  await addUsers(driver, 30);
  await driver.end();
  const [a = [], b = [], c = []] = await usersByShard(cluster);
  ids = [a[0] ?? 0, b[0] ?? 0, c[0] ?? 0];
});

afterAll(async () => {
  await router?.stop();
  await cluster?.stop();
  expect(router?.bugs).toEqual([]);
});

beforeEach(async () => {
  client = await rawClient(router.port);
});

afterEach(() => client.end());

const byId = 'select name from users where id = $1';
const change = 'update users set visits = visits + 1 where id = $1';

async function visits(id: number): Promise<string> {
  client.send(query(`select visits from users where id = ${id}`));
  return (await client.answer())[1] ?? '';
}

describe('values', () => {
  it.each([
    ['declared', [20]],
    ['left to the server', []],
  ])('in binary form name the shard, their type %s', async (_name, types) => {
    for (const id of ids) {
      client.send(parse('', byId, types), bind('', '', [int8(id)]), execute('', 0), sync);
      expect(await client.answer()).toEqual(['1', '2', `D user ${id}`, 'C SELECT 1', 'Z I']);
    }
  });

  it('come back in binary form, from one shard and from several', async () => {
    client.send(parse('', 'select id from users where id = $1', [20]), bind('', '', [int8(ids[0])], 1));
    client.send(describeMessage('portal', ''), execute('', 0), sync);
    const one = await client.answer();
    expect(one[3]).toBe(`D ${int8(ids[0]).toString('latin1')}`);
    client.send(
      parse('', 'select max(id) from users', []),
      bind('', '', [], 1),
      describeMessage('portal', ''),
      execute('', 0),
      sync,
    );
    expect(await client.answer()).toEqual([
      '1',
      '2',
      'T',
      `D ${int8(30).toString('latin1')}`,
      'C SELECT 1',
      'Z I',
    ]);
  });

  it('of another type than the key are refused, for they may hash otherwise', async () => {
    client.send(parse('', byId, [1700]), bind('', '', ['1']), execute('', 0), sync);
    expect(await client.answer()).toEqual(['1', 'E 0A000', 'Z I']);
  });
});

it('tells of a refusal at once, to a client that sent Flush and no Sync', async () => {
  const refused = [parse('', 'update users set visits = 0', []), bind('', '', []), execute('', 0)];
  client.send(...refused, flushMessage);
  expect(await client.next(2)).toEqual(['1', 'E 0A000']);
  client.send(sync);
  expect(await client.answer()).toEqual(['Z I']);
  client.send(parse('', byId, []), bind('', '', [String(ids[0])]), execute('', 0), ...refused, flushMessage);
  expect(await client.next(5)).toEqual(['1', '2', `D user ${ids[0]}`, 'C SELECT 1', '1']);
  expect(await client.next(1)).toEqual(['E 0A000']);
  client.send(sync);
  expect(await client.answer()).toEqual(['Z I']);
});

describe('what a pipeline has done', () => {
  it.each(['begin', 'rollback'])('that has written says what it does before %s', async (text) => {
    client.send(
      parse('', change, []),
      bind('', '', [String(ids[0])]),
      execute('', 0),
      parse('', text, []),
      bind('', '', []),
      execute('', 0),
      sync,
    );
    expect((await client.answer()).slice(-2)).toEqual(['E 0A000', 'Z I']);
    client.send(query(`select visits from users where id = ${ids[0]}`));
    expect(await client.answer()).toContain('D 0');
  });

  it('that executes a portal again gets no more rows', async () => {
    client.send(parse('', 'select max(id) from users', []), bind('', '', []), execute('', 0), execute('', 0));
    client.send(sync);
    expect(await client.answer()).toEqual(['1', '2', 'D 30', 'C SELECT 1', 'C SELECT 0', 'Z I']);
  });
});

describe('a statement', () => {
  it('is described before its values are known', async () => {
    client.send(parse('s', byId, []), describeMessage('statement', 's'), sync);
    expect(await client.answer()).toEqual(['1', 't', 'T', 'Z I']);
    client.send(parse('u', change, []), describeMessage('statement', 'u'), sync);
    expect(await client.answer()).toEqual(['1', 't', 'n', 'Z I']);
    client.send(parse('b', 'begin', []), describeMessage('statement', 'b'), sync);
    expect(await client.answer()).toEqual(['1', 't', 'n', 'Z I']);
  });

  it('is prepared on each shard that it reaches, and gone when it is closed', async () => {
    client.send(parse('s', byId, []), sync);
    await client.answer();
    for (const id of [...ids, ...ids]) {
      client.send(bind('', 's', [String(id)]), execute('', 0), sync);
      expect(await client.answer()).toEqual(['2', `D user ${id}`, 'C SELECT 1', 'Z I']);
    }
    client.send(parse('s', byId, []), sync);
    expect(await client.answer()).toEqual(['E 42P05', 'Z I']);
    client.send(close('statement', 's'), sync);
    expect(await client.answer()).toEqual(['3', 'Z I']);
    client.send(bind('', 's', ['1']), sync);
    expect(await client.answer()).toEqual(['E 26000', 'Z I']);
  });

  it('of as many parameters as there can be is refused when one more is needed to put rows together', async () => {
    const driver = await clientOf(router);
    const many = Array.from({ length: 65_535 }, (_, i) => i + 1);
    const text = `select count(*) from users where id in (${many.map((id) => `$${id}`).join()})`;
    expect((await refusalOf(driver.query(text, many))).code).toBe('54000');
    const one = await driver.query(`${text} and id = $1`, many);
    expect(one.rows).toEqual([{ count: '1' }]);
    await driver.end();
  });

  it('that is parsed anew is read by the columns that its table has by now', async () => {
    const text = 'select * from countries where code = $1';
    const asked = (name: string): Buffer[] => [bind('', name, ['nowhere']), execute('', 0), sync];
    const old = await rawClient(router.port);
    old.send(parse('old', text, []), ...asked('old'));
    expect(await old.answer()).toContain('C SELECT 0');
    client.send(parse('', text, []), ...asked(''));
    await client.answer();
    await cluster.everywhere('alter table countries add column phone text');
    // As on a server: what was prepared before is of no use any more, and a new Parse is.
    for (let i = 0; i < 9; i += 1) {
      client.send(parse('', text, []), ...asked(''));
      expect(await client.answer()).toEqual(['1', '2', 'C SELECT 0', 'Z I']);
    }
    let isTold = false;
    for (let i = 0; i < 9; i += 1) {
      old.send(...asked('old'));
      isTold ||= (await old.answer()).includes('E 0A000');
    }
    expect(isTold).toBe(true);
    for (let i = 0; i < 9; i += 1) {
      client.send(parse(`new${i}`, text, []), ...asked(`new${i}`));
      expect(await client.answer()).toEqual(['1', '2', 'C SELECT 0', 'Z I']);
    }
    old.end();
    await cluster.everywhere('alter table countries drop column phone');
  });

  it('that a server refuses is prepared anew the next time', async () => {
    for (let i = 0; i < 2; i += 1) {
      client.send(
        parse('', `select name, 1 / 0 from users where id = $1`, []),
        bind('', '', [String(ids[0])]),
        execute('', 0),
        sync,
      );
      expect(await client.answer()).toContain('E 22012');
      client.send(
        parse('', `select nothing from users where id = $1`, []),
        bind('', '', [String(ids[0])]),
        execute('', 0),
        sync,
      );
      expect((await client.answer()).at(-1)).toBe('Z I');
    }
  });
});

describe('a portal', () => {
  it('is read in portions inside a transaction', async () => {
    const text = 'select name from users u, generate_series(1, 3) where u.id = $1';
    client.send(query('begin'), parse('', text, []), bind('p', '', [String(ids[1])]), execute('p', 2), sync);
    expect(await client.answer()).toEqual(['C BEGIN', 'Z T']);
    const row = `D user ${ids[1]}`;
    expect(await client.answer()).toEqual(['1', '2', row, row, 's', 'Z T']);
    client.send(execute('p', 2), sync);
    expect(await client.answer()).toEqual([row, 'C SELECT 1', 'Z T']);
    client.send(close('portal', 'p'), query('commit'));
    expect(await client.answer()).toEqual(['3', 'C COMMIT', 'Z I']);
  });

  it('of several shards is read in portions too', async () => {
    client.send(
      parse('', 'select id from users order by id', []),
      bind('', '', []),
      execute('', 20),
      execute('', 20),
      sync,
    );
    const words = await client.answer();
    expect(words.filter((word) => !word.startsWith('D'))).toEqual(['1', '2', 's', 'C SELECT 10', 'Z I']);
    expect(words.slice(2, 4)).toEqual(['D 1', 'D 2']);
  });

  it('ends with its transaction', async () => {
    client.send(parse('', byId, []), bind('p', '', [String(ids[1])]), sync, execute('p', 0), sync);
    expect(await client.answer()).toEqual(['1', '2', 'Z I']);
    expect(await client.answer()).toEqual(['E 34000', 'Z I']);
  });
});

describe('a pipeline', () => {
  it('is answered in its order, whatever the shards', async () => {
    client.send(parse('s', byId, []));
    for (const id of ids) client.send(bind('', 's', [String(id)]), execute('', 0));
    client.send(parse('c', 'select count(*) from users', []), bind('', 'c', []), execute('', 0), sync);
    const each = ids.flatMap((id) => ['2', `D user ${id}`, 'C SELECT 1']);
    expect(await client.answer()).toEqual(['1', ...each, '1', '2', 'D 30', 'C SELECT 1', 'Z I']);
  });

  it('is answered up to a Flush', async () => {
    client.send(parse('', byId, []), bind('', '', [String(ids[0])]), execute('', 0), flushMessage);
    expect(await client.next(4)).toEqual(['1', '2', `D user ${ids[0]}`, 'C SELECT 1']);
    client.send(sync);
    expect(await client.answer()).toEqual(['Z I']);
  });

  it('is passed over after an error, up to its Sync', async () => {
    client.send(parse('s', change, []), bind('', 's', [String(ids[0])]), execute('', 0));
    client.send(parse('', 'select 1 / 0', []), bind('', '', []), execute('', 0));
    client.send(bind('', 's', [String(ids[0])]), execute('', 0), sync);
    const words = await client.answer();
    expect(words.slice(0, 4)).toEqual(['1', '2', 'C UPDATE 1', '1']);
    expect(words.slice(-2)).toEqual(['E 22012', 'Z I']);
  });

  it('is one transaction: what the router refuses takes back what was written', async () => {
    const before = await visits(ids[0]);
    client.send(parse('s', change, []), bind('', 's', [String(ids[0])]), execute('', 0));
    client.send(bind('', 's', [String(ids[1])]), execute('', 0), sync);
    expect(await client.answer()).toEqual(['1', '2', 'C UPDATE 1', 'E 0A000', 'Z I']);
    expect(await visits(ids[0])).toBe(before);
    client.send(bind('', 's', [String(ids[0])]), execute('', 0), sync);
    await client.answer();
    expect(await visits(ids[0])).not.toBe(before);
  });

  it('is one transaction: what another shard refuses takes back what was written', async () => {
    const before = await visits(ids[0]);
    client.send(parse('s', change, []), bind('', 's', [String(ids[0])]), execute('', 0));
    client.send(
      parse('', 'select 1 / (id - id) from users where id = $1', []),
      bind('', '', [String(ids[1])]),
      execute('', 0),
      sync,
    );
    expect((await client.answer()).slice(-2)).toEqual(['E 22012', 'Z I']);
    expect(await visits(ids[0])).toBe(before);
  });

  it('may hold its own transaction', async () => {
    const run = (text: string): Buffer[] => [parse('', text, []), bind('', '', []), execute('', 0)];
    client.send(
      parse('s', change, []),
      ...run('begin'),
      bind('', 's', [String(ids[2])]),
      execute('', 0),
      ...run('commit'),
      sync,
    );
    expect(await client.answer()).toEqual([
      '1',
      '1',
      '2',
      'C BEGIN',
      '2',
      'C UPDATE 1',
      '1',
      '2',
      'C COMMIT',
      'Z I',
    ]);
  });

  it('may be several, sent at once', async () => {
    for (const id of ids) client.send(parse('', byId, []), bind('', '', [String(id)]), execute('', 0), sync);
    for (const id of ids) expect((await client.answer())[2]).toBe(`D user ${id}`);
  });
});
