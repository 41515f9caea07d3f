/** Clients that are gone in the middle of something: nothing of it stays, or all of it, and nobody else notices. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { initialMap } from '../../src/index.js';
import { shardOf } from '../../src/topology/index.js';
import { message } from '../../src/wire/backend-messages.js';
import { copyDoneMessage, F, query } from '../../src/wire/frontend-messages.js';
import { run } from '../capture/server.js';
import { until, untilAsleep } from '../waiting.js';
import { type Cluster, clientOf, routerOf, type Started, startCluster } from './cluster.js';
import { type RawClient, rawClient } from './raw-client.js';

let cluster: Cluster;
let router: Started;

beforeAll(async () => {
  cluster = await startCluster();
  router = await routerOf(cluster);
});

afterAll(async () => {
  await router?.stop();
  await cluster?.stop();
  expect(router?.bugs).toEqual([]);
});

const placeOf = (id: number): number =>
  shardOf(initialMap(3), 'users', { family: 'integer', value: BigInt(id) });
/** The first id from there on that lives on a shard. */
const idOn = (shard: number, from = 1): number => (placeOf(from) === shard ? from : idOn(shard, from + 1));

async function count(text: string): Promise<number> {
  const client = await clientOf(router);
  const { rows } = await client.query<{ count: string }>(text);
  await client.end();
  return Number(rows[0]?.count);
}

describe('a COPY that commits, shard by shard in the order of its rows', () => {
  const second = (): string => cluster.dsns[1] ?? '';
  const rows = message(
    F.copyData,
    Buffer.from([0, 1, 2].map((shard) => `${idOn(shard)}\tcopied\t0\n`).join('')),
  );

  /** What the second shard does when its rows are checked, which is put off. */
  async function whenChecked(body: string): Promise<void> {
    await run(
      second(),
      `create function late() returns trigger language plpgsql as $$ begin ${body}; return null; end $$`,
      `create constraint trigger late after insert on users deferrable initially deferred
        for each row execute function late()`,
    );
  }

  async function copying(): Promise<RawClient> {
    const client = await rawClient(router.port);
    client.send(query('copy users from stdin'));
    await client.next(1);
    client.send(rows, copyDoneMessage);
    return client;
  }

  afterEach(() => run(second(), 'drop function late() cascade'));

  it('takes nothing where a check that was put off fails', async () => {
    await whenChecked("raise exception 'late' using errcode = '23514'");
    const client = await copying();
    expect(await client.answer()).toEqual(['E 23514', 'Z I']);
    client.end();
    expect(await count('select count(*) from users')).toBe(0);
  });

  it('is not stopped by its client leaving, nor by a cancel', async () => {
    await whenChecked('perform pg_sleep(0.5)');
    const client = await copying();
    await untilAsleep(second());
    await client.cancel();
    client.end();
    await client.closed;
    await untilAsleep(second(), 0);
    await until('all rows are there', async () => (await count('select count(*) from users')) === 3, 10);
  });
});
