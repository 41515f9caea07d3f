import { describe, expect, it } from 'vitest';
import { decisionOf } from '../../src/decision/index.js';
import { componentsOf, leversOf } from '../../src/decision/levers.js';
import { ruleOf } from '../../src/decision/rule.js';
import type {
  AllCounters,
  Catalog,
  Query,
  StatementReport,
  TableReport,
  Verdict,
  VerdictKind,
  Workload,
} from '../../src/model/index.js';

const none: AllCounters = {
  calls: 0,
  totalExecMs: 0,
  rows: 0,
  walBytes: 0,
  blocksRead: 0,
  blocksHit: 0,
  tempBlocks: 0,
  planMs: 0,
  jitMs: 0,
};
const aside = { statements: 0, counters: none };

/** 1,000 seconds in which 100,000 ms were spent. */
function workload(rest: Partial<Workload> = {}): Workload {
  const counters = {
    ...none,
    calls: 5000,
    totalExecMs: 100_000,
    rows: 8000,
    walBytes: 1e6,
    blocksRead: 100,
    blocksHit: 900,
  };
  return {
    statements: [],
    setAside: { masked: aside, noText: aside, nested: aside, otherDatabase: aside },
    evictions: 0,
    window: { from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:16:40.000Z', snapshots: 1, restarted: 0 },
    totals: { counters, intervals: [], lacks: [] },
    formats: ['csv'],
    notes: [],
    ...rest,
  };
}

const catalog: Catalog = {
  tables: new Map(),
  views: new Map(),
  functions: new Map(),
  operators: new Map(),
  types: new Set(),
  sequences: [],
  searchPath: [],
  origin: 'schema',
  unreadable: [],
};

function statement(
  id: string,
  counters: Partial<AllCounters>,
  verdict: VerdictKind = 'single-shard',
  tables: Verdict['tables'] = ['public.a'],
): StatementReport {
  const all = { ...none, ...counters };
  return {
    id,
    text: id,
    counters: all,
    weight: all.calls,
    verdict: { verdict, tables, because: [] },
    source: { file: 'x', line: 1 },
    tags: {},
  };
}

const reading = { writes: [], instances: [] } as unknown as Query;
const writing = (...tables: string[]) =>
  ({ writes: tables.map((table) => ({ table, kind: 'insert' })), instances: [] }) as unknown as Query;

const score = { singleShardShare: 1, oneDatabaseShare: 1, conditionalShare: 0, unknownShare: 0 };

function decide(
  of: Workload,
  statements: readonly StatementReport[] = [],
  queries: ReadonlyMap<string, Query> = new Map(),
  tables: readonly TableReport[] = [],
) {
  return decisionOf({
    workload: of,
    score,
    statements,
    queries,
    tables,
    graph: { nodes: [], edges: [] },
    catalog,
  });
}

const figure = (of: Workload, code: string) => decide(of).figures.find((one) => one.code === code);

describe('figures of the window', () => {
  it.each([
    ['window', 1_000_000],
    ['busy-backends', 0.1],
    ['calls', 5],
    ['rows', 8],
    ['wal-bytes', 1000],
    ['block-reads', 0.1],
    ['hit-ratio', 0.9],
    ['temp-blocks', 0],
    ['jit-share', 0],
  ])('%s', (code, value) => {
    expect(figure(workload(), code)?.value).toBeCloseTo(value, 9);
  });

  it('are unknown, with the reason, where the window is', () => {
    const unknown = workload({ window: { snapshots: 1, restarted: 0, to: '2026-01-01T00:00:00.000Z' } });
    expect(figure(unknown, 'busy-backends')).toMatchObject({
      why: expect.stringContaining('since when it counts'),
    });
    expect(figure(unknown, 'busy-backends')).not.toHaveProperty('value');
    // A ratio needs no window.
    expect(figure(unknown, 'hit-ratio')?.value).toBeCloseTo(0.9, 9);
    const summed = workload({ window: { ...workload().window, snapshots: 2, summed: true } });
    expect(figure(summed, 'calls')?.why).toContain('added');
  });

  it('name the column that they are summed from', () => {
    expect(figure(workload(), 'block-reads')?.from).toBe('Σ shared_blks_read / window');
  });

  it('are unknown where a column is missing, never 0', () => {
    const { totals } = workload();
    const poor = workload({ totals: { ...totals, lacks: ['wal', 'temp'] }, lacks: ['time'] });
    expect(figure(poor, 'wal-bytes')).toMatchObject({ why: 'an export has no wal_bytes' });
    expect(figure(poor, 'temp-blocks')?.value).toBeUndefined();
    expect(figure(poor, 'busy-backends')?.why).toBe('an export has no total_exec_time');
    expect(figure(poor, 'calls')?.value).toBe(5);
    expect(decide(poor).byWal).toEqual([]);
  });

  it('do not take planning that nobody tracked for none', () => {
    expect(figure(workload(), 'planning-share')?.why).toContain('track_planning');
  });
});

describe('growth', () => {
  const day = (number: number, calls: number) => ({
    from: `2026-01-0${number}T00:00:00.000Z`,
    to: `2026-01-0${number + 1}T00:00:00.000Z`,
    counters: { ...none, calls },
  });
  const over = (...calls: number[]) => {
    const { totals } = workload();
    return decide(
      workload({ totals: { ...totals, intervals: calls.map((count, at) => day(at + 1, count)) } }),
    );
  };

  it('is peak beside mean, with a trend from three intervals on', () => {
    expect(over(100, 200, 300).growth[0]).toMatchObject({
      counter: 'calls',
      peakOverMean: expect.closeTo(1.5, 9),
      peakAt: '2026-01-04T00:00:00.000Z',
      trendPerDay: expect.closeTo(0.5, 9),
    });
    expect(over(100, 300).growth[0]).not.toHaveProperty('trendPerDay');
  });

  it('is unknown of a single interval', () => {
    expect(over(100)).toMatchObject({ growth: [], growthUnknown: expect.stringContaining('there is one') });
  });
});

describe('the heaviest', () => {
  const statements = [
    statement('a', { calls: 10, totalExecMs: 60_000, blocksRead: 20_000 }),
    statement('b', { calls: 100, totalExecMs: 10, rows: 100, walBytes: 750_000 }),
    statement('c', { calls: 90, totalExecMs: 20_000, rows: 40, walBytes: 250_000 }),
  ];
  const queries = new Map([
    ['a', reading],
    ['b', writing('public.x')],
    ['c', writing('public.x', 'public.y')],
  ]);
  const decision = decide(workload(), statements, queries);

  it('are told by time, by WAL and by table', () => {
    expect(decision.byTime.map(({ id, share }) => [id, share])).toEqual([
      ['a', 0.6],
      ['c', 0.2],
      ['b', 0.0001],
    ]);
    expect(decision.byTime[0]).toMatchObject({ meanMs: 6000, blockReadsPerCall: 2000, writes: false });
    expect(decision.byWal.map(({ id, share }) => [id, share])).toEqual([
      ['b', 0.75],
      ['c', 0.25],
    ]);
    expect(decision.writtenTables).toEqual([
      { table: 'public.x', calls: 145, rows: 120, walBytes: 875_000 },
      { table: 'public.y', calls: 45, rows: 20, walBytes: 125_000 },
    ]);
  });

  it('say what levers would buy', () => {
    const most = Object.fromEntries(decision.levers.map((lever) => [lever.code, lever.most]));
    expect(most).toMatchObject({ 'indexes-and-plans': 0.6, pooling: 0.02, 'read-replicas': 0.6, caching: 0 });
    expect(decision.levers[0]?.statements).toEqual(['a']);
    expect(decision.levers.map(({ code }) => code)).toEqual([
      'indexes-and-plans',
      'pooling',
      'caching',
      'read-replicas',
      'partitioning',
      'archiving',
      'split-off-a-service',
    ]);
  });

  it('promise nothing without times and sizes', () => {
    const levers = leversOf({
      workload: workload({ lacks: ['time'] }),
      ran: [],
      byTime: [],
      tables: [],
      graph: { nodes: [], edges: [] },
      catalog,
    });
    const unknown = levers.filter(({ most }) => most === undefined).map(({ code }) => code);
    expect(unknown).toEqual(['indexes-and-plans', 'pooling', 'read-replicas', 'partitioning', 'archiving']);
  });
});

it('a group of tables that comes off tells what ties it', () => {
  const node = (table: string, reads: number) => ({ table, reads, writes: 0, community: 0 });
  const tied = { name: 'jobs', foreignKeys: [{ target: 'users' }] };
  const tables = new Map([tied, { name: 'users', foreignKeys: [] }].map((one) => [one.name, one]));
  const service = (of: Catalog) =>
    leversOf({
      workload: workload(),
      ran: [
        { report: statement('a', { calls: 500, totalExecMs: 25_000 }, 'unsharded', ['jobs']) },
        { report: statement('b', { calls: 4500, totalExecMs: 75_000 }, 'single-shard', ['users']) },
      ],
      byTime: [],
      tables: [],
      graph: { nodes: [node('jobs', 500), node('users', 4500)], edges: [] },
      catalog: of,
    }).at(-1);
  expect(service(catalog)).toMatchObject({ most: 0.25, tables: ['jobs'] });
  expect(service(catalog)?.says.join()).toContain('No foreign key that is known');
  const known = { ...catalog, tables: tables as unknown as Catalog['tables'] };
  expect(service(known)?.says.join()).toContain('1 foreign key ties them to the rest');
});

it('components hang together by statements and logged transactions, the busiest first', () => {
  const node = (table: string, reads: number) => ({ table, reads, writes: 0, community: 0 });
  const edge = (source: string, target: string, calls: number) => ({ source, target, calls, predicates: [] });
  const graph = {
    nodes: [node('a', 1), node('b', 1), node('c', 10), node('d', 1)],
    edges: [edge('a', 'b', 1), edge('b', 'd', 0)],
  };
  const logged = { ...graph, edges: [...graph.edges, { ...edge('c', 'd', 0), transactions: 1 }] };
  expect(componentsOf(logged)).toEqual([
    ['c', 'd'],
    ['a', 'b'],
  ]);
  expect(componentsOf(graph)).toEqual([['c'], ['a', 'b'], ['d']]);
});

describe('the threshold rule', () => {
  const ruled = (crossing: number) =>
    ruleOf({ ...score, singleShardShare: 1 - crossing }, [
      statement('good', { calls: 10_000 * (1 - crossing) }),
      mended('mendable', { calls: 7_500 * crossing }, 'single-shard'),
      mended('better', { calls: 1_500 * crossing }, 'multi-shard'),
      statement('accepted', { calls: 1_000 * crossing }, 'scatter'),
      statement('apart', { calls: 5_000 }, 'unsharded'),
    ]);
  const mended = (id: string, calls: { calls: number }, rewrittenVerdict: VerdictKind) => ({
    ...statement(id, calls, 'scatter'),
    fix: { kind: 'add-key-to-where', text: 'say it', rewritten: 'said', rewrittenVerdict },
  });

  it.each([
    [0.005, 'go'],
    [0.011, 'fix-the-shapes'],
    [0.049, 'fix-the-shapes'],
    [0.051, 'reconsider-the-key'],
  ])('at %d', (crossing, applies) => {
    expect(ruled(crossing).applies).toBe(applies);
  });

  it('names the shapes, and what is left when those are mended that can be', () => {
    const rule = ruled(0.04);
    expect(rule.shapes).toMatchObject([
      { id: 'mendable', share: expect.closeTo(0.03, 9), mendable: true },
      { id: 'better', mendable: false },
      { id: 'accepted', mendable: false },
    ]);
    expect(rule.leftWhenFixed).toBeCloseTo(0.01, 9);
  });
});
