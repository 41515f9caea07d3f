/** One server with a monolith, four shards and an unsharded database, all with one schema, and a pool over them. */
import pg from 'pg';
import { emptyConfig } from '../../src/config/index.js';
import { startPostgres } from '../../src/lab/index.js';
import type { Placements } from '../../src/model/index.js';
import { openPool, type ShardedPool } from '../../src/pool/index.js';
import { openRouterOf } from './router-of.js';

export const shardCount = 4;

export interface TestDatabases {
  readonly pool: ShardedPool;
  readonly monolith: pg.Pool;
  /** A connection of its own to a database by name: `monolith`, `shard0`, `unsharded`. */
  readonly client: (name: string) => Promise<pg.Client>;
  readonly dsn: (name: string) => string;
  readonly stop: () => Promise<void>;
}

export async function openTestDatabases(
  schema: string,
  placements: Placements,
  limits: Parameters<typeof openPool>[0]['limits'] = {},
): Promise<TestDatabases> {
  const server = await startPostgres({ max_prepared_transactions: 20, max_connections: 80 });
  const { host, port, user, password } = server;
  const dsn = (name: string) => `postgresql://${user}:${password}@${host}:${port}/${name}?sslmode=disable`;
  const client = async (name: string): Promise<pg.Client> => {
    const one = new pg.Client(dsn(name).replace('?sslmode=disable', ''));
    one.on('error', () => {});
    await one.connect();
    return one;
  };
  const shards = Array.from({ length: shardCount }, (_, shard) => `shard${shard}`);
  const admin = await client('postgres');
  for (const name of ['monolith', 'unsharded', ...shards]) {
    await admin.query(`CREATE DATABASE ${name}`);
    const one = await client(name);
    await one.query(schema);
    await one.end();
  }
  await admin.end();
  const router = await openRouterOf(schema, placements, shardCount, emptyConfig);
  const pool = openPool({ router, shards: shards.map(dsn), unsharded: dsn('unsharded'), limits });
  const monolith = new pg.Pool({ connectionString: dsn('monolith').replace('?sslmode=disable', '') });
  monolith.on('error', () => {});
  return {
    pool,
    monolith,
    client,
    dsn,
    stop: async () => {
      await Promise.all([pool.end(), monolith.end()]);
      await server.stop();
    },
  };
}
