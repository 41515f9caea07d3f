import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadByShard } from '../../src/load/index.js';
import { keySpread } from '../../src/load/keys.js';
import type {
  Catalog,
  Placement,
  StatementReport,
  Table,
  TableStatistics,
  Verdict,
} from '../../src/model/index.js';

const sharded = (key: string, group = 'public.users.id'): Placement => ({ placement: 'sharded', key, group });

function table(name: string, statistics?: TableStatistics): Table {
  return {
    name,
    columns: [],
    columnsComplete: false,
    uniqueKeys: [],
    foreignKeys: [],
    rowCode: [],
    indexes: [],
    triggers: [],
    rules: [],
    policies: [],
    rowSecurity: 'off',
    unlogged: false,
    ...(statistics === undefined ? {} : { statistics }),
  };
}

function catalog(tables: readonly Table[]): Catalog {
  return {
    tables: new Map(tables.map((one) => [one.name, one])),
    views: new Map(),
    functions: new Map(),
    operators: new Map(),
    types: new Set(),
    sequences: [],
    searchPath: [],
    origin: 'schema',
    unreadable: [],
  };
}

function statement(id: string, weight: number, verdict: Verdict): StatementReport {
  const counters = {
    calls: weight,
    totalExecMs: 0,
    rows: 0,
    walBytes: 0,
    blocksRead: 0,
    blocksHit: 0,
  };
  return {
    id,
    text: id,
    counters: counters as StatementReport['counters'],
    weight,
    verdict,
    source: { file: 'x', line: 1 },
    tags: {},
  };
}

const byUser = (tables: readonly string[]): Verdict => ({
  verdict: 'single-shard',
  tables,
  key: { group: 'public.users.id', param: '$1' },
  because: [],
});

/** One table of 1,000,000 rows, sharded by user_id, read by key 1,000 times. */
function orders(distinct: number | undefined, commonFrequencies: readonly number[], shards: number) {
  const column = { ...(distinct === undefined ? {} : { distinct }), commonFrequencies };
  const statistics = { rowCount: 1_000_000, totalBytes: 5e8, columns: { user_id: column } };
  return loadByShard({
    catalog: catalog([table('public.orders', statistics)]),
    placements: new Map([['public.orders', sharded('user_id')]]),
    statements: [statement('a', 1000, byUser(['public.orders']))],
    shards,
    listLength: 3,
  });
}

const at = (load: ReturnType<typeof orders>, shards: number) => {
  const found = load.plan.at.find((one) => one.shards === shards);
  if (found === undefined) throw new Error('not simulated');
  return found;
};

const sum = (values: readonly (number | undefined)[]) => values.reduce<number>((a, b) => a + (b ?? 0), 0);

describe('the spread of keys', () => {
  it('gives the rest to the other keys', () => {
    expect(keySpread(102, [0.1, 0.3], 0.1)).toEqual({
      frequencies: [0.3, 0.1],
      nullShare: 0.1,
      tailShare: expect.closeTo(0.5, 12),
      tailKeys: 100,
    });
  });
  it('is scaled to all rows when there are no other keys', () => {
    expect(keySpread(2, [0.6, 0.2], 0)).toMatchObject({
      frequencies: [expect.closeTo(0.75, 12), 0.25],
      tailShare: 0,
    });
  });
});

describe('load by shard', () => {
  it('is even for many equal keys', () => {
    const { hottest, limit, pinned } = at(orders(1_000_000, [], 16), 16);
    expect((hottest.load?.median ?? 0) * 16).toBeGreaterThan(1);
    expect((hottest.load?.median ?? 0) * 16).toBeLessThan(1.02);
    expect(limit).toBe(1 / 16);
    expect(pinned).toBeUndefined();
  });

  it('spreads n keys as binomially as hashing does', () => {
    // The fullest of 2 shards of n keys holds about 1/2 + 0.67 · √(1/4n) of them.
    const few = at(orders(1_000, [], 2), 2).hottest.load?.median ?? 0;
    const many = at(orders(100_000, [], 2), 2).hottest.load?.median ?? 0;
    expect(few - 0.5).toBeLessThan(0.025);
    expect(many - 0.5).toBeLessThan((few - 0.5) / 4);
    expect(many).toBeGreaterThan(0.5);
  });

  it('has one key on one shard whatever is done', () => {
    const { hottest, limit, pinned, ownShard } = at(orders(1, [1], 4), 4);
    for (const spread of [hottest.load, hottest.rows, pinned, ownShard]) {
      expect(spread).toEqual({ median: 1, low: 1, high: 1 });
    }
    expect(limit).toBe(1);
  });

  it('shows what an own shard does for a whale: the rest over the others', () => {
    const { hottest, pinned, ownShard, limit } = at(orders(1e9, [0.1], 16), 16);
    expect(hottest.load?.median).toBeCloseTo(0.1 + 0.9 / 16, 3);
    // Pinning a lone whale changes nothing of its shard's even load.
    expect(pinned?.median).toBeCloseTo(0.1 + 0.9 / 16, 3);
    expect(ownShard?.median).toBeCloseTo(0.1, 6);
    expect(limit).toBeCloseTo(0.1, 12);
  });

  it('makes the whale the ceiling as shards are added', () => {
    const load = orders(1e6, [0.1], 8);
    expect(load.plan.at.map(({ shards, limit }) => [shards, limit])).toEqual([
      [4, 0.25],
      [8, 0.125],
      [16, expect.closeTo(0.1, 12)],
    ]);
  });

  it('says what is not known, and makes no figure of it', () => {
    const load = orders(undefined, [], 16);
    expect(load.groups[0]?.unknown).toEqual([
      { table: 'public.orders', why: expect.stringContaining('user_id is not known'), loadShare: 1 },
    ]);
    expect(load.plan).toEqual({ measure: 'none', at: [], shards: [], whales: [] });
    expect(load.kinds).toMatchObject({ byKey: 0, unknownKeys: 1 });
  });

  it('says when no frequencies were told', () => {
    expect(orders(5_000, [], 16).groups[0]?.assumed).toHaveLength(1);
    expect(orders(5_000, [0.001], 16).groups[0]?.assumed).toEqual([]);
  });

  it('gives a key to be added the keys of the table that it comes from', () => {
    const columns = { user_id: { distinct: 1_000, commonFrequencies: [0.3] } };
    const load = loadByShard({
      catalog: catalog([
        table('public.items', { rowCount: 10, columns: {} }),
        table('public.orders', { rowCount: 10, columns }),
      ]),
      placements: new Map<string, Placement>([
        [
          'public.items',
          { ...sharded('user_id'), addKey: { path: ['order_id -> public.orders.id'] } } as Placement,
        ],
        ['public.orders', sharded('user_id')],
      ]),
      statements: [statement('a', 1, byUser(['public.items']))],
      shards: 4,
      listLength: 3,
    });
    expect(load.groups[0]?.assumed.map(({ table: name }) => name)).toEqual(['public.items']);
    expect(load.groups[0]?.whales[0]).toMatchObject({ frequency: 0.3, loadShare: expect.closeTo(0.3, 9) });
  });

  it('puts scatters on every shard and spreads global reads', () => {
    const load = loadByShard({
      catalog: catalog([
        table('public.orders', { columns: { user_id: { distinct: 1, commonFrequencies: [1] } } }),
      ]),
      placements: new Map([['public.orders', sharded('user_id')]]),
      statements: [
        statement('a', 10, byUser(['public.orders'])),
        statement('b', 5, { verdict: 'scatter', tables: ['public.orders'], because: [] }),
        statement('c', 20, { verdict: 'global-read', tables: [], because: [] }),
      ],
      shards: 2,
      listLength: 3,
    });
    // 10 on one shard, 5 on each, 10 on each: 25 and 15.
    expect(at(load, 2).hottest.load?.median).toBeCloseTo(25 / 40, 12);
    expect(load.kinds).toMatchObject({ byKey: 0.25, everyShard: 0.25, spread: 0.5 });
  });

  it('holds what must hold for any keys', () => {
    const frequencies = fc.array(fc.double({ min: 0.0001, max: 0.3, noNaN: true }), { maxLength: 5 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        frequencies,
        fc.integer({ min: 1, max: 9 }),
        (distinct, common, shards) => {
          const load = orders(Math.max(distinct, common.length), common, shards);
          for (const measure of ['rows', 'bytes', 'load'] as const) {
            expect(sum(load.plan.shards.map((one) => one[measure]))).toBeCloseTo(1, 9);
          }
          for (const one of load.plan.at) {
            const hashed = one.hottest.load;
            for (const spread of [hashed, one.pinned, one.ownShard]) {
              if (spread !== undefined)
                expect(spread.low).toBeGreaterThan(
                  one.limit - 1e-9 - (spread === one.ownShard ? 1 / one.shards : 0),
                );
            }
            if (one.pinned !== undefined)
              expect(one.pinned.median).toBeLessThan((hashed?.median ?? 0) + 1e-9);
            const whale = load.plan.whales[0]?.loadShare ?? 0;
            for (const spread of [hashed, one.pinned, one.ownShard]) {
              if (spread !== undefined) expect(spread.low).toBeGreaterThan(whale - 1e-9);
            }
          }
        },
      ),
      { numRuns: 15 },
    );
  });
});
