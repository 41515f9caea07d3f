/** The files of each engine, held against its own grammar as far as one is here. */

import { loadModule, parseSync } from 'libpg-query';
import { parse } from 'smol-toml';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { deployment } from '../../src/engines/index.js';
import { type Engine, engines } from '../../src/model/index.js';
import { initialMap } from '../../src/topology/index.js';
import { fileOf, marketplace, shop } from './deployments.js';
import { spqrErrors } from './spqr-grammar.js';

beforeAll(() => loadModule());

const port = z.int().min(1).max(65_535);

// PgDog's structs refuse keys that they do not have; these are the ones used, with their types.
const pgdogSchema = z.strictObject({
  general: z.strictObject({
    host: z.string(),
    port,
    query_parser: z.enum(['on', 'auto', 'off', 'session_control', 'session_control_and_locks']),
    two_phase_commit: z.boolean(),
  }),
  rewrite: z.strictObject({
    enabled: z.boolean(),
    split_inserts: z.enum(['ignore', 'error', 'rewrite', 'rewrite_omni']),
    shard_key: z.enum(['ignore', 'error', 'rewrite', 'rewrite_omni']),
  }),
  databases: z.array(
    z.strictObject({
      name: z.string(),
      host: z.string(),
      port,
      database_name: z.string(),
      role: z.enum(['primary', 'replica', 'auto']),
      shard: z.int().min(0).optional(),
    }),
  ),
  sharded_tables: z.array(
    z.strictObject({
      database: z.string(),
      name: z.string(),
      column: z.string(),
      data_type: z.enum(['bigint', 'uuid', 'vector', 'varchar']),
    }),
  ),
  omnisharded_tables: z
    .array(z.strictObject({ database: z.string(), tables: z.array(z.string()) }))
    .optional(),
});

describe('PgDog', () => {
  it('gets every sharded table with its type, and an unsharded database of its own', async () => {
    const made = await marketplace('pgdog');
    const config = pgdogSchema.parse(parse(fileOf(made, 'pgdog.toml')));
    expect(config.sharded_tables).toHaveLength(25);
    expect(config.sharded_tables.find(({ name }) => name === 'search_log')).toMatchObject({
      column: 'visitor_id',
      data_type: 'uuid',
    });
    expect(config.databases.filter(({ name }) => name === 'app').map(({ shard }) => shard)).toEqual([
      ...Array(16).keys(),
    ]);
    expect(config.databases.filter(({ name }) => name === 'app_unsharded')).toHaveLength(1);
    expect(config.omnisharded_tables?.[0]?.tables).toEqual([
      'categories',
      'currencies',
      'exchange_rates',
      'promotions',
      'tax_rules',
    ]);
  });

  it('is told of no schema: with one, bare names in statements would not be sharded tables to it', async () => {
    expect(fileOf(await marketplace('pgdog'), 'pgdog.toml')).not.toMatch(/^schema/m);
  });

  it('users have placeholders for passwords', async () => {
    const users = parse(fileOf(await marketplace('pgdog'), 'users.toml'));
    expect(users).toMatchObject({
      users: [{ database: 'app', password: 'REPLACE-WITH-THE-PASSWORD' }, { database: 'app_unsharded' }],
    });
  });
});

describe('SPQR', () => {
  it('gets statements that its grammar has', async () => {
    const console = fileOf(await marketplace('spqr'), 'console.sql');
    expect(spqrErrors(console)).toEqual([]);
    expect(console).toContain('ATTACH RELATION "orders" DISTRIBUTION KEY "user_id" HASH FUNCTION MURMUR;');
    // Ranges from the highest down, and the lowest from 0, so that no hash is without a shard.
    expect(console).toMatch(
      /FROM 4026531840 ROUTE TO sh15 FOR DISTRIBUTION ds1;(?:\n.*)*\n.*FROM 0 ROUTE TO sh0 FOR DISTRIBUTION ds1;/,
    );
  });

  it('and the grammar of the test refuses what SPQR refuses', () => {
    expect(spqrErrors('CREATE KEY RANGE kr1 FROM 0 TO 5 ROUTE TO sh0;')).toHaveLength(1);
    expect(spqrErrors('ADD SHARD sh0;')).toHaveLength(1);
  });
});

describe('SQL', () => {
  it.each(engines.filter((engine) => engine !== 'vitess'))('of %s is PostgreSQL’s', async (engine) => {
    const { files } = await marketplace(engine);
    for (const { name, text } of files.filter((file) => /\d.*\.sql$/.test(file.name))) {
      expect(() => parseSync(text), name).not.toThrow();
    }
  });

  it('of Citus has reference tables first, then each table after those that it refers to', async () => {
    const text = fileOf(await marketplace('citus'), '03-distribute.sql');
    const order = [...text.matchAll(/create_\w+\('"public"\."(\w+)"'/g)].map(([, name]) => name);
    expect(order).toHaveLength(30);
    expect(order.slice(0, 5)).toEqual([
      'categories',
      'currencies',
      'exchange_rates',
      'promotions',
      'tax_rules',
    ]);
    for (const [one, other] of [
      ['users', 'orders'],
      ['orders', 'order_items'],
      ['shops', 'listings'],
      ['payments', 'refunds'],
    ] as const) {
      expect(order.indexOf(one), `${one} before ${other}`).toBeLessThan(order.indexOf(other));
    }
    expect(order).not.toContain('jobs');
    expect(text).toContain(
      `create_distributed_table('"public"."orders"', 'user_id', colocate_with := '"public"."users"')`,
    );
    // A table is the first of its group or beside that: both at once is refused.
    expect(text).not.toMatch(/shard_count.*colocate_with|colocate_with := '"[^;]*shard_count/);
  });

  it('of Citus widens what lacks the key before anything is distributed', async () => {
    const text = fileOf(await marketplace('citus'), '01-changes.sql');
    expect(text).toContain(
      'DROP CONSTRAINT "orders_pkey", ADD CONSTRAINT "orders_pkey" PRIMARY KEY ("user_id", "id")',
    );
    expect(text.indexOf('DROP CONSTRAINT IF EXISTS "order_items_order_id_fkey"')).toBeLessThan(
      text.indexOf('"orders_pkey" PRIMARY KEY'),
    );
    expect(text.indexOf('CREATE OR REPLACE VIEW')).toBeLessThan(text.indexOf('"orders_pkey" PRIMARY KEY'));
  });

  it('of Citus has no references of sharded tables while tables are made reference tables and distributed', async () => {
    for (const name of ['03-distribute.sql', '03-distribute-in-use.sql']) {
      const text = fileOf(await marketplace('citus'), name);
      const drops = text.lastIndexOf('DROP CONSTRAINT');
      expect(text.indexOf('DROP CONSTRAINT IF EXISTS "users_preferred_currency_fkey"')).toBeGreaterThan(-1);
      expect(drops).toBeLessThan(text.indexOf('create_reference_table'));
      expect(text.indexOf('ADD CONSTRAINT')).toBeGreaterThan(text.lastIndexOf('create_distributed_table'));
      expect(text).toMatch(
        /FOREIGN KEY \("user_id", "order_id"\)\n\s+REFERENCES "public"\."orders" \("user_id", "id"\)/,
      );
    }
  });

  it('of Citus never distributes a table in use that has a generated column before its key', async () => {
    const made = deployment('citus', await shop());
    const inUse = fileOf(made, '03-distribute-in-use.sql');
    expect(inUse).toContain(`create_distributed_table('"public"."order_items"'`);
    expect(inUse).toContain(`create_distributed_table_concurrently('"public"."orders"'`);
    expect(inUse.indexOf('RAISE EXCEPTION')).toBeLessThan(inUse.indexOf('create_distributed'));
    expect(inUse).toMatch(/VALUES \(to_regclass\(.*"orders".*'user_id'\)/);
    expect(fileOf(made, '03-distribute.sql')).not.toContain('RAISE EXCEPTION');
    expect(made.findings).toContainEqual(
      expect.objectContaining({ code: 'generated-before-key', tables: ['public.order_items'] }),
    );
  });

  it('of Citus takes triggers by its setting, for no longer than it takes', async () => {
    const text = fileOf(await marketplace('citus'), '03-distribute.sql');
    expect(text).toMatch(
      /SET citus\.enable_unsafe_triggers = on;\nSELECT create_distributed_table\('"public"\."users"'.*\nRESET citus\.enable_unsafe_triggers;/,
    );
    expect(text.match(/enable_unsafe_triggers = on/g)).toHaveLength(4);
  });
});

describe('plain PostgreSQL', () => {
  it('makes the tables of its shards from the schema that lies beside the export', async () => {
    const { steps } = await marketplace('postgres');
    expect(steps.filter(({ on, sql }) => on === 0 && /create table public\.users/i.test(sql))).toHaveLength(
      1,
    );
  });
});

describe('findings', () => {
  const codes = async (engine: Engine, map = initialMap(4)) =>
    deployment(engine, await shop([], { map })).findings.map(({ level, code }) => `${level} ${code}`);

  it('a map that has moved is refused by engines that only know the hash', async () => {
    const moved = {
      ...initialMap(4),
      owners: initialMap(4).owners.map((owner, at) => (at === 7 ? 0 : owner)),
    };
    for (const engine of ['pgdog', 'postgres'] as const) {
      expect(await codes(engine, moved)).toContain('error map-has-moved');
      expect(await codes(engine)).not.toContain('error map-has-moved');
    }
    const pinned = { ...initialMap(4), pins: [{ group: 'users.bigint', key: '1', shard: 2 }] };
    expect(await codes('postgres', pinned)).toContain('error map-has-moved');
  });

  it('triggers are told by what they reach', async () => {
    const found = async (engine: Engine) =>
      (await marketplace(engine)).findings
        .filter(({ code }) => code.startsWith('trigger'))
        .map(({ level, code, tables }) => `${level} ${code} ${tables.join()}`);
    expect(await found('citus')).toEqual([
      'error trigger-on-global public.promotions',
      'error trigger-on-sharded public.reviews',
      'note trigger-keeps-to-row public.listings',
      'note trigger-keeps-to-row public.users',
    ]);
    expect(await found('pgdog')).toEqual([
      'error trigger-on-global public.promotions',
      'warning trigger-on-sharded public.reviews',
    ]);
    expect(await found('postgres')).toEqual(['warning trigger-on-sharded public.reviews']);
  });

  it('what Citus refuses late is told early', async () => {
    expect(await codes('citus')).toEqual(
      expect.arrayContaining([
        'error trigger-on-sharded',
        'warning no-replica-identity',
        'warning unique-not-over-shards',
      ]),
    );
  });

  it('a plan of another schema, or none, is told', async () => {
    const input = await shop();
    const other = new Map(input.placements).set('public.accounts', { placement: 'global' });
    other.delete('public.flags');
    const { findings } = deployment('pgdog', { ...input, placements: other });
    expect(findings.map(({ level, code, tables }) => `${level} ${code} ${tables.join()}`)).toEqual(
      expect.arrayContaining([
        'error table-not-in-schema public.accounts',
        'warning table-not-in-plan public.flags',
      ]),
    );
    const unread = { ...input, catalog: { ...input.catalog, origin: 'inferred' as const } };
    for (const [engine, level] of [
      ['postgres', 'error'],
      ['citus', 'warning'],
    ] as const)
      expect(deployment(engine, unread).findings).toContainEqual(
        expect.objectContaining({ level, code: 'no-schema' }),
      );
  });

  it('keys of several types in one group are an error', async () => {
    const input = await shop();
    const placements = new Map(input.placements).set('public.pages', {
      placement: 'sharded',
      key: 'slug',
      group: 'users.bigint',
    });
    expect(deployment('citus', { ...input, placements }).findings[0]).toMatchObject({
      level: 'error',
      code: 'key-types-differ',
    });
  });
});

it('says of every statement of the workload what becomes of it, weighted by calls', async () => {
  const { statements, summary } = await marketplace('pgdog');
  expect(statements).toHaveLength(239);
  expect(summary.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  expect(statements[0]?.outcome).toBe('wrong');
});
