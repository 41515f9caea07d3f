/**
 * What the schema of the whole database loses and gains on a shard, and on the unsharded database: tables that live elsewhere
 * go, with the views over them; foreign keys that the rows of one database cannot keep go; key columns that the plan adds come.
 * Unique keys stay: what is unique in all is unique in a part.
 */

import type { Client } from 'pg';
import type { Catalog, Placement, Placements, ShardedPlacement } from '../model/index.js';
import { unenforceable } from '../planner/index.js';
import { quoteIdentifier } from '../postgres/index.js';
import type { LabTable } from './describe.js';

export type Part = 'shard' | 'unsharded';

/** A table that the plan does not name stays in the database that is not sharded. */
export function placementOf(placements: Placements, { name }: LabTable): Placement {
  return placements.get(name) ?? { placement: 'unsharded' };
}

/** Global tables are everywhere. */
export function livesIn(placement: Placement, part: Part): boolean {
  return placement.placement === 'global' || (placement.placement === 'sharded') === (part === 'shard');
}

export async function reshapeSchema(
  client: Client,
  part: Part,
  tables: readonly LabTable[],
  catalog: Catalog,
  placements: Placements,
): Promise<void> {
  const elsewhere = tables.filter((table) => !livesIn(placementOf(placements, table), part));
  const here = tables.filter((table) => !elsewhere.includes(table));
  // Tables of one parent may be gone with it.
  for (const { sql } of elsewhere) await client.query(`DROP TABLE IF EXISTS ${sql} CASCADE`);
  for (const { table, columns, target } of brokenForeignKeys(catalog, placements)) {
    const owner = here.find(({ name }) => name === table);
    const broken = owner?.foreignKeys.filter(
      (key) => key.target === target && key.columns.join() === columns.join(),
    );
    for (const { name } of broken ?? []) {
      await client.query(`ALTER TABLE ${owner?.sql} DROP CONSTRAINT IF EXISTS ${quoteIdentifier(name)}`);
    }
  }
  for (const table of here) {
    const placement = placements.get(table.name);
    if (placement?.placement !== 'sharded' || !needsColumn(table, placement)) continue;
    await client.query(
      `ALTER TABLE ${table.sql} ADD COLUMN ${quoteIdentifier(placement.key)} ${addedType(placement, tables)}`,
    );
    // The key is asked for in every statement.
    await client.query(`CREATE INDEX ON ${table.sql} (${quoteIdentifier(placement.key)})`);
  }
}

function brokenForeignKeys(catalog: Catalog, placements: Placements) {
  return unenforceable(catalog, placements).filter(({ kind }) => kind === 'foreign-key');
}

export function needsColumn({ columns }: LabTable, { key, addKey }: ShardedPlacement): boolean {
  return addKey !== undefined && !columns.some(({ name }) => name === key);
}

function addedType({ addKey, key, keyType }: ShardedPlacement, tables: readonly LabTable[]): string {
  const target = /^.* -> (.*)\.[^.]*$/.exec(addKey?.path.at(-1) ?? '')?.[1];
  const source = tables
    .find(({ name }) => name === target)
    ?.columns.find(({ name }) => name === (addKey?.targetKey ?? key));
  return source?.type ?? keyType ?? 'bigint';
}
