/** Real servers for the tests of this room. */

import pg from 'pg';
import { startPostgres } from '../../src/lab/index.js';

export interface Server {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly stop: () => Promise<void>;
}

export async function serverWith(settings: Readonly<Record<string, string | number>> = {}): Promise<Server> {
  return startPostgres({ shared_preload_libraries: 'pg_stat_statements', timezone: 'UTC', ...settings });
}

export function dsnOf(
  { host, port, user, password }: Omit<Server, 'stop'>,
  database: string,
  parameters = '',
): string {
  return `postgresql://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}${parameters}`;
}

export async function run(dsn: string, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: dsn });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
