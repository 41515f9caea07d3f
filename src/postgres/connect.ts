/**
 * One read-only transaction on a server. Everything is set for the transaction alone, so that it also works behind a pooler
 * that hands out connections by the transaction, and nothing is left behind.
 *
 * Values come as the texts that the server prints: numbers keep all their digits, and null stays null.
 */

import type { Client, ClientConfig } from 'pg';
import { type Address, type Environment, parseDsn } from './dsn.js';
import { connectionError, serverError } from './failures.js';
import { quoteLiteral } from './quoting.js';
import { type Way, waysToConnect } from './tls.js';

export interface SessionOptions {
  readonly dsn: string;
  readonly environment: Environment;
  readonly statementTimeoutMs?: number;
  readonly lockTimeoutMs?: number;
}

export type Row = Readonly<Record<string, string | null>>;

export interface Session {
  /** `what` names the task for error messages. @throws UserError not-allowed, server-failed */
  readonly query: (what: string, sql: string) => Promise<readonly Row[]>;
  /** Like query, but a refusal of the server leaves the transaction alive and gives undefined. */
  readonly attempt: (sql: string) => Promise<readonly Row[] | undefined>;
  readonly close: () => Promise<void>;
}

const second = 1000;

/** @throws UserError bad-dsn, connection-failed, and for certificates that cannot be read */
export async function openSession(options: SessionOptions): Promise<Session> {
  const address = parseDsn(options.dsn, options.environment);
  const client = await connected(address, { types: { getTypeParser: () => (text: unknown) => text } });
  // A connection that breaks between two queries is told by the next one.
  client.on('error', () => {});
  const run = async (sql: string): Promise<readonly Row[]> =>
    (await client.query(sql)).rows as readonly Row[];
  const query: Session['query'] = async (what, sql) => {
    try {
      return await run(sql);
    } catch (error) {
      throw serverError(error, what);
    }
  };
  const attempt: Session['attempt'] = async (sql) => {
    await query('a savepoint', 'SAVEPOINT attempt');
    try {
      const rows = await run(sql);
      await run('RELEASE attempt');
      return rows;
    } catch (error) {
      if (serverError(error, '') === error) throw error;
      await query('a savepoint', 'ROLLBACK TO attempt');
      return undefined;
    }
  };
  const close = async (): Promise<void> => {
    await client.end().catch(() => {});
  };
  try {
    await query('starting to read', begin(options));
    // So that what is captured does not show the capture; only some roles may.
    await attempt(`SET LOCAL pg_stat_statements.track = 'none'`);
  } catch (error) {
    await close();
    throw error;
  }
  return { query, attempt, close };
}

function begin({ statementTimeoutMs = 60 * second, lockTimeoutMs = 5 * second }: SessionOptions): string {
  const settings = {
    statement_timeout: String(statementTimeoutMs),
    lock_timeout: String(lockTimeoutMs),
    idle_in_transaction_session_timeout: String(10 * 60 * second),
    // Definitions then come with every name qualified.
    search_path: 'pg_catalog',
    DateStyle: 'ISO, YMD',
    TimeZone: 'UTC',
    extra_float_digits: '1',
    standard_conforming_strings: 'on',
    quote_all_identifiers: 'off',
  };
  const lines = Object.entries(settings).map(
    ([name, value]) => `SET LOCAL ${name} = ${quoteLiteral(value)};`,
  );
  return `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${lines.join(' ')}`;
}

/**
 * A connection for work of its own, with the driver's own reading of types: nothing is set. `environment` completes the address as libpq does.
 * @throws UserError bad-dsn, connection-failed
 */
export async function connectTo(dsn: string, environment: Environment = {}): Promise<Client> {
  return connected(parseDsn(dsn, environment), {});
}

/**
 * How a pool of connections gets to a server. Where sslmode leaves open whether TLS is used, a connection is tried.
 * @throws UserError bad-dsn, connection-failed
 */
export async function connectionFor(dsn: string, environment: Environment): Promise<ClientConfig> {
  const address = parseDsn(dsn, environment);
  const ways = await waysToConnect(address);
  const [only] = ways;
  if (ways.length === 1 && only !== undefined) return configOf(address, only);
  const client = await connected(address, {});
  const isSafe = 'encrypted' in (client as unknown as { connection: { stream: object } }).connection.stream;
  await client.end();
  return configOf(address, ways.find((way) => (way !== false) === isSafe) ?? false);
}

function configOf(address: Address, ssl: Way): ClientConfig {
  return {
    host: address.host,
    port: address.port,
    database: address.database,
    user: address.user,
    ssl,
    application_name: 'shardwright',
    connectionTimeoutMillis: address.connectTimeoutMs,
    ...(address.password === undefined ? {} : { password: address.password }),
    ...(address.options === undefined ? {} : { options: address.options }),
  };
}

/** The ways that sslmode allows, in its order. */
async function connected(address: Address, reading: Pick<ClientConfig, 'types'>): Promise<Client> {
  const { default: pg } = await import('pg');
  let failure: unknown;
  for (const ssl of await waysToConnect(address)) {
    const client = new pg.Client({
      ...configOf(address, ssl),
      ...reading,
    });
    client.on('error', () => {});
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => {});
      failure = error;
      if (!mayWorkOtherwise(error)) break;
    }
  }
  throw connectionError(failure, address);
}

/** With or without TLS: a server that is not there, or refuses the password, does so either way. */
function mayWorkOtherwise(error: unknown): boolean {
  const { code = '' } = error as { readonly code?: string };
  const notAllowedThisWay = '28000';
  const isServers = /^[0-9A-Z]{5}$/.test(code);
  return isServers
    ? code === notAllowedThisWay
    : !['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT'].includes(code);
}
