/** The servers that steps are for: one connection each, made when it is first needed, all closed at the end. */

import type { Client } from 'pg';
import { type DeployStep, UserError } from '../model/index.js';
import { connectTo, type Environment, serverError } from '../postgres/index.js';

export interface Servers {
  /** The first row's fields as the server prints them. `what` names the task for messages. */
  readonly ask: (
    on: DeployStep['on'],
    what: string,
    sql: string,
  ) => Promise<readonly Readonly<Record<string, string | null>>[]>;
  /** In a transaction of its own, or statement by statement. */
  readonly run: (on: DeployStep['on'], what: string, sql: string, transaction: boolean) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface Addresses {
  readonly coordinator: string;
  readonly shards: readonly string[];
  readonly environment: Environment;
}

/** @throws UserError where the coordinator has no Citus: nothing that its catalogs or EXPLAIN do not say is a finding then */
export async function requireCitus(servers: Servers): Promise<void> {
  const [row] = await servers.ask(
    'coordinator',
    'looking for Citus',
    `SELECT to_regclass('pg_dist_partition') IS NOT NULL AS here`,
  );
  if (row?.here === 't') return;
  throw new UserError(
    'server-failed',
    'This database has no Citus',
    'Name the coordinator with --dsn; "route deploy --engine citus --apply" makes it one, where the package is installed.',
  );
}

/** Who only reads statistics needs other rights. */
function forDeployers(error: unknown): unknown {
  if (!(error instanceof UserError) || error.code !== 'not-allowed') return error;
  return new UserError(
    error.code,
    error.message,
    'Connect as a superuser, or as a role that owns what is named.',
  );
}

/** Texts as the server prints them: a boolean is `t`, a count keeps all its digits. */
const asPrinted = { getTypeParser: () => (text: unknown) => text };

export function serversAt({ coordinator, shards, environment }: Addresses): Servers {
  const clients = new Map<DeployStep['on'], Promise<Client>>();
  const connected = (on: DeployStep['on']): Promise<Client> => {
    const known = clients.get(on);
    if (known !== undefined) return known;
    const dsn = on === 'coordinator' ? coordinator : shards[on];
    if (dsn === undefined)
      throw new UserError(
        'bad-option',
        `shard ${on} has no address`,
        'Give --shard-dsn for every shard, in order.',
      );
    const client = connectTo(dsn, environment);
    clients.set(on, client);
    return client;
  };
  const query = async (on: DeployStep['on'], what: string, sql: string) => {
    const client = await connected(on);
    try {
      return await client.query({ text: sql, types: asPrinted });
    } catch (error) {
      throw forDeployers(serverError(error, what));
    }
  };
  return {
    ask: async (on, what, sql) => (await query(on, what, sql)).rows,
    run: async (on, what, sql, transaction) => {
      if (!transaction) {
        await query(on, what, sql);
        return;
      }
      await query(on, what, 'BEGIN');
      try {
        await query(on, what, sql);
        await query(on, what, 'COMMIT');
      } catch (error) {
        await query(on, what, 'ROLLBACK').catch(() => {});
        throw error;
      }
    },
    close: async () => {
      for (const client of clients.values()) await client.then((one) => one.end()).catch(() => {});
    },
  };
}
