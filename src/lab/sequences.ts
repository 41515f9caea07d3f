/**
 * Sequences on shards: each shard gives out every n-th number, so that no two give out the same. Global tables keep the numbers of
 * the whole database everywhere, since the same rows are inserted everywhere.
 */

import type { Client } from 'pg';
import type { Placements } from '../model/index.js';
import { quoteIdentifier } from '../postgres/index.js';
import type { LabTable } from './describe.js';
import type { Parts } from './parts.js';
import { livesIn, placementOf } from './shard-schema.js';

export async function alignShardSequences(
  { monolith, shards, unsharded }: Parts<Client>,
  tables: readonly LabTable[],
  placements: Placements,
): Promise<void> {
  for (const table of tables) {
    const placement = placementOf(placements, table);
    for (const { name, sequence } of table.columns) {
      if (sequence === undefined) continue;
      const last = await highest(monolith, table, name);
      if (unsharded !== undefined && livesIn(placement, 'unsharded')) {
        await unsharded.query('SELECT setval($1::regclass, $2)', [sequence, last]);
      }
      if (!livesIn(placement, 'shard')) continue;
      const isShared = placement.placement === 'global';
      await Promise.all(
        shards.map(async (client, shard) => {
          if (isShared) await client.query('SELECT setval($1::regclass, $2)', [sequence, last]);
          else
            await client.query(
              `ALTER SEQUENCE ${sequence} INCREMENT BY ${shards.length} RESTART WITH ${BigInt(last) + BigInt(1 + shard)}`,
            );
        }),
      );
    }
  }
}

async function highest(client: Client, { sql }: LabTable, column: string): Promise<string> {
  const { rows } = await client.query<{ last: string }>(
    `SELECT greatest(1, coalesce(max(${quoteIdentifier(column)}), 1))::text AS last FROM ${sql}`,
  );
  return rows[0]?.last ?? '1';
}
