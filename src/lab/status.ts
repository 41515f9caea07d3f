/** What the databases of a lab hold, and whether they answer. */

import type { LabPlace, LabStatus } from '../model/index.js';
import { describeTables } from './describe.js';
import { withClient } from './session.js';
import type { LabNote } from './state.js';

export async function labStatus(note: LabNote, showPasswords: boolean): Promise<LabStatus> {
  const { name, folder, monolith, unsharded, shards } = note;
  const places = [
    { name: 'monolith', dsn: monolith.dsn },
    ...shards.map(({ dsn }, shard) => ({ name: `shard-${shard}`, dsn })),
    { name: 'unsharded', dsn: unsharded.dsn },
  ];
  return { name, folder, places: await Promise.all(places.map((place) => placeNow(place, showPasswords))) };
}

function withoutPassword(dsn: string): string {
  return dsn.replace(/(\/\/[^:@/]*):[^@/]*@/, '$1@');
}

async function placeNow(
  { name, dsn }: { readonly name: string; readonly dsn: string },
  showPasswords: boolean,
): Promise<LabPlace> {
  const place = { name, dsn: showPasswords ? dsn : withoutPassword(dsn) };
  try {
    return await withClient(dsn, async (client) => {
      const { rows } = await client.query<{ version: string; bytes: string }>(
        `SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS bytes`,
      );
      const tables = await describeTables(client);
      let count = 0;
      for (const { sql } of tables) {
        const counted = await client.query<{ count: string }>(`SELECT count(*) FROM ${sql}`);
        count += Number(counted.rows[0]?.count ?? 0);
      }
      const [said] = rows;
      return {
        ...place,
        alive: true,
        version: said?.version ?? '',
        bytes: Number(said?.bytes ?? 0),
        tables: tables.length,
        rows: count,
      };
    });
  } catch {
    return { ...place, alive: false };
  }
}
