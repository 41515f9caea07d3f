// The marketplace's database: a fresh PostgreSQL with the roles, the schema file and the first rows in it, and with
// statistics that start from nothing. Gives settings for connections, and stop().
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { startPostgres } from '../postgres/server.js';
import { schemaSql } from './columns.js';
import { seedStatements } from './seed-data.js';

const database = 'marketplace';

const serverSettings = {
  shared_preload_libraries: 'pg_stat_statements',
  compute_query_id: 'on',
  track_io_timing: 'on',
  'pg_stat_statements.track': 'all',
  'pg_stat_statements.track_utility': 'on',
  'pg_stat_statements.max': 5000,
  timezone: 'UTC',
  max_connections: 40,
};

async function withClient(settings, work) {
  const client = new pg.Client(settings);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** psql's own commands mean nothing to the server. */
const withoutMetaCommands = (sql) => sql.replace(/^\\.*$/gm, '');

async function createRoles(admin, password) {
  // The application owns its tables and may not read other roles' statements: the usual state of affairs.
  // It is a superuser only while the schema, which holds an extension, is loaded.
  await admin.query(`CREATE ROLE marketplace_app LOGIN SUPERUSER PASSWORD '${password}'`);
  await admin.query(`CREATE ROLE marketplace_billing LOGIN PASSWORD '${password}'`);
  // So that taking a snapshot leaves no trace in the next one.
  await admin.query('GRANT SET ON PARAMETER pg_stat_statements.track TO marketplace_app');
  await admin.query(`CREATE DATABASE ${database} OWNER marketplace_app`);
}

async function load(owner) {
  await owner.query(withoutMetaCommands(schemaSql));
  await owner.query('RESET ALL');
  await owner.query(`SET search_path = public`);
  for (const statement of seedStatements) await owner.query(statement);
  await owner.query('GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO marketplace_billing');
}

export async function openMarketplace() {
  const server = await startPostgres(serverSettings);
  try {
    const password = randomBytes(18).toString('hex');
    const address = { host: server.host, port: server.port };
    const settingsFor = (role) => ({ ...address, user: role, password, database });
    const admin = { ...address, user: server.user, password: server.password, database: 'postgres' };
    await withClient(admin, (client) => createRoles(client, password));
    await withClient(settingsFor('marketplace_app'), load);
    await withClient({ ...admin, database }, async (client) => {
      await client.query('ALTER ROLE marketplace_app NOSUPERUSER');
      await client.query('SELECT pg_stat_statements_reset()');
    });
    return { settingsFor, stop: server.stop };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
