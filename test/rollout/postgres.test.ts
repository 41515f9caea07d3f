/** Plain PostgreSQL on a monolith and four shards: every partition holds the rows that the map has there, and nothing is lost. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { renderDriftJson, renderRolloutVerificationJson } from '../../src/contract/index.js';
import { driftSchema, rolloutVerificationSchema } from '../../src/contract/rollout.js';
import { deployment } from '../../src/engines/index.js';
import { type Lab, startLab } from '../../src/lab/index.js';
import type { Deployment, DeployStep } from '../../src/model/index.js';
import { driftOf, serversAt, takeSteps, verifyRollout } from '../../src/rollout/index.js';
import { canonicalKeyValue, initialMap, type KeyFamily, shardOf } from '../../src/topology/index.js';
import { shop, shopSchema } from '../engines/deployments.js';
import { ask } from './ask.js';

const SHARDS = 4;
const tool = { name: 'shardwright', version: '0.1.0' };
let lab: Lab;
let made: Deployment;

const data = `
INSERT INTO countries SELECT 'c' || n, 'Country ' || n FROM generate_series(1, 20) n;
INSERT INTO users (email, country) SELECT 'user' || n || '@example.org', 'c' || (n % 20 + 1) FROM generate_series(1, 1500) n;
INSERT INTO users (id, email, country) VALUES (-7, 'minus@example.org', 'c1'), (9223372036854775807, 'most@example.org', 'c2');
INSERT INTO orders (user_id, total, note) SELECT n % 1500 + 1, n / 10.0, CASE n % 3 WHEN 0 THEN NULL ELSE 'note ' || n END FROM generate_series(1, 4000) n;
INSERT INTO order_items (order_id, title, quantity, price) SELECT n % 4000 + 1, 'item ' || n, n % 5 + 1, n FROM generate_series(1, 6000) n;
INSERT INTO devices SELECT gen_random_uuid(), now(), 'agent ' || n FROM generate_series(1, 1000) n;
INSERT INTO pages SELECT 'página/' || n, 'body', n / 7.0 FROM generate_series(1, 1000) n;
INSERT INTO flags SELECT 'flag' || n, n, true FROM generate_series(1, 10) n;
`;

const addresses = () => ({
  coordinator: lab.monolith.adminDsn,
  shards: lab.shards.map(({ adminDsn }) => adminDsn),
  environment: {},
});

async function take(steps: readonly DeployStep[], dryRun = false) {
  const servers = serversAt(addresses());
  try {
    return await takeSteps(servers, steps, dryRun, () => {});
  } finally {
    await servers.close();
  }
}

const addressOf = (dsn: string) => {
  const { hostname, port, pathname, username } = new URL(dsn);
  return { host: hostname, port: Number(port), database: pathname.slice(1), user: username };
};

beforeAll(async () => {
  lab = await startLab({ shards: SHARDS, database: 'shop' });
  await ask(lab.monolith.adminDsn, shopSchema);
  await ask(lab.monolith.adminDsn, data);
  const input = {
    ...(await shop([], { shards: SHARDS })),
    coordinator: addressOf(lab.monolith.adminDsn),
    servers: lab.shards.map(({ adminDsn }) => addressOf(adminDsn)),
  };
  made = deployment('postgres', input, {
    schema: shopSchema,
    passwords: lab.shards.map(({ adminDsn }) => decodeURIComponent(new URL(adminDsn).password)),
  });
}, 60_000);
afterAll(() => lab?.stop());

const tables = [
  ['users', 'id', 'integer', 1502],
  ['orders', 'user_id', 'integer', 4000],
  ['order_items', 'user_id', 'integer', 6000],
  ['devices', 'device', 'uuid', 1000],
  ['pages', 'slug', 'text', 1000],
] as const;

async function onShards(table: string, column: string) {
  return Promise.all(
    lab.shards.map(({ adminDsn }) => ask(adminDsn, `SELECT ${column}::text AS key FROM ${table}`)),
  );
}

it('a dry run changes nothing', async () => {
  const events = await take(made.steps, true);
  expect(events.filter(({ state }) => state === 'to-do').length).toBeGreaterThan(40);
  expect(await ask(lab.monolith.adminDsn, `SELECT FROM pg_extension WHERE extname = 'postgres_fdw'`)).toEqual(
    [],
  );
});

it('ended in the middle, it is taken up where it ended; each partition then has what the map has there', async () => {
  // As if the run had been killed after each of these steps.
  const places = ['fill-key:public.order_items', 'copy:public.orders:1', 'take-place:public.users'];
  for (const place of places) {
    const at = made.steps.findIndex(({ id }) => id === place);
    expect(at, place).toBeGreaterThan(0);
    await take(made.steps.slice(0, at + 1));
  }
  await take(made.steps);
  const map = initialMap(SHARDS);
  for (const [table, column, family, count] of tables) {
    const rows = await onShards(table, column);
    expect(rows.flat()).toHaveLength(count);
    rows.forEach((some, shard) => {
      expect(some.length, `${table} on ${shard}`).toBeGreaterThan(0);
      for (const { key } of some) {
        const value = canonicalKeyValue(
          family as KeyFamily,
          { integer: 'bigint', uuid: 'uuid', text: 'text' }[family],
          key,
        );
        if (value === undefined) throw new Error(`no ${family}: ${key}`);
        expect(shardOf(map, 'any', value)).toBe(shard);
      }
    });
  }
}, 60_000);

it('taken again, it does nothing', async () => {
  const events = await take(made.steps);
  expect(events.filter(({ state }) => state === 'applied').map(({ step }) => step.id)).toEqual([]);
});

it('the tables are still there, rows and all, and nothing ran twice', async () => {
  const [kept] = await ask(
    lab.monolith.adminDsn,
    'SELECT count(*)::int AS rows, sum(items)::int AS items FROM shardwright_before.orders',
  );
  const [now] = await ask(
    lab.monolith.adminDsn,
    'SELECT count(*)::int AS rows, sum(items)::int AS items FROM orders',
  );
  // The trigger that counts items ran when they were written, not when they were copied.
  expect(now).toEqual(kept);
  expect(now.rows).toBe(4000);
});

it('applications go on: numbers continue, views and triggers work, rows go to their shard', async () => {
  const { dsn } = { dsn: lab.monolith.adminDsn };
  const [user] = await ask(
    dsn,
    `INSERT INTO users (email, country) VALUES ('new@example.org', 'c1') RETURNING id::text`,
  );
  expect(user.id).toBe('1501');
  const [order] = await ask(
    dsn,
    `INSERT INTO orders (user_id, total) VALUES (${user.id}, 1000) RETURNING id::int`,
  );
  expect(order.id).toBe(4001);
  await ask(
    dsn,
    `INSERT INTO order_items (order_id, user_id, title, quantity, price) VALUES (${order.id}, ${user.id}, 'x', 3, 2)`,
  );
  expect(await ask(dsn, `SELECT items FROM orders WHERE user_id = ${user.id}`)).toEqual([{ items: 3 }]);
  expect(await ask(dsn, `SELECT count(*)::int FROM big_orders WHERE user_id = ${user.id}`)).toEqual([
    { count: 1 },
  ]);
  const plan = (await ask(dsn, `EXPLAIN SELECT * FROM orders WHERE user_id = ${user.id}`))
    .map((row) => row['QUERY PLAN'])
    .join('\n');
  expect(plan.match(/Foreign Scan/g)).toHaveLength(1);
});

async function onServers<T>(work: (servers: ReturnType<typeof serversAt>) => Promise<T>): Promise<T> {
  const servers = serversAt(addresses());
  try {
    return await work(servers);
  } finally {
    await servers.close();
  }
}

it('verified, every partition agrees with the map; a row that is put on another shard is found', async () => {
  const found = await onServers((servers) => verifyRollout(servers, made));
  expect(found.checks.filter(({ outcome }) => outcome !== 'agrees')).toEqual([]);
  expect(found.checks).toHaveLength(tables.length * SHARDS);
  await ask(lab.shards[1]?.adminDsn ?? '', 'ALTER TABLE pages DROP CONSTRAINT shardwright_shard');
  const [stray] = await ask(
    lab.shards[1]?.adminDsn ?? '',
    `INSERT INTO pages SELECT slug, body, rank FROM (VALUES ('a', 'b', 1.0), ('b', 'b', 1.0), ('c', 'b', 1.0), ('d', 'b', 1.0)) v (slug, body, rank) RETURNING slug`,
  );
  expect(stray).toBeDefined();
  const after = await onServers((servers) => verifyRollout(servers, made));
  rolloutVerificationSchema.parse(JSON.parse(renderRolloutVerificationJson(after, tool)));
  expect(after.holds).toBe(false);
  expect(after.checks.filter(({ outcome }) => outcome === 'differs').map(({ subject }) => subject)).toEqual([
    'public.pages on shard 1',
  ]);
  await ask(lab.shards[1]?.adminDsn ?? '', `DELETE FROM pages WHERE slug IN ('a', 'b', 'c', 'd')`);
});

it('drift is seen on the coordinator and on the shards', async () => {
  const drift = async () => {
    const report = await onServers((servers) => driftOf(servers, made));
    driftSchema.parse(JSON.parse(renderDriftJson(report, tool)));
    return report.differences.map(({ code, subject }) => `${code} ${subject}`);
  };
  // The test before took it away.
  expect(await drift()).toEqual(['guard public.pages on shard 1']);
  await ask(lab.shards[2]?.adminDsn ?? '', 'ALTER TABLE orders ADD COLUMN extra text');
  await ask(lab.monolith.adminDsn, `ALTER SERVER shardwright_shard_3 OPTIONS (SET port '1')`);
  await ask(lab.monolith.adminDsn, 'ALTER TABLE devices DETACH PARTITION shardwright_parts.devices_on_0');
  await ask(lab.monolith.adminDsn, 'CREATE TABLE notes (id bigint)');
  await ask(
    lab.shards[0]?.adminDsn ?? '',
    'CREATE TABLE notes (id bigint); ALTER TABLE users DROP CONSTRAINT users_email_key; ALTER TABLE users DROP CONSTRAINT shardwright_shard',
  );
  expect(await drift()).toEqual([
    'server shardwright_shard_3',
    'partition public.devices',
    'unique public.users on shard 0',
    'not-in-plan public.notes on shard 0',
    'columns public.orders on shard 2',
    'guard public.users on shard 0',
    'guard public.pages on shard 1',
    'not-in-plan public.notes',
  ]);
});

it('what the rules say of plain PostgreSQL is what it does', async () => {
  const dsn = lab.monolith.adminDsn;
  const port = new URL(lab.shards[3]?.adminDsn ?? '').port;
  await ask(dsn, `ALTER SERVER shardwright_shard_3 OPTIONS (SET port '${port}')`);
  const refusal = (sql: string) =>
    ask(dsn, sql).then(
      () => 'taken',
      (error: Error) => error.message,
    );
  expect(
    await refusal(`INSERT INTO users (id, email, country) VALUES (3, 'x', 'c1') ON CONFLICT (id) DO NOTHING`),
  ).toMatch(/no unique or exclusion constraint/);
  expect(
    await refusal('MERGE INTO pages p USING countries c ON p.slug = c.code WHEN MATCHED THEN DELETE'),
  ).toMatch(/MERGE|cannot/i);
  // Without the constraint the row stays on its shard under a key that belongs on another, and is found no more.
  expect(await refusal(`UPDATE pages SET slug = slug || '!'`)).toMatch(
    /violates check constraint "shardwright_shard"/,
  );
});
