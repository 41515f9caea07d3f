/** Waiting for what happens elsewhere: until it is so, not for a time that a busy machine outlasts. */

import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

export { pause };

/** @throws {Error} When it is not so after as many seconds. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  seconds = 40,
): Promise<void> {
  const end = Date.now() + 1000 * seconds;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`${what}: not so after ${seconds} s.`);
    await pause(20);
  }
}

/** When as many sessions of the server sleep in pg_sleep. */
export async function untilAsleep(dsn: string, sessions = 1): Promise<void> {
  const client = new pg.Client({ connectionString: dsn });
  await client.connect();
  const text = "select count(*)::int as n from pg_stat_activity where wait_event = 'PgSleep'";
  try {
    await until(
      'sessions that sleep',
      async () => (await client.query<{ n: number }>(text)).rows[0]?.n === sessions,
    );
  } finally {
    await client.end();
  }
}
