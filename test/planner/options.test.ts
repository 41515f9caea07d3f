import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/model/index.js';
import { defaultSettings, flagsOf, tableOptions, unenforceable } from '../../src/planner/index.js';
import { type Case, catalogOf, inWords, judge, planCase, readCase } from './cases.js';

const big = { rows: 90_000_000, bytes: 90_000_000_000 };

/** One table with a column for each gate. */
const gated: Case = {
  shards: 16,
  tables: {
    'public.events': {
      columns: {
        good: 'int8!',
        amount: 'numeric!',
        moved: 'int8!',
        maybe: 'int8',
        few: 'int8!',
        hot: 'int8!',
      },
      ...big,
      distinct: { good: 5000, few: 1599, hot: 5000 },
      mostCommon: { good: 0.03, hot: 0.04 },
    },
  },
  statements: [
    {
      id: 'g1',
      calls: 10,
      reads: ['public.events'],
      pinned: ['good', 'amount', 'moved', 'maybe', 'few', 'hot'].map((column) => [`public.events.${column}`]),
    },
    { id: 'g2', calls: 10, writes: ['public.events'], sets: ['public.events.moved'] },
  ],
  expected: {},
};

describe('tableOptions', () => {
  it('says of each column why it is no key', async () => {
    const { tables } = await planCase(gated);
    expect(tables.options.get('public.events')).toEqual([
      { placement: 'sharded', key: 'good', keyType: 'bigint', group: 'public.events.good' },
      { placement: 'unsharded' },
    ]);
    expect(tables.rejected.get('public.events')).toEqual([
      { option: 'amount', reason: 'its type (numeric) does not hash the same way everywhere' },
      { option: 'few', reason: '1,599 distinct values are too few for 16 shards (1,600 needed)' },
      { option: 'hot', reason: 'one value has 4.0 % of the rows (at most 3.1 % for 16 shards)' },
      { option: 'maybe', reason: 'it may be null' },
      { option: 'moved', reason: 'it is set by an UPDATE (statement g2)' },
      { option: 'global', reason: '83.8 GB is more than the 1 GB that global tables may have' },
    ]);
  });

  it('takes pins over gates and says so', async () => {
    const pins = new Map([['public.events', { placement: 'sharded', key: 'few' } as const]]);
    const { solution, tables } = await planCase(gated, { pins });
    expect(inWords(solution)).toEqual({ 'public.events': 'few' });
    expect(tables.assumptions.get('public.events')).toContain(
      'pinned to few, although 1,599 distinct values are too few for 16 shards (1,600 needed)',
    );
  });

  it('takes no pin to a key that hashes differently from machine to machine', () => {
    const pins = new Map([['public.events', { placement: 'sharded', key: 'amount' } as const]]);
    const tables = () => tableOptions(catalogOf(gated), [], { ...defaultSettings, pins });
    expect(tables).toThrow('cannot be sharded by amount: its type (numeric)');
  });

  it('does not offer what is forbidden', async () => {
    const of = readCase('warehouses');
    const forbid = new Map([
      ['public.payment_log', [{ key: 'customer_warehouse_id' }, { placement: 'global' as const }]],
    ]);
    const { solution } = await planCase(of, { forbid });
    expect(inWords(solution)).toEqual({ ...of.expected, 'public.payment_log': 'warehouse_id' });
  });

  it.each([
    ['an unknown table', { pins: new Map([['public.nothing', { placement: 'global' } as const]]) }],
    [
      'an unknown column',
      { pins: new Map([['public.events', { placement: 'sharded', key: 'x' } as const]]) },
    ],
    ['an unknown forbidden column', { forbid: new Map([['public.events', [{ key: 'x' }]]]) }],
    [
      'nothing left',
      {
        forbid: new Map([['public.events', [{ placement: 'sharded' }, { placement: 'unsharded' }] as const]]),
      },
    ],
  ])('refuses %s in the config', (_, change) => {
    const settings = { ...defaultSettings, ...change };
    expect(() => tableOptions(catalogOf(gated), [], settings)).toThrow(UserError);
  });

  it('judges a small table by the domain of its key', async () => {
    const of = readCase('added-key');
    const refunds = {
      columns: { user_id: 'int8!' },
      foreign: ['user_id -> public.users.id'],
      rows: 90,
      bytes: 9000,
    };
    const { tables } = await planCase({
      ...of,
      tables: { ...of.tables, 'public.refunds': { ...refunds, distinct: { user_id: 80 } } },
    });
    expect(tables.options.get('public.refunds')?.[0]).toMatchObject({
      key: 'user_id',
      group: 'public.users.id',
    });
  });

  it('renames an added key that the table has a column for', async () => {
    const of = readCase('added-key');
    const items = of.tables['public.order_items'];
    const columns = { ...items?.columns, user_id: 'numeric!' };
    const { tables } = await planCase({
      ...of,
      tables: { ...of.tables, 'public.order_items': { ...items, columns } },
    });
    expect(tables.options.get('public.order_items')).toContainEqual({
      placement: 'sharded',
      key: 'orders_user_id',
      keyType: 'bigint',
      group: 'public.users.id',
      addKey: { path: ['order_id -> public.orders.id'], targetKey: 'user_id' },
    });
  });
});

describe('a key that may be null', () => {
  const audit = 'public.audit';

  it('is taken when other tables share it and nobody knows how often, and flagged', async () => {
    const { catalog, queries, tables, settings, solution } = await planCase(readCase('nullable-tenant'));
    const flags = flagsOf({ catalog, queries, tables, settings, placements: solution.placements }).get(audit);
    expect(flags?.map(({ message }) => message)).toContain(
      'tenant_id: it may be null, how often is not known; make it NOT NULL',
    );
    // 1 % of the weight of the table's statements.
    expect(solution.charges).toBeCloseTo(4.1);
  });

  it('is no option when statistics know of null rows', async () => {
    const of = readCase('nullable-tenant');
    const known = {
      ...of.tables[audit],
      columns: of.tables[audit]?.columns ?? {},
      nulls: { tenant_id: 0.1 },
    };
    const { tables } = await planCase({ ...of, tables: { ...of.tables, [audit]: known } });
    expect(tables.rejected.get(audit)).toContainEqual({
      option: 'tenant_id',
      reason: 'it is null in 10.0 % of the rows',
    });
  });
});

describe('the plan', () => {
  it('is the same for the others when an unrelated table joins them', async () => {
    const of = readCase('warehouses');
    const { solution } = await planCase({
      ...of,
      tables: { ...of.tables, 'public.aaa': { columns: { id: 'int8!' }, primary: ['id'] } },
      statements: [
        ...of.statements,
        { id: '0', calls: 50, reads: ['public.aaa'], pinned: [['public.aaa.id']] },
      ],
    });
    expect(inWords(solution)).toEqual({ ...of.expected, 'public.aaa': 'id' });
  });

  it('prefers a key to a copy of unknown size at nearly equal cost, not at a much higher one', async () => {
    const table = { columns: { id: 'int8!', code: 'int8!' }, primary: ['id'] };
    const reads = (scans: number): Case => ({
      shards: 16,
      tables: { 'public.t': table },
      statements: [
        { id: 'a', calls: 1000, reads: ['public.t'], pinned: [['public.t.id']] },
        { id: 'b', calls: scans, reads: ['public.t'] },
      ],
      expected: {},
    });
    expect(inWords((await planCase(reads(2))).solution)).toEqual({ 'public.t': 'id' });
    expect(inWords((await planCase(reads(200))).solution)).toEqual({ 'public.t': 'global' });
  });
});

describe('candidates', () => {
  it('tells what every other option would cost, the planned one first', async () => {
    const planned = await planCase(readCase('subscribers'));
    const candidates = judge(planned).candidatesOf('public.subscriber');
    expect(candidates.map(({ placement, flipCost }) => [placement, flipCost])).toEqual([
      [expect.objectContaining({ key: 'id' }), 0],
      [{ placement: 'unsharded' }, -2700],
      [expect.objectContaining({ key: 'number' }), 2550],
    ]);
    expect(candidates[0]).toMatchObject({
      costIfChosen: planned.solution.cost,
      reasons: ['chosen', '66.0 % single-shard, 34.0 % scatter'],
    });
    expect(candidates[0]?.singleShardShare).toBeCloseTo(350 / 530);
  });

  it('names the tier of each statement', async () => {
    const planned = await planCase(readCase('warehouses'));
    expect(judge(planned).tierOf('a6')).toBe('global-read');
    expect(judge(planned).tierOf('a8')).toBe('single-shard');
    expect(judge(planned).tierOf('no such statement')).toBeUndefined();
  });
});

describe('unenforceable', () => {
  it('lists keys, references and sequences that no shard can check, with a remedy', async () => {
    const { catalog, solution } = await planCase(readCase('added-key'));
    const list = unenforceable(catalog, solution.placements);
    expect(list.map(({ table, kind, columns, remedy }) => [table, kind, columns.join(), remedy])).toEqual([
      ['public.order_notes', 'primary-key', 'id', 'uuid-or-snowflake'],
      ['public.order_notes', 'foreign-key', 'order_id', 'application-check'],
      ['public.order_notes', 'sequence', 'id', 'uuid-or-snowflake'],
      ['public.orders', 'primary-key', 'id', 'uuid-or-snowflake'],
      ['public.orders', 'sequence', 'id', 'uuid-or-snowflake'],
      ['public.users', 'unique', 'email', 'lookup-table'],
      ['public.users', 'sequence', 'id', 'uuid-or-snowflake'],
    ]);
    expect(`${list[5]?.problem} ${list[5]?.advice}`).toBe(
      'users_email_key on users (email) does not have the shard key id: two shards could hold the same values. Keep a lookup table sharded by email that holds each value once, and write it first.',
    );
  });

  it('finds nothing where every table goes by the same composite key', async () => {
    const { catalog, solution } = await planCase(readCase('warehouses'));
    expect(
      unenforceable(catalog, solution.placements).map(({ table, constraint }) => [table, constraint]),
    ).toEqual([['public.payment_log', 'payment_log_warehouse_id_district_no_fkey']]);
  });
});

describe('flagsOf', () => {
  it('says why a table is no ordinary sharded one', async () => {
    const { catalog, queries, tables, settings, solution } = await planCase(readCase('queue-and-settings'));
    const flags = flagsOf({ catalog, queries, tables, settings, placements: solution.placements });
    expect(flags.get('public.settings')).toEqual([
      {
        code: 'global',
        message:
          'a copy on every shard: 8 kB, 0 % of its calls write or lock it; not by name: 40 distinct values are too few for 16 shards (1,600 needed)',
      },
    ]);
    expect(flags.get('public.archive')).toEqual([
      { code: 'not-in-workload', message: 'no statement of the workload touches it' },
    ]);
    expect(flags.get('public.light_queue')?.map(({ code }) => code)).toEqual(['unsharded']);
  });
});
