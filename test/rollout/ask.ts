/** One question to a database, by a connection of its own. */

import pg from 'pg';

export async function ask(dsn: string, sql: string) {
  const client = new pg.Client({ connectionString: dsn });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
