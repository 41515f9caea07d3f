/** A real server whose databases are three shards and the unsharded database of fixtures/wire/shop, and routers before them. */

import { readFileSync } from 'node:fs';
import pg from 'pg';
import {
  emptyConfig,
  initialMap,
  openRouter,
  parseDsn,
  readPlanFile,
  type ShardMap,
} from '../../src/index.js';
import { type RunningRouter, startRouter, type WireOptions } from '../../src/wire/index.js';
import { dsnOf, run, type Server, serverWith } from '../capture/server.js';

const folder = 'fixtures/wire/shop';
const shards = 3;

export interface Cluster {
  readonly server: Server;
  readonly dsns: readonly string[];
  readonly unsharded: string;
  /** Runs statements on the server, and in every database. */
  readonly admin: (...statements: readonly string[]) => Promise<void>;
  readonly everywhere: (...statements: readonly string[]) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export async function startCluster(
  settings: Readonly<Record<string, string | number>> = {},
): Promise<Cluster> {
  const server = await serverWith({ max_connections: 200, ...settings });
  const schema = readFileSync(`${folder}/schema.sql`, 'utf8');
  const names = [...Array.from({ length: shards }, (_, i) => `shard${i}`), 'unsharded'];
  for (const name of names) await run(dsnOf(server, 'postgres'), `create database ${name}`);
  await Promise.all(names.map((name) => run(dsnOf(server, name), schema)));
  const dsns = names.map((name) => dsnOf(server, name, '?sslmode=disable'));
  return {
    server,
    dsns: dsns.slice(0, shards),
    unsharded: dsns[shards] ?? '',
    admin: (...statements) => run(dsnOf(server, 'postgres'), ...statements),
    everywhere: async (...statements) => {
      for (const dsn of dsns) await run(dsn, ...statements);
    },
    stop: server.stop,
  };
}

export interface Started extends RunningRouter {
  /** Bugs that it met; a test that leaves any has failed. */
  readonly bugs: unknown[];
  readonly lines: string[];
}

export async function routerOf(
  cluster: Cluster,
  options: Partial<WireOptions> = {},
  map?: ShardMap,
): Promise<Started> {
  const bugs: unknown[] = [];
  const lines: string[] = [];
  const router = await openRouter({
    plan: await readPlanFile(`${folder}/shardplan.json`),
    schema: [`${folder}/schema.sql`],
    config: emptyConfig,
    map: map ?? initialMap(shards),
  });
  const running = await startRouter({
    router,
    shards: cluster.dsns.map((dsn) => parseDsn(dsn, {})),
    unsharded: parseDsn(cluster.unsharded, {}),
    listen: { host: '127.0.0.1', port: 0 },
    metricsListen: undefined,
    door: { tls: undefined, requireTls: false, users: undefined },
    pool: { most: 10, waitMs: 20_000, idleMs: 60_000 },
    limits: { mostClients: 50, messageBytes: 1_048_576, idleMs: 0, startMs: 20_000 },
    mergeBytes: 1_048_576,
    drainMs: 2_000,
    say: (line) => lines.push(line),
    onBug: (error) => bugs.push(error),
    ...options,
  });
  return { ...running, bugs, lines };
}

export async function clientOf(
  { port }: { readonly port: number },
  options: pg.ClientConfig = {},
): Promise<pg.Client> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'app', database: 'shop', ...options });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Users 1 to `count`, each where its key is. */
export async function addUsers(
  client: pg.Client,
  count: number,
  nameOf: (id: number) => string = (id) => `user ${id}`,
): Promise<void> {
  for (let id = 1; id <= count; id += 1)
    await client.query('insert into users values ($1, $2)', [id, nameOf(id)]);
}

/** What a statement is refused with. */
export async function refusalOf(asked: Promise<unknown>): Promise<pg.DatabaseError> {
  try {
    await asked;
  } catch (error) {
    return error as pg.DatabaseError;
  }
  throw new Error('it was not refused');
}

/** Ids of users that live on each shard, found by asking the shards. */
export async function usersByShard(cluster: Cluster): Promise<readonly (readonly number[])[]> {
  return Promise.all(
    cluster.dsns.map(async (connectionString) => {
      const client = new pg.Client({ connectionString });
      await client.connect();
      const { rows } = await client.query<{ id: string }>('select id from users order by id');
      await client.end();
      return rows.map(({ id }) => Number(id));
    }),
  );
}
