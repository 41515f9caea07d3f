/** One database behind the pool: its connections, how many there may be and how long anything may wait. */

import type { Client, CustomTypesConfig, Pool, PoolClient, PoolConfig, QueryConfig, QueryResult } from 'pg';
import type { Ask } from '../fitness/index.js';
import { UserError } from '../model/index.js';
import {
  connectionFor,
  connectTo,
  type Environment,
  isRefusedLogin,
  parseDsn,
  whyUnreached,
} from '../postgres/index.js';
import { DatabaseUnavailable, DatabaseUnfit, nameOf } from './errors.js';
import type { Limits, Place } from './types.js';

export const defaultLimits: Limits = {
  connections: 10,
  waiting: 1000,
  connectMs: 5000,
  statementMs: 0,
  idleMs: 30_000,
};

export interface Database {
  readonly place: Place;
  readonly query: (ask: QueryConfig) => Promise<QueryResult>;
  /** A connection for several statements; it is given back afterwards, or closed when `work` failed badly. */
  readonly withClient: <T>(work: (client: PoolClient) => Promise<T>) => Promise<T>;
  /** On a connection beside the pool's, for when all of these may be waiting for what is done there. */
  readonly apart: <T>(work: (client: Client) => Promise<T>) => Promise<T>;
  /** SQL names, without length, of types by OID. */
  readonly typeNames: (oids: readonly number[]) => Promise<readonly string[]>;
  /** No connection that is open now serves anybody after whom it serves. */
  readonly renew: () => void;
  readonly end: () => Promise<void>;
}

export interface DatabaseOptions {
  readonly dsn: string;
  readonly environment: Environment;
  readonly limits: Limits;
  /** Why a new connection may not be used. `version` as the server writes it. */
  readonly unfit: (ask: Ask, version: string) => Promise<string | undefined>;
}

/** @throws UserError for an address that cannot be read */
export function openDatabase(place: Place, options: DatabaseOptions): Database {
  const { dsn, environment, limits } = options;
  mustBeReadable(place, dsn, environment);
  let opening: Promise<Pool> | undefined;
  let hasEnded = false;
  let lookedAt = new WeakSet<PoolClient>();
  /** A connection that was looked at: the server may be set otherwise by now, or be another one. */
  const fitClient = async (pool: Pool): Promise<PoolClient> => {
    const client = await connected(place, pool);
    if (lookedAt.has(client)) return client;
    const looked = lookedAt;
    try {
      const reason = await whyUnfit(client, options);
      if (reason !== undefined) throw new DatabaseUnfit(place, reason);
    } catch (error) {
      client.release(true);
      throw isBroken(error) ? unreached(place, error) : error;
    }
    // What was found out before all were renewed is outdated.
    looked.add(client);
    if (lookedAt === looked) return client;
    client.release(true);
    return fitClient(pool);
  };
  const opened = async (): Promise<Pool> => {
    if (hasEnded) throw new Error('the pool has ended');
    opening ??= openPool(dsn, environment, limits).catch((error: unknown) => {
      // The next statement tries again.
      opening = undefined;
      throw unreached(place, error);
    });
    return opening;
  };
  const withClient: Database['withClient'] = async (work) => {
    const pool = await opened();
    if (pool.waitingCount >= limits.waiting)
      throw new DatabaseUnavailable(place, {
        code: '53300',
        reason: `has ${limits.waiting} statements waiting already`,
        fix: 'ask for less at once, or raise limits.waiting',
      });
    const client = await fitClient(pool);
    // A connection that breaks while it is in use fails the statement that it runs.
    let farewell: unknown;
    const heard = (error: unknown): void => {
      farewell ??= error;
    };
    client.on('error', heard);
    let broken: Error | undefined;
    try {
      return await work(client);
    } catch (error) {
      broken = isServerError(error) ? undefined : (error as Error);
      throw isBroken(error) ? wentAway(place, farewell ?? error) : error;
    } finally {
      client.off('error', heard);
      client.release(broken);
    }
  };
  const query: Database['query'] = (ask) => withClient((client) => client.query(ask));
  const known = new Map<number, string>();
  return {
    place,
    query,
    withClient,
    apart: async (work) => {
      const client = await connectTo(dsn, environment).catch((error: unknown) => {
        throw unreached(place, error);
      });
      client.on('error', ignored);
      try {
        return await work(client);
      } finally {
        await client.end().catch(ignored);
      }
    },
    typeNames: async (oids) => {
      const missing = oids.filter((oid) => !known.has(oid));
      if (missing.length > 0) {
        const { rows } = await query({
          text: 'SELECT o::int8::text AS oid, format_type(o, -1) AS name FROM unnest($1::oid[]) AS o',
          values: [missing],
        });
        for (const { oid, name } of rows as { oid: string; name: string }[]) known.set(Number(oid), name);
      }
      return oids.map((oid) => known.get(oid) ?? 'text');
    },
    renew: () => {
      lookedAt = new WeakSet();
    },
    end: async () => {
      hasEnded = true;
      const pool = await opening?.catch(() => undefined);
      opening = undefined;
      await pool?.end();
    },
  };
}

function ignored(): void {}

function mustBeReadable(place: Place, dsn: string, environment: Environment): void {
  try {
    parseDsn(dsn, environment);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.code, `${nameOf(place)}: ${error.message}`, error.hint);
  }
}

async function openPool(dsn: string, environment: Environment, limits: Limits): Promise<Pool> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    ...(await connectionFor(dsn, environment)),
    max: limits.connections,
    connectionTimeoutMillis: limits.connectMs,
    idleTimeoutMillis: limits.idleMs,
    ...(limits.statementMs === 0 ? {} : { statement_timeout: limits.statementMs }),
  } satisfies PoolConfig);
  // An idle connection that the server closed is replaced by the next statement's.
  pool.on('error', ignored);
  return pool;
}

async function connected(place: Place, pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    const isFull =
      /timeout exceeded when trying to connect/.test((error as Error).message) && pool.totalCount > 0;
    throw isFull ? noneFree(place, error) : unreached(place, error);
  }
}

function noneFree(place: Place, cause: unknown): DatabaseUnavailable {
  return new DatabaseUnavailable(place, {
    code: '53300',
    reason: 'had no connection free in time',
    fix: 'shorten transactions, or raise limits.connections or limits.connectMs',
    cause,
  });
}

/** What a server says when it ends a transaction that does nothing: that is rolled back then. */
const idleInTransaction = '25P03';

export function wentAway(place: Place, cause: unknown): DatabaseUnavailable {
  const { sqlstate } = whyUnreached(cause);
  if (sqlstate === idleInTransaction)
    return new DatabaseUnavailable(place, {
      code: idleInTransaction,
      reason: 'ended the transaction, which had done nothing for too long',
      fix: 'do less between its statements, or raise idle_in_transaction_session_timeout',
      cause,
    });
  return new DatabaseUnavailable(place, {
    code: '08006',
    reason: 'went away while a statement ran',
    fix: 'look whether the statement was executed before repeating it',
    inDoubt: true,
    cause,
  });
}

/** Why, in the words of the server or the system: they name roles and databases, and no password. */
function unreached(place: Place, cause: unknown): DatabaseUnavailable {
  const { sqlstate = '', reason, hint: fix } = whyUnreached(cause);
  if (isRefusedLogin(sqlstate))
    return new DatabaseUnavailable(place, {
      code: sqlstate,
      reason: `refuses the login: ${reason}`,
      fix,
      cause,
    });
  const code = sqlstate === '53300' ? sqlstate : '08006';
  return new DatabaseUnavailable(place, { code, reason: `cannot be reached: ${reason}`, fix, cause });
}

async function whyUnfit(client: PoolClient, { unfit }: DatabaseOptions): Promise<string | undefined> {
  client.on('error', ignored);
  try {
    const ask = askerOf(client);
    const [[version] = []] = (await ask('SHOW server_version')) ?? [];
    return await unfit(ask, version ?? '');
  } finally {
    client.off('error', ignored);
  }
}

const asText: CustomTypesConfig = { getTypeParser: () => (text: unknown) => text };

function askerOf(client: PoolClient): Ask {
  return async (text) => {
    try {
      return (await client.query<string[]>({ text, rowMode: 'array', types: asText })).rows;
    } catch (error) {
      if (isServerError(error)) return undefined;
      throw error;
    }
  };
}

const sqlstate = /^[0-9A-Z]{5}$/;

function isServerError(error: unknown): boolean {
  return sqlstate.test((error as { readonly code?: string }).code ?? '') && !isBroken(error);
}

/** The connection is gone: the server stopped, or somebody ended the session. */
export function isBroken(error: unknown): boolean {
  const { code = '', message = '' } = error as { readonly code?: string; readonly message?: string };
  return (
    /^(?:57P0[1235]|25P03|ECONN|EPIPE|ETIMEDOUT)/.test(code) ||
    /^Connection terminated|^Client has encountered/.test(message)
  );
}
