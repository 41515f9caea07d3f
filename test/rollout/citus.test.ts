/** Citus as far as a server without it allows: its functions as stubs that record, and refuse what its sources refuse. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployment } from '../../src/engines/index.js';
import { startPostgres } from '../../src/lab/index.js';
import type { Deployment, DeployStep, StatementOutcome } from '../../src/model/index.js';
import { driftOf, serversAt, takeSteps, taskCount, verifyRollout } from '../../src/rollout/index.js';
import { fileOf, marketplace, shop, shopSchema } from '../engines/deployments.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const stub = readFileSync(`${here}citus-stub.sql`, 'utf8');
const root = fileURLToPath(new URL('../../', import.meta.url));

let server: Awaited<ReturnType<typeof startPostgres>>;
let made: Deployment;

const dsnOf = (database: string) =>
  `postgresql://${server.user}:${server.password}@${server.host}:${server.port}/${database}`;

async function ask(database: string, sql: string) {
  const client = new pg.Client({ connectionString: dsnOf(database) });
  await client.connect();
  try {
    const result = await client.query(sql);
    return result.rows ?? [];
  } finally {
    await client.end();
  }
}

async function onServers<T>(
  database: string,
  work: (servers: ReturnType<typeof serversAt>) => Promise<T>,
): Promise<T> {
  const servers = serversAt({ coordinator: dsnOf(database), shards: [], environment: {} });
  try {
    return await work(servers);
  } finally {
    await servers.close();
  }
}

const take = (database: string, steps: readonly DeployStep[]) =>
  onServers(database, (servers) => takeSteps(servers, steps, false, () => {}));

beforeAll(async () => {
  server = await startPostgres();
  for (const [name, schema] of [
    ['shop', shopSchema],
    [
      'marketplace',
      readFileSync(`${root}fixtures/marketplace/schema.sql`, 'utf8').replaceAll(/^\\.*$/gm, ''),
    ],
  ] as const) {
    await ask('postgres', `CREATE DATABASE ${name}`);
    await ask(name, schema);
    await ask(name, stub);
  }
  await ask(
    'shop',
    `INSERT INTO countries VALUES ('c', 'C'); INSERT INTO users (email, country) VALUES ('a', 'c'); INSERT INTO orders (user_id, total) VALUES (1, 2); INSERT INTO order_items (order_id, title, quantity, price) SELECT 1, 'x', 1, 1 FROM generate_series(1, 12000)`,
  );
  made = deployment('citus', await shop());
}, 60_000);
afterAll(() => server?.stop());

it('a server without Citus is told, and never called one that holds what the plan says', async () => {
  await onServers('postgres', async (servers) => {
    await expect(driftOf(servers, made)).rejects.toThrow('has no Citus');
    await expect(verifyRollout(servers, made)).rejects.toThrow('has no Citus');
  });
});

describe('steps', () => {
  it('ended anywhere, are taken up again, and everything stands as the plan has it', async () => {
    for (let at = 3; at < made.steps.length; at += 5) await take('shop', made.steps.slice(0, at));
    await take('shop', made.steps);
    expect(await onServers('shop', (servers) => driftOf(servers, made))).toMatchObject({ differences: [] });
    const calls = (await ask('shop', 'SELECT call FROM calls ORDER BY at')).map(({ call }) => call);
    expect(calls).toEqual([
      'reference countries',
      'devices by device',
      'users by id',
      'orders by user_id',
      'order_items by user_id',
      'pages by slug',
    ]);
    expect(await ask('shop', 'SELECT count(*)::int FROM order_items WHERE user_id = 1')).toEqual([
      { count: 12_000 },
    ]);
    const again = await take('shop', made.steps);
    expect(again.filter(({ state }) => state === 'applied')).toEqual([]);
  }, 60_000);

  it('of the marketplace run unchanged, with its triggers and the view that groups by a primary key alone', async () => {
    const { steps } = await marketplace('citus');
    await ask('marketplace', 'ALTER VIEW order_summaries SET (security_barrier = true)');
    await take('marketplace', steps);
    const [view] = await ask(
      'marketplace',
      `SELECT pg_get_viewdef(oid) AS query, reloptions AS options FROM pg_class WHERE relname = 'order_summaries'`,
    );
    expect(view.query).toMatch(/GROUP BY o\.id, o\.user_id, o\.shop_id, o\.status/);
    expect(view.options).toEqual(['security_barrier=true']);
    expect(
      (
        await onServers('marketplace', async (servers) =>
          driftOf(servers, { ...(await marketplace('citus')) }),
        )
      ).differences,
    ).toEqual([]);
  }, 60_000);

  it('as files say the same', async () => {
    const all = ['01-changes.sql', '02-nodes.sql', '03-distribute.sql']
      .map((name) => fileOf(made, name))
      .join('\n');
    for (const { sql } of made.steps) expect(all).toContain(sql);
  });
});

describe('drift', () => {
  it.each([
    [
      `UPDATE pg_dist_partition SET partkey = 'id' WHERE logicalrelid = 'orders'::regclass`,
      'placement',
      'public.orders',
    ],
    [
      `UPDATE pg_dist_partition SET colocationid = 99 WHERE logicalrelid = 'order_items'::regclass`,
      'apart',
      'public.order_items',
    ],
    [
      `DELETE FROM pg_dist_partition WHERE logicalrelid = 'countries'::regclass`,
      'placement',
      'public.countries',
    ],
    [`INSERT INTO pg_dist_partition VALUES ('flags', 'n', NULL, 1, 't')`, 'placement', 'public.flags'],
    [`DELETE FROM pg_dist_node WHERE nodename = 'shard-2'`, 'node-missing', 'shard-2:5432'],
    [`UPDATE pg_dist_node SET isactive = false WHERE nodename = 'shard-1'`, 'node-inactive', 'shard-1:5432'],
  ])('%s', async (sql, code, subject) => {
    await ask(
      'shop',
      `CREATE TABLE kept_parts AS TABLE pg_dist_partition; CREATE TABLE kept_nodes AS TABLE pg_dist_node; ${sql}`,
    );
    const { differences } = await onServers('shop', (servers) => driftOf(servers, made));
    await ask(
      'shop',
      'DELETE FROM pg_dist_partition; INSERT INTO pg_dist_partition TABLE kept_parts; DELETE FROM pg_dist_node; INSERT INTO pg_dist_node TABLE kept_nodes; DROP TABLE kept_parts, kept_nodes',
    );
    expect(differences).toEqual([expect.objectContaining({ code, subject })]);
  });
});

// As EXPLAIN (COSTS OFF, FORMAT JSON) has it on Citus.
const distributed = (tasks: number, around: object = {}) =>
  JSON.stringify([
    {
      Plan: {
        'Node Type': 'Custom Scan',
        'Custom Plan Provider': 'Citus Adaptive',
        'Distributed Query': {
          ...around,
          Job: {
            'Task Count': tasks,
            'Tasks Shown': `One of ${tasks}`,
            Tasks: [
              {
                Node: 'host=localhost',
                'Remote Plan': [[{ Plan: { 'Node Type': 'Seq Scan', 'Task Count': 99 } }]],
              },
            ],
          },
        },
      },
    },
  ]);

describe('task counts', () => {
  it('are those of the plan, of its subplans, and of what it depends on; not of the workers', () => {
    expect(taskCount(distributed(1))).toBe(1);
    expect(taskCount(distributed(32))).toBe(32);
    expect(
      taskCount(
        distributed(1, {
          Subplans: [{ 'Intermediate Data Size': 1, PlannedStmt: JSON.parse(distributed(32)) }],
        }),
      ),
    ).toBe(32);
    expect(
      taskCount(distributed(1, { 'Dependent Jobs': [{ 'Map Task Count': 4, 'Merge Task Count': 4 }] })),
    ).toBe(4);
    expect(taskCount('[{"Plan": {"Node Type": "Seq Scan"}}]')).toBeUndefined();
  });

  const statement = (text: string, verdict: StatementOutcome['verdict']): StatementOutcome => ({
    id: text,
    text,
    calls: 1,
    verdict,
    tables: [],
    outcome: 'supported',
    rule: '',
    reason: '',
    source: { file: 'x', line: 1 },
  });

  it('that contradict a verdict are a failure; a verdict that was too careful is none', async () => {
    const text = 'SELECT * FROM orders WHERE user_id = $1 AND total > $2 AND note = $3';
    const answers = async (plan: string, verdict: StatementOutcome['verdict']) => {
      const servers = {
        ask: async (_: unknown, __: string, sql: string) =>
          sql.startsWith('EXPLAIN') ? [{ 'QUERY PLAN': plan }] : [{ here: 't' }],
        run: async () => {},
        close: async () => {},
      };
      const found = await verifyRollout(servers, {
        ...made,
        tables: [],
        statements: [statement(text, verdict)],
      });
      return [found.holds, found.checks[0]?.outcome];
    };
    expect(await answers(distributed(1), 'single-shard')).toEqual([true, 'agrees']);
    expect(await answers(distributed(32), 'single-shard')).toEqual([false, 'differs']);
    expect(await answers(distributed(32), 'scatter')).toEqual([true, 'agrees']);
    expect(await answers(distributed(1), 'cross-shard')).toEqual([true, 'cautious']);
  });

  it('are asked for with a value of its type for every parameter, and nothing is run', async () => {
    const texts = [
      'SELECT * FROM orders WHERE user_id = $1 AND total > $2 AND note = $3',
      'INSERT INTO devices VALUES ($1, $2, $3)',
      'SELECT * FROM users WHERE id = ANY ($1) AND created_at BETWEEN $2 AND $3',
      'DELETE FROM pages WHERE slug = $1 AND rank < $2',
    ];
    const before = await ask(
      'shop',
      'SELECT (SELECT count(*) FROM devices) + (SELECT count(*) FROM pages) AS rows',
    );
    const { checks } = await onServers('shop', (servers) =>
      verifyRollout(servers, {
        ...made,
        tables: [],
        statements: texts.map((text) => statement(text, 'single-shard')),
      }),
    );
    // The stub has Citus's catalogs, and PostgreSQL's plans.
    expect(checks.map(({ outcome, found }) => `${outcome}: ${found}`)).toEqual(
      texts.map(() => 'agrees: no distributed plan'),
    );
    expect(
      await ask('shop', 'SELECT (SELECT count(*) FROM devices) + (SELECT count(*) FROM pages) AS rows'),
    ).toEqual(before);
  });
});

it('rows that lie on another shard than their key’s, and tables that are not distributed, are found', async () => {
  const look = async (tables = made.tables) => {
    const { holds, checks } = await onServers('shop', (servers) =>
      verifyRollout(servers, { ...made, tables, statements: [] }),
    );
    return [holds, ...checks.filter(({ outcome }) => outcome === 'differs').map(({ found }) => found)];
  };
  expect(await look()).toEqual([true]);
  await ask('shop', `INSERT INTO misplaced VALUES ('orders', 3)`);
  expect(await look()).toEqual([false, '3 of 10 rows elsewhere']);
  await ask('shop', 'DELETE FROM misplaced');
  const flags = { name: 'public.flags', placement: 'sharded', key: 'name', keyType: 'text' } as const;
  expect(await look([flags])).toEqual([false, 'not distributed']);
});
