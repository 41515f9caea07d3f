/** What the doctor makes of settings and of exports. That a live server is asked the right things is tested beside capture. */

import { describe, expect, it } from 'vitest';
import { exportChecks, trackingChecks } from '../../src/analysis/index.js';
import { emptyCatalog } from '../../src/catalog/index.js';
import type { Coverage, Workload } from '../../src/model/index.js';
import { sample } from '../report/sample.js';

const statusOf = (checks: readonly { id: string; status: string }[], id: string) =>
  checks.find((check) => check.id === id)?.status;

describe('settings', () => {
  const status = (settings: Readonly<Record<string, string>>, id: string, entries?: number) =>
    statusOf(
      trackingChecks({
        settings: new Map(Object.entries(settings)),
        extensionVersion: '1.10',
        newestVersion: '1.10',
        ...(entries === undefined ? {} : { entries }),
      }),
      id,
    );

  it.each([
    ['compute_query_id', 'auto', 'compute-query-id', 'ok'],
    ['compute_query_id', 'off', 'compute-query-id', 'fail'],
    ['pg_stat_statements.track', 'top', 'track', 'ok'],
    ['pg_stat_statements.track', 'all', 'track', 'ok'],
    ['pg_stat_statements.track', 'none', 'track', 'fail'],
    ['pg_stat_statements.track_utility', 'off', 'track-utility', 'warn'],
    ['pg_stat_statements.track_planning', 'off', 'track-planning', 'ok'],
    ['track_io_timing', 'off', 'io-timing', 'warn'],
  ])('%s = %s', (name, value, id, expected) => {
    expect(status({ [name]: value }, id)).toBe(expected);
    expect(status({}, id)).toBeUndefined();
  });

  it('warns before there is no room', () => {
    expect(status({ 'pg_stat_statements.max': '5000' }, 'room', 4499)).toBe('ok');
    expect(status({ 'pg_stat_statements.max': '5000' }, 'room', 4500)).toBe('warn');
  });

  it('wants the extension that is installed', () => {
    const checks = trackingChecks({ settings: new Map(), extensionVersion: '1.6', newestVersion: '1.12' });
    expect(checks).toEqual([expect.objectContaining({ id: 'extension-version', status: 'warn' })]);
    expect(checks[0]?.hint).toContain('ALTER EXTENSION');
  });
});

describe('an export', () => {
  const none = { statements: 0, calls: 0, totalExecMs: 0 };
  const part = (calls: number) => ({ statements: 3, calls, totalExecMs: 0 });
  const clean = {
    ...sample.coverage,
    calls: 1000,
    readable: part(1000),
    masked: none,
    truncated: none,
    unparsed: none,
  };
  const week = { from: '2026-03-01T00:00:00Z', to: '2026-03-08T00:00:00Z', snapshots: 1, restarted: 0 };
  const checks = (changed: {
    readonly window?: Partial<Workload['window']>;
    readonly evictions?: Workload['evictions'];
    readonly coverage?: Partial<Coverage>;
  }) =>
    exportChecks({
      workload: {
        ...({} as Workload),
        window: { ...week, ...changed.window },
        evictions: changed.evictions ?? 0,
      },
      coverage: { ...clean, ...changed.coverage },
      catalog: emptyCatalog(),
    });

  it.each([
    ['2026-03-01T00:30:00Z', 'fail'],
    ['2026-03-01T12:00:00Z', 'warn'],
    ['2026-03-08T00:00:00Z', 'ok'],
    ['2026-07-08T00:00:00Z', 'warn'],
  ])('that counts until %s: %s', (to, expected) => {
    expect(statusOf(checks({ window: { to } }), 'window')).toBe(expected);
  });

  it('that does not say since when it counts is a warning', () => {
    const { from: _from, ...open } = week;
    const found = exportChecks({
      workload: { ...({} as Workload), window: open, evictions: 0 },
      coverage: clean,
      catalog: emptyCatalog(),
    });
    expect(statusOf(found, 'window')).toBe('warn');
  });

  it.each([
    [0, 'ok'],
    [11, 'warn'],
    ['unknown', 'warn'],
  ] as const)('with %s evictions: %s', (evictions, expected) => {
    expect(statusOf(checks({ evictions }), 'evictions')).toBe(expected);
  });

  it.each([
    ['masked', 10, 'warn'],
    ['masked', 300, 'fail'],
    ['truncated', 300, 'fail'],
    ['unparsed', 10, 'warn'],
  ] as const)('with %s calls: %i of 1000', (id, calls, expected) => {
    expect(statusOf(checks({ coverage: { [id]: part(calls) } }), id)).toBe(expected);
  });

  it('without a statement of the application fails', () => {
    expect(statusOf(checks({ coverage: { readable: none } }), 'coverage')).toBe('fail');
  });

  it('has something to do wherever something is wrong', () => {
    const found = checks({
      window: { to: week.from },
      evictions: 3,
      coverage: { masked: part(9), readable: none },
    });
    const wrong = found.filter(({ status }) => status !== 'ok');
    expect(wrong.length).toBeGreaterThan(3);
    for (const { hint } of wrong) expect(hint).toBeDefined();
  });
});
