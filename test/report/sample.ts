/** A made-up analysis in which every part of a report has something to say. */

import type {
  AnalysisResult,
  Candidate,
  CoveragePart,
  CurvePoint,
  DecisionReport,
  LoadReport,
  PlacedLoad,
  Placement,
  Placements,
  Spread,
  StatementReport,
  TableReport,
  Verdict,
  Whale,
} from '../../src/model/index.js';

const byUser = (key: string): Placement => ({
  placement: 'sharded',
  key,
  keyType: 'int8',
  group: 'public.users.id',
});

const items: Placement = {
  placement: 'sharded',
  key: 'user_id',
  keyType: 'int8',
  group: 'public.users.id',
  addKey: { path: ['order_id -> public.orders.id'] },
};

const placements: Placements = new Map<string, Placement>([
  ['billing.settings', { placement: 'unsharded' }],
  ['public.categories', { placement: 'global' }],
  ['public.order_items', items],
  ['public.orders', byUser('user_id')],
  ['public.users', byUser('id')],
  ['public.warehouse_replenishment_suggestions_archive', byUser('warehouse_operator_user_id')],
  ['sales.orders', { placement: 'global' }],
]);

function candidate(placement: Placement, singleShardShare: number, flipCost: number): Candidate {
  return {
    placement,
    singleShardShare,
    reoptimised: true,
    shareIfChosen: singleShardShare,
    costIfChosen: 1_300_000 + flipCost,
    flipCost,
    flipCostAlone: flipCost,
    follows: new Map(),
    reasons: ['passes every gate'],
  };
}

function table(
  name: string,
  calls: number,
  more: Partial<TableReport> & { readonly flags?: TableReport['flags'] } = {},
): TableReport {
  const placement = placements.get(name);
  if (placement === undefined) throw new Error(`${name} is not in the sample`);
  return {
    name,
    placement,
    calls,
    callShare: calls / 1_200_000,
    writeShare: 0.25,
    singleShardShare: 1,
    candidates: [candidate(placement, more.singleShardShare ?? 1, 0), ...(more.candidates ?? [])],
    rejected: [],
    flags: [],
    ...Object.fromEntries(Object.entries(more).filter(([key]) => key !== 'candidates')),
  };
}

function point(
  limit: number,
  singleShardShare: number,
  cost: number,
  differing: readonly (readonly [string, Placement])[],
): CurvePoint {
  return {
    limit,
    isPlan: differing.length === 0,
    cost,
    status: 'optimal',
    score: { singleShardShare, oneDatabaseShare: singleShardShare, conditionalShare: 0, unknownShare: 0 },
    tables: new Map([...placements, ...differing]),
    differing: differing.map(([name]) => name),
  };
}

const noStatistics = { code: 'no-statistics', message: 'no statistics: sizes and distinct values unknown' };

const enoughValues = (key: string) => ({
  code: 'assumption',
  message: `${key}: its number of distinct values is not known; taken to be enough`,
});

const tables: readonly TableReport[] = [
  table('billing.settings', 100, {
    flags: [
      {
        code: 'unsharded',
        message: 'stays in one database: 8 kB, 40 % of its calls write; not by id: 12 values',
      },
      noStatistics,
    ],
  }),
  table('public.categories', 90_000, {
    flags: [
      { code: 'global', message: 'a copy on every shard: 64 kB, 0 % of its calls write' },
      noStatistics,
    ],
    candidates: [candidate(byUser('id'), 0.1, 5_000_000)],
  }),
  table('public.order_items', 400_000, {
    singleShardShare: 0.93,
    flags: [
      { code: 'added-key', message: 'user_id is a new column, filled along order_id -> public.orders.id' },
      noStatistics,
    ],
    candidates: [candidate({ placement: 'unsharded' }, 0, 10)],
  }),
  table('public.orders', 600_000, {
    singleShardShare: 0.9912,
    flags: [
      { code: 'hot-key', message: 'one user_id has 0.9 % of the rows' },
      enoughValues('user_id'),
      noStatistics,
    ],
    candidates: [
      candidate(byUser('shop_id'), 0.41, 260_000),
      candidate(byUser('id'), 0.4, 270_000),
      candidate({ placement: 'global' }, 1, -2_600),
    ],
  }),
  table('public.users', 300_000, {
    flags: [enoughValues('id'), noStatistics],
    candidates: [candidate(byUser('email'), 1, 0)],
  }),
  table('public.warehouse_replenishment_suggestions_archive', 10, {
    singleShardShare: 0.4,
    flags: [noStatistics],
    rejected: [
      { option: 'warehouse_id', reason: 'it is null in 2.0 % of the rows' },
      { option: 'global', reason: '90.0 % of its calls write' },
    ],
  }),
  table('sales.orders', 0, {
    callShare: 0,
    writeShare: 0,
    singleShardShare: undefined as never,
    flags: [{ code: 'not-in-workload', message: 'no statement of the workload touches it' }, noStatistics],
  }),
];

function statement(
  id: string,
  weight: number,
  text: string,
  verdict: Verdict,
  fix?: StatementReport['fix'],
): StatementReport {
  return {
    id,
    queryId: `-${weight}`,
    text,
    counters: {
      calls: weight,
      totalExecMs: weight / 7,
      rows: weight * 3,
      walBytes: 0,
      blocksRead: 0,
      blocksHit: 0,
    },
    weight,
    verdict,
    source: { file: 'export.csv', line: 2 + id.length },
    tags: { controller: 'orders', traceparent: 'secret-of-a-request' },
    ...(fix === undefined ? {} : { fix }),
  };
}

const statements: readonly StatementReport[] = [
  statement('a', 600_000, 'SELECT * FROM orders WHERE user_id = $1', {
    verdict: 'single-shard',
    tables: ['public.orders'],
    key: { group: 'public.users.id', param: '$1' },
    keyConstants: [{ kind: 'literal', text: '4711', literal: 'number' }],
    because: ['orders.user_id = $1'],
  }),
  statement(
    'ab',
    200_000,
    'SELECT count(*)\n  FROM orders\n  WHERE status = $1 AND created_at > now() - interval $2 AND total > $3 AND shop_id IS NULL',
    {
      verdict: 'scatter',
      tables: ['public.orders'],
      because: ['no constant for orders.user_id'],
      blocker: 'no-key',
    },
    {
      kind: 'add-key-to-where',
      text: 'add the shard key to the WHERE clause where the application knows it',
    },
  ),
  statement(
    'abc',
    12_000,
    'SELECT \u001b[31m* FROM orders o, users u WHERE o.user_id = $1 AND u.id = $2',
    {
      verdict: 'conditional',
      tables: ['public.orders', 'public.users'],
      pairs: [['$1', '$2']],
      fanOut: 2,
      because: ['o.user_id = $1', 'u.id = $2'],
      blocker: 'two-parameters',
    },
    { kind: 'pass-one-parameter', text: 'pass the key once and use the same parameter in every place' },
  ),
  statement('abcd', 8_000, 'SELECT * FROM orders WHERE user_id IN ($1, $2', {
    verdict: 'unknown',
    tables: ['public.orders'],
    because: ['the text is cut off'],
    blocker: 'unreadable',
  }),
  statement('abcde', 100, 'SELECT * FROM billing.settings', {
    verdict: 'unsharded',
    tables: ['billing.settings'],
    because: ['billing.settings is unsharded'],
  }),
];

const part = (count: number, calls: number, totalExecMs: number): CoveragePart => ({
  statements: count,
  calls,
  totalExecMs,
});

const none = part(0, 0, 0);

const spread = (median: number): Spread => ({ median, low: median * 0.98, high: median * 1.05 });

const whale: Whale = {
  group: 'public.users.id',
  rank: 1,
  table: 'public.orders',
  frequency: 0.02,
  rowShare: 0.015,
  loadShare: 0.018,
};

const placed: PlacedLoad = {
  measure: 'load',
  at: [8, 16, 32].map((shards) => ({
    shards,
    hottest: { rows: spread(1.2 / shards), bytes: spread(1.1 / shards), load: spread(1.3 / shards) },
    limit: 1 / shards,
    pinned: spread(1.2 / shards),
    ownShard: spread(1.1 / shards),
  })),
  shards: [],
  whales: [whale],
};

const load: LoadReport = {
  runs: 41,
  hashedKeys: 2048,
  whaleFraction: 0.1,
  plan: placed,
  groups: [
    {
      ...placed,
      group: 'public.users.id',
      tables: ['public.orders', 'public.users'],
      loadShare: 0.3,
      unknown: [
        {
          table: 'public.warehouse_replenishment_suggestions_archive',
          why: 'the number of distinct values of warehouse_operator_user_id is not known',
          loadShare: 0.1,
        },
      ],
      assumed: [
        { table: 'public.users', what: 'no frequencies of common values of id: taken to be all alike' },
      ],
    },
  ],
  kinds: { byKey: 0.2, spread: 0.1, everyShard: 0.5, unsharded: 0.05, unknownKeys: 0.1, unplaced: 0.05 },
};

const decision: DecisionReport = {
  figures: [
    { code: 'window', label: 'window', unit: 'ms', from: 'times of the exports', value: 518_400_000 },
    {
      code: 'busy-backends',
      label: 'busy backends',
      unit: 'number',
      from: 'Σ total_exec_time / window',
      value: 0.0141,
    },
    {
      code: 'wal-bytes',
      label: 'WAL',
      unit: 'bytes-per-second',
      from: 'Σ wal_bytes / window',
      why: 'an export has no wal_bytes',
    },
  ],
  byTime: [
    {
      id: 'ab',
      text: 'SELECT count(*)\n  FROM orders WHERE status = $1 AND created_at > now() - interval $2',
      share: 0.4,
      calls: 200_000,
      meanMs: 12,
      writes: false,
      blockReadsPerCall: 1_200,
      blocksPerCall: 4_000,
    },
  ],
  byWal: [],
  writtenTables: [{ table: 'public.orders', calls: 100, rows: 120 }],
  growth: [
    {
      counter: 'calls',
      mean: 10,
      peak: 15,
      peakOverMean: 1.5,
      peakAt: '2026-01-03T00:00:00Z',
      intervals: 6,
      trendPerDay: -0.02,
    },
  ],
  levers: [
    {
      code: 'indexes-and-plans',
      of: 'time',
      most: 0.4,
      says: ['The heaviest statement takes 40.0 % of the execution time.'],
      statements: ['ab'],
      tables: ['public.orders'],
    },
  ],
  rule: {
    reconsiderAbove: 0.05,
    goBelow: 0.01,
    crossShare: 220_000 / 820_000,
    applies: 'reconsider-the-key',
    shapes: [
      { id: 'ab', text: 'SELECT count(*) FROM orders', share: 0.2439, verdict: 'scatter', mendable: false },
    ],
    leftWhenFixed: 220_000 / 820_000,
  },
};

export const sample: AnalysisResult = {
  blocked: [],
  keyChanges: [],
  proof: {
    shards: 16,
    weight: 'calls',
    model: { options: '', statements: '', charges: '', budgets: '' },
    claims: { cost: 1_300_000, charges: 1_800, bound: 1_296_200, gap: 3_800 / 1_300_000 },
    solver: { name: 'highs 1.15.3', status: 'bounded', bound: 1_296_200 },
    ties: [],
    budgets: [],
    options: {},
    parts: [],
  },
  plan: {
    shards: 16,
    weight: 'calls',
    tables: placements,
    score: {
      singleShardShare: 600_000 / 820_000,
      oneDatabaseShare: 600_100 / 820_100,
      conditionalShare: 12_000 / 820_000,
      unknownShare: 8_000 / 820_000,
    },
    certificate: {
      status: 'bounded',
      cost: 1_300_000,
      bound: 1_296_200,
      gap: 3_800 / 1_300_000,
      solver: 'highs 1.15.3',
      charges: 1_800,
    },
    costs: {
      shards: 16,
      single: 1,
      scatter: 16,
      globalWrite: 32,
      crossShard: 64,
      crossDatabase: 32,
      listLength: 3,
    },
    budgets: [
      {
        name: 'time of the unsharded database',
        unit: 'share',
        limit: 0.1,
        used: 0.081,
        exceeded: false,
        holders: ['billing.settings'],
        keptOut: [
          { table: 'public.orders', saves: 12_300 },
          { table: 'public.users', saves: 400 },
          { table: 'public.order_items', saves: 300 },
          { table: 'public.categories', saves: 2 },
        ],
      },
      {
        name: 'writes of the unsharded database',
        unit: 'share',
        limit: 0.05,
        used: 0.07,
        exceeded: true,
        holders: ['billing.settings'],
        keptOut: [],
      },
      {
        name: 'bytes of global tables',
        unit: 'bytes',
        limit: 1024 ** 3,
        used: 4096,
        exceeded: false,
        holders: ['public.categories'],
        keptOut: [],
      },
    ],
  },
  tables,
  statements,
  graph: {
    nodes: [
      { table: 'public.orders', reads: 820_000, writes: 0, community: 0 },
      { table: 'public.users', reads: 12_000, writes: 0, community: 0 },
    ],
    edges: [
      {
        source: 'public.orders',
        target: 'public.users',
        calls: 12_000,
        predicates: ['orders.user_id = users.id'],
      },
    ],
  },
  coverage: {
    statements: 23,
    calls: 1_041_100,
    totalExecMs: 7_300_000,
    readable: part(4, 812_100, 5_000_000),
    masked: part(2, 20_000, 100_000),
    truncated: part(1, 8_000, 200_000),
    unparsed: none,
    utility: part(12, 200_000, 1_900_000),
    catalog: part(3, 900, 99_000),
    nested: none,
    tableless: part(1, 100, 1000),
    otherDatabase: none,
    evicted: 11,
    unreadable: [
      { id: 'abcd', reason: 'the text is cut off', calls: 8_000, source: { file: 'export.csv', line: 6 } },
    ],
    schemaUnreadable: [{ reason: 'syntax error at "TABEL"', source: { file: 'schema.sql', line: 12 } }],
    salvagedTables: [{ table: 'public.orders', calls: 8_000 }],
  },
  window: { from: '2026-01-01T00:00:00Z', to: '2026-01-07T00:00:00Z', snapshots: 7, restarted: 1 },
  load,
  decision,
  constraints: [
    {
      table: 'public.users',
      kind: 'unique',
      name: 'users_email_key',
      message:
        'users_email_key on users (email) does not have the shard key id: two shards could hold the same values. Keep a lookup table sharded by email that holds each value once, and write it first.',
      remedy: 'keep a lookup table that holds the value once for all shards',
    },
  ],
  ties: ['public.users'],
  curves: {
    globalBytes: {
      points: [
        point(0, 0.6, 1_500_000, [['public.categories', { placement: 'unsharded' }]]),
        point(4096, 0.9, 1_300_000, []),
      ],
      complete: false,
    },
    addedKeys: {
      points: [
        point(0, 0.84, 1_400_000, [['public.order_items', { placement: 'unsharded' }]]),
        point(1, 0.9, 1_300_000, []),
      ],
      complete: true,
    },
  },
  notes: [
    { code: 'file-skipped', message: 'exports/logo.png was skipped: it is not a text file' },
    {
      code: 'no-transactions',
      message:
        'Transactions are not in an export: statements that are single-shard one by one may still cross shards together.',
    },
    { code: 'odd', message: 'something odd stands here', source: { file: 'stats.csv', line: 3 } },
  ],
  crossCheck: {
    compared: 20,
    onlyFirst: 2,
    onlySecond: 0,
    disagreements: [
      { id: 'a', differences: ['tables: orders / orders, users'], source: { file: 'export.csv', line: 3 } },
    ],
  },
};
