/** Load by shard and the shard-or-not figures of the marketplace. */

import { beforeAll, describe, expect, it } from 'vitest';
import { type AnalysisResult, analyzeExports } from '../../src/index.js';
import { request } from './requests.js';

let result: AnalysisResult;

beforeAll(async () => {
  result = await analyzeExports(request(['fixtures/marketplace']));
}, 60_000);

describe('the marketplace', () => {
  it('is spread evenly by user and less so by shop', () => {
    const hottest = (group: string) =>
      result.load.groups.find((one) => one.group === group)?.at.find(({ shards }) => shards === 16)?.hottest;
    expect((hottest('public.users.id')?.load?.median ?? 0) * 16).toBeLessThan(1.02);
    expect((hottest('public.shops.id')?.rows?.median ?? 0) * 16).toBeGreaterThan(1.1);
    expect((hottest('public.shops.id')?.rows?.median ?? 0) * 16).toBeLessThan(1.3);
  });

  it('has whales where, and only where, a table is flagged with a hot key', () => {
    const flagged = result.tables.filter(({ flags }) => flags.some(({ code }) => code === 'hot-key'));
    const groups = new Set(
      flagged.map(({ placement }) => placement.placement === 'sharded' && placement.group),
    );
    const withWhales = result.load.groups.filter(({ whales }) => whales.length > 0);
    expect(new Set(withWhales.map(({ group }) => group))).toEqual(groups);
    expect(groups).toEqual(new Set(['public.shops.id']));
  });

  it('says of a candidate what the flag would say', () => {
    const listings = result.tables.find(({ name }) => name === 'public.listings');
    const byShop = listings?.candidates.find(
      ({ placement }) => placement.placement === 'sharded' && placement.key === 'shop_id',
    );
    expect(byShop?.reasons.at(-1)).toMatch(/^hot-key: one shop_id has /);
  });

  it('says whose keys it borrowed', () => {
    const users = result.load.groups.find(({ group }) => group === 'public.users.id');
    expect(users?.assumed.map(({ table }) => table)).toContain('public.order_items');
  });

  it('ran for a week, and its intervals make up the window', () => {
    const value = (code: string) => result.decision.figures.find((one) => one.code === code)?.value;
    expect(value('window')).toBe(7 * 86_400_000);
    // All calls at top level: the 31,141 nested ones are in the outer calls already.
    expect((value('calls') ?? 0) * 7 * 86_400).toBeCloseTo(result.coverage.calls - 31_141, 3);
    expect(result.decision.growth.map(({ intervals }) => intervals)).toEqual([7, 7, 7, 7]);
  });

  it('should have the shapes fixed that cross shards', () => {
    const { rule } = result.decision;
    expect(rule.applies).toBe('fix-the-shapes');
    expect(rule.crossShare).toBeCloseTo(1 - result.plan.score.singleShardShare, 9);
    expect(rule.shapes).toHaveLength(10);
    expect(rule.leftWhenFixed).toBeLessThan(rule.crossShare);
  });
});
