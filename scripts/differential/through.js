// The two ways to the shards: the library's pool, and the wire router with the driver before it. Both are opened as a program
// would open them.
import pg from 'pg';

const connections = 4;
const statementMs = 10_000;

/** @typedef {{ router: any, shards: readonly string[], unsharded: string }} Databases addresses; the router is the way's own */

/** @param {any} rooms @param {Databases} databases */
export function openLibrary({ pool }, databases) {
  const opened = pool.openPool({
    ...databases,
    limits: { connections, statementMs },
  });
  return { query: (ask) => opened.query(ask), end: () => opened.end() };
}

/** @param {any} rooms @param {Databases} databases @param {(error: unknown) => void} onBug */
export async function openWire({ wire, postgres }, { router, shards, unsharded }, onBug) {
  const running = await wire.startRouter({
    router,
    shards: shards.map((dsn) => postgres.parseDsn(dsn, {})),
    unsharded: postgres.parseDsn(unsharded, {}),
    listen: { host: '127.0.0.1', port: 0 },
    metricsListen: undefined,
    door: { tls: undefined, requireTls: false, users: undefined },
    pool: { most: connections, waitMs: 5_000, idleMs: 600_000 },
    limits: { mostClients: 10, messageBytes: 64 * 1024 * 1024, idleMs: 0, startMs: 5_000 },
    mergeBytes: 64 * 1024 * 1024,
    drainMs: 2_000,
    say: () => {},
    onBug,
  });
  const client = new pg.Client({ host: '127.0.0.1', port: running.port, user: 'app', database: 'app' });
  client.on('error', onBug);
  await client.connect();
  await client.query(`SET statement_timeout = ${statementMs}`);
  return {
    query: (ask) => askOf(client, ask),
    end: async () => {
      await client.end();
      await running.stop();
    },
  };
}

/** @param {pg.Client} client @returns what the driver does, which leaves out a Sync when rows in portions end with an error */
export function askOf(client, ask) {
  const answer = client.query(ask);
  if (ask.rows !== undefined) answer.catch(() => client.connection.sync());
  return answer;
}
