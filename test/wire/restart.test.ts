/** A shard's server that dies under load and comes back: its own keys fail cleanly, others are served, nothing is restarted. */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dsnOf, run, type Server, serverWith } from '../capture/server.js';
import { pause, until } from '../waiting.js';
import {
  addUsers,
  type Cluster,
  clientOf,
  routerOf,
  type Started,
  startCluster,
  usersByShard,
} from './cluster.js';

let cluster: Cluster;
let second: Server;
let router: Started;
let restarted: ChildProcess | undefined;

/** Throwaway servers commit without waiting for their log: what was committed last would be gone after a crash. */
const keepsItsRows = { max_connections: 60, synchronous_commit: 'on' };

beforeAll(async () => {
  [cluster, second] = await Promise.all([startCluster(), serverWith(keepsItsRows)]);
  await run(dsnOf(second, 'postgres'), 'create database shard1');
  await run(dsnOf(second, 'shard1'), readFileSync('fixtures/wire/shop/schema.sql', 'utf8'));
  const [first = '', , third = ''] = cluster.dsns;
  cluster = { ...cluster, dsns: [first, dsnOf(second, 'shard1', '?sslmode=disable'), third] };
  router = await routerOf(cluster);
});

afterAll(async () => {
  await router?.stop();
  await second?.stop();
  restarted?.kill('SIGQUIT');
  await cluster?.stop();
});

async function dataFolder(): Promise<string> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: dsnOf(second, 'postgres') });
  await client.connect();
  const { rows } = await client.query<{ folder: string }>(
    "select current_setting('data_directory') as folder",
  );
  await client.end();
  return rows[0]?.folder ?? '';
}

it.skipIf(process.platform !== 'linux')('costs its keys alone, while it is away', async () => {
  const filling = await clientOf(router);
  await addUsers(filling, 30, () => 'a');
  const onShard = await usersByShard(cluster);
  const folder = await dataFolder();
  const pidFile = path.join(folder, 'postmaster.pid');
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n', 1)[0]);
  const [program = '', ...flags] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  const { uid, gid } = statSync(folder);

  const codes: string[][] = [[], [], []];
  const served = [0, 0, 0];
  let isOver = false;
  const load = async (shard: number): Promise<void> => {
    const client = await clientOf(router);
    for (let i = 0; !isOver; i += 1) {
      const ids = onShard[shard] ?? [];
      try {
        await client.query('update users set visits = visits + 1 where id = $1', [ids[i % ids.length]]);
        served[shard] = (served[shard] ?? 0) + 1;
      } catch (error) {
        codes[shard]?.push((error as { code?: string }).code ?? String(error));
        await pause(5);
      }
    }
    await client.end();
  };
  const loads = [0, 1, 2, 0, 1, 2].map(load);
  const moreThan = (before: readonly number[], ...which: readonly number[]) =>
    until(`shards ${which} serve`, () => which.every((i) => (served[i] ?? 0) > (before[i] ?? 0)));
  await moreThan(served.slice(), 0, 1, 2);
  process.kill(pid, 'SIGQUIT');
  await until('its server has ended', () => !existsSync(`/proc/${pid}`));
  await until('its keys fail', () => (codes[1] ?? []).length > 10);
  const whileAway = served.slice();
  await moreThan(whileAway, 0, 2);
  expect(served[1]).toBe(whileAway[1]);

  restarted = spawn(program, flags, { uid, gid, cwd: folder, stdio: 'ignore' });
  await moreThan(whileAway, 1);
  isOver = true;
  await Promise.all(loads);
  expect([codes[0], codes[2]]).toEqual([[], []]);
  expect(codes[1]?.length).toBeGreaterThan(0);
  for (const code of codes[1] ?? []) expect(['08006', '57P01', '57P02', '57P03', '57P05']).toContain(code);
  expect((await filling.query('select sum(visits)::int as n from users')).rows[0]?.n).toBeGreaterThan(0);
  await filling.end();
  expect(router.bugs).toEqual([]);
});
