// A monolith, some shards and an unsharded database of one server, for one schema at a time. Statements run in them and
// leave nothing behind: writes are rolled back after the rows of all tables were read.
import pg from 'pg';
import { insertsOf, rowsOfShard } from './data.js';
import { ddlOf } from './schema.js';

/** Statements may take this long; loading may take any time. */
const patience = 'SET statement_timeout = 10000';
const endless = 'SET statement_timeout = 0';

const asText = { getTypeParser: () => (text) => text };

/** @typedef {{ rows: (string | null)[][], types: number[], tables?: Map<string, string[]> } | { error: string, code: string }} Outcome */

/**
 * @param {{ host: string, port: number, user: string, password: string }} server
 * @param {string} prefix of the databases' names
 * @param {number} shardCount
 */
export async function openDatabases(server, prefix, shardCount) {
  const { host, port, user, password } = server;
  const login = { host, port, user, password, types: asText };
  const admin = new pg.Client({ ...login, database: 'postgres' });
  await admin.connect();
  const names = ['monolith', ...Array.from({ length: shardCount }, (_, at) => `shard${at}`), 'unsharded'];
  for (const name of names) {
    await admin.query(`DROP DATABASE IF EXISTS ${prefix}_${name}`);
    await admin.query(`CREATE DATABASE ${prefix}_${name}`);
  }
  await admin.end();
  const clients = names.map((name) => new pg.Client({ ...login, database: `${prefix}_${name}` }));
  for (const client of clients) {
    client.on('error', () => {});
    await client.connect();
    await client.query(
      `${patience}; SET max_parallel_workers_per_gather = 0; SET client_min_messages = error`,
    );
  }
  const [monolith, ...others] = clients;
  const unsharded = others.pop();
  const all = { monolith, shards: others, unsharded };
  return {
    ...all,
    load: (schema, rows, shardOfKey) => load(all, schema, rows, shardOfKey),
    fill: (schema, rows, shardOfKey) => fill(all, schema, rows, shardOfKey),
    close: () => Promise.all(clients.map((client) => client.end())),
  };
}

async function load(all, schema, rows, shardOfKey) {
  const ddl = `${endless}; DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${ddlOf(schema)}`;
  await Promise.all([all.monolith, ...all.shards, all.unsharded].map((client) => client.query(ddl)));
  await fill(all, schema, rows, shardOfKey);
}

/** Puts these rows in the place of those that are there. */
async function fill({ monolith, shards, unsharded }, { tables, triggers }, rows, shardOfKey) {
  const names = tables.map(({ name }) => name).join(', ');
  const fire = (word) => triggers.map(({ table }) => `ALTER TABLE ${table} ${word} TRIGGER USER`).join('; ');
  const put = (client, rowsOfTable) =>
    client.query(
      `${endless}; TRUNCATE ${names} CASCADE; ${fire('DISABLE')}; ${insertsOf(tables, rowsOfTable)}; ${fire('ENABLE')}; ANALYZE ${names}; ${patience}`,
    );
  // Copies of global tables are everywhere.
  const isOnShards = ({ placement }) => placement.placement === 'sharded';
  await Promise.all([
    put(monolith, ({ name }) => rows.get(name)),
    put(unsharded, (table) => (isOnShards(table) ? [] : rows.get(table.name))),
    ...shards.map((client, shard) =>
      put(client, (table) => rowsOfShard(tables, table, rows, shard, shardOfKey)),
    ),
  ]);
}

const literal = (value) => (value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`);

/** The text that runs a statement with its parameters bound, by the simple protocol in one round trip. */
function bound({ sql, params }) {
  if (params.length === 0) return [sql];
  return [`PREPARE asked AS ${sql}`, `EXECUTE asked(${params.map(literal).join(', ')})`];
}

const tablesText = ({ tables }) =>
  tables.map(({ name }) => `SELECT '${name}', t::text FROM ${name} t`).join(' UNION ALL ');

/**
 * @param {{ sql: string, params: readonly (string | null)[] }} statement
 * @param {any} [written] the schema, when the tables' rows after the statement are wanted
 * @returns {Promise<Outcome>}
 */
export async function run(client, statement, written) {
  const asked = bound(statement);
  const after = written === undefined ? [] : [tablesText(written)];
  const isPlain = asked.length === 1 && after.length === 0;
  const text = isPlain ? asked[0] : ['BEGIN', ...asked, ...after, 'ROLLBACK'].join('; ');
  try {
    const result = await client.query({ text, rowMode: 'array' });
    const [answer, dump] = isPlain ? [result] : result.slice(asked.length);
    return {
      rows: answer.rows,
      types: answer.fields.map(({ dataTypeID }) => dataTypeID),
      ...(written === undefined ? {} : { tables: byTable(written, dump.rows) }),
    };
  } catch (error) {
    if (!isPlain) await client.query('ROLLBACK');
    return { error: error.message, code: error.code ?? '?' };
  } finally {
    if (asked.length > 1) await client.query('DEALLOCATE ALL');
  }
}

/** The rows of each table, sorted. */
function byTable({ tables }, rows) {
  const found = new Map(tables.map(({ name }) => [name, []]));
  for (const [name, text] of rows) found.get(name).push(text);
  for (const list of found.values()) list.sort();
  return found;
}

export async function tablesNow(client, schema) {
  const { rows } = await client.query({ text: tablesText(schema), rowMode: 'array' });
  return byTable(schema, rows);
}
