/** Rows that the lab makes and routes: every row where the server's own hash says, nothing lost, nothing twice. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPlanFile } from '../../src/config/index.js';
import { type Lab, type Loaded, loadLab, startLab } from '../../src/lab/index.js';
import type { Placements } from '../../src/model/index.js';
import { connectTo, quoteIdentifier } from '../../src/postgres/index.js';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const cases = [
  { name: 'marketplace', folder: at('fixtures/marketplace'), plan: at('reports/marketplace/shardplan.json') },
  { name: 'awkward', folder: at('fixtures/lab/awkward'), plan: at('fixtures/lab/awkward/shardplan.json') },
].filter(({ folder }) => existsSync(folder));

async function asking<T>(dsn: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connectTo(dsn);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const sqlName = (table: string): string => quoteIdentifier(...table.split('.'));

/** Of all rows of a table whatever their order, without columns that only shards have. */
async function digest(dsns: readonly string[], table: string, columns: readonly string[]): Promise<string[]> {
  const rows = await Promise.all(
    dsns.map((dsn) =>
      asking(dsn, async (client) => {
        const list = columns.map((column) => quoteIdentifier(column)).join(', ');
        const sql = `SELECT md5(row(${list})::text) AS digest FROM ${sqlName(table)}`;
        return (await client.query<{ digest: string }>(sql)).rows.map((row) => row.digest);
      }),
    ),
  );
  return rows.flat().sort();
}

async function columnsOf(dsn: string, table: string): Promise<string[]> {
  const sql = `SELECT attname::text AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 ORDER BY attnum`;
  return asking(dsn, async (client) =>
    (await client.query(sql, [sqlName(table)])).rows.map(({ name }) => name),
  );
}

describe.each(cases)('$name', ({ folder, plan }) => {
  let lab: Lab;
  let again: Lab;
  let loaded: Loaded;
  let placements: Placements;

  beforeAll(async () => {
    placements = (await readPlanFile(plan)).tables;
    [lab, again] = await Promise.all([startLab({ shards: 3 }), startLab({ shards: 0 })]);
    const request = { inputs: [folder], placements, scale: 0.3 };
    loaded = await loadLab(lab, request);
    await loadLab({ monolith: again.monolith, role: again.role, shards: [] }, request);
  });

  afterAll(async () => {
    await lab?.stop();
    await again?.stop();
  });

  test('every table has rows', () => {
    expect(loaded.notes.filter((note) => !note.startsWith('left out'))).toEqual([]);
    expect(loaded.tables.filter(({ monolith }) => monolith === 0)).toEqual([]);
    expect(loaded.tables.map(({ table }) => table).sort()).toEqual([...placements.keys()].sort());
  });

  test('the same seed makes the same rows', async () => {
    for (const { table } of loaded.tables) {
      const columns = await columnsOf(lab.monolith.dsn, table);
      expect(await digest([again.monolith.dsn], table, columns), table).toEqual(
        await digest([lab.monolith.dsn], table, columns),
      );
    }
  });

  test('sharded rows are on one shard each, global ones everywhere, unsharded ones beside', async () => {
    const shards = lab.shards.map(({ dsn }) => dsn);
    const places = {
      sharded: [shards],
      unsharded: [[lab.unsharded.dsn]],
      global: [...shards.map((dsn) => [dsn]), [lab.unsharded.dsn]],
    };
    for (const { table, placement } of loaded.tables) {
      const columns = await columnsOf(lab.monolith.dsn, table);
      const whole = await digest([lab.monolith.dsn], table, columns);
      for (const place of places[placement])
        expect(await digest(place, table, columns), table).toEqual(whole);
    }
  });

  test('the server would put each row into the hash partition of its shard', async () => {
    for (const [table, placement] of placements) {
      if (placement.placement !== 'sharded') continue;
      for (const [shard, { dsn }] of lab.shards.entries()) {
        await asking(dsn, async (client) => {
          const key = quoteIdentifier(placement.key);
          await client.query(`CREATE TEMP TABLE keys (key ${placement.keyType}) PARTITION BY HASH (key)`);
          const sql = `SELECT count(*) AS astray FROM ${sqlName(table)}
            WHERE NOT satisfies_hash_partition('keys'::regclass, ${lab.shards.length}, ${shard}, ${key})`;
          expect((await client.query(sql)).rows, `${table} on shard ${shard}`).toEqual([{ astray: '0' }]);
        });
      }
    }
  });

  test('a database that holds anything is refused', async () => {
    await expect(loadLab(lab, { inputs: [folder], placements })).rejects.toMatchObject({
      code: 'database-not-empty',
    });
  });
});

describe('the marketplace on shards', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ shards: 2 });
    const plan = await readPlanFile(at('reports/marketplace/shardplan.json'));
    await loadLab(lab, { inputs: [at('fixtures/marketplace')], placements: plan.tables, scale: 0.2 });
  });
  afterAll(() => lab?.stop());

  test('rows that belong together agree in their user', async () => {
    const sql = `SELECT count(*) AS payments, count(*) FILTER (WHERE p.user_id = o.user_id) AS agreeing
      FROM payments p JOIN orders o ON o.id = p.order_id`;
    const { rows } = await asking(lab.monolith.dsn, (client) => client.query(sql));
    expect(Number(rows[0].payments)).toBeGreaterThan(10);
    expect(rows[0].agreeing).toBe(rows[0].payments);
  });

  test('foreign keys that one shard can keep are there, others are not', async () => {
    const sql = `SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = 'cart_items'::regclass`;
    const { rows } = await asking(lab.shards[0]?.dsn ?? '', (client) => client.query(sql));
    expect(rows.map(({ conname }) => conname)).toEqual(['cart_items_user_id_cart_id_fkey']);
  });

  test('two shards do not give out the same number', async () => {
    const next = `SELECT nextval(pg_get_serial_sequence('orders', 'id')) AS id FROM generate_series(1, 5)`;
    const ids = await Promise.all(
      lab.shards.map(({ dsn }) =>
        asking(dsn, async (client) => (await client.query(next)).rows.map(({ id }) => id)),
      ),
    );
    expect(new Set(ids.flat()).size).toBe(10);
    const taken = await asking(lab.monolith.dsn, (client) =>
      client.query('SELECT count(*) AS taken FROM orders WHERE id = ANY ($1)', [ids.flat()]),
    );
    expect(taken.rows).toEqual([{ taken: '0' }]);
  });
});
