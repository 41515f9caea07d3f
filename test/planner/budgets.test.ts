import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../src/planner/index.js';
import { type Case, inWords, planCase, readCase } from './cases.js';

const big = { rows: 90_000_000, bytes: 90_000_000_000 };

/** Half of all calls search a log that has no key worth the name. */
const searched: Case = {
  shards: 16,
  tables: {
    'public.users': { columns: { id: 'int8!' }, primary: ['id'], ...big },
    'public.log': { columns: { id: 'int8!', text: 'text!' }, primary: ['id'], ...big },
  },
  statements: [
    { id: 'a', calls: 1000, reads: ['public.users'], pinned: [['public.users.id']] },
    { id: 'b', calls: 200, reads: ['public.log'] },
    { id: 'c', calls: 50, writes: ['public.log'], pinned: [['public.log.id']] },
    { id: 'd', calls: 50, writes: ['public.users'], pinned: [['public.users.id']] },
  ],
  expected: {},
};

describe('a budget of key columns to add', () => {
  it('leaves the tables that may not have one without', async () => {
    const of = readCase('added-key');
    const { solution } = await planCase(of, { budgets: { ...defaultSettings.budgets, addedKeys: 0 } });
    const added = [...solution.placements.values()].filter((one) => 'addKey' in one);
    expect(added).toEqual([]);
    expect([...(await planCase(of)).solution.placements.values()].some((one) => 'addKey' in one)).toBe(true);
    expect(solution.budgets.at(-1)).toMatchObject({ unit: 'columns', limit: 0, used: 0, exceeded: false });
  });
});

describe('a budget', () => {
  it('says whom it kept out, and what that costs', async () => {
    const { solution } = await planCase(searched);
    expect(inWords(solution)).toMatchObject({ 'public.log': 'id' });
    expect(solution.budgets).toEqual([
      {
        name: 'time of the unsharded database',
        unit: 'share',
        limit: 0.1,
        used: 0,
        exceeded: false,
        holders: [],
        keptOut: [{ table: 'public.log', saves: 200 * 15 }],
      },
      expect.objectContaining({ name: 'writes of the unsharded database', limit: 0.05, used: 0 }),
      expect.objectContaining({ name: 'bytes of global tables', unit: 'bytes', keptOut: [] }),
    ]);
  });

  it('keeps nobody out when there is room', async () => {
    const budgets = { unshardedTimeShare: 0.5, unshardedWriteShare: 0.6 };
    const { solution } = await planCase(searched, { budgets });
    expect(inWords(solution)).toMatchObject({ 'public.log': 'unsharded' });
    expect(solution.budgets[0]).toMatchObject({ used: 250 / 1300, holders: ['public.log'], keptOut: [] });
  });

  it('that could not be kept says what is taken of it, and by whom', async () => {
    const pins = new Map([['public.log', { placement: 'unsharded' } as const]]);
    const { solution } = await planCase(searched, { pins });
    expect(solution.exceededBudgets).toContain('time of the unsharded database');
    expect(solution.budgets[0]).toMatchObject({
      exceeded: true,
      used: 250 / 1300,
      holders: ['public.log'],
    });
  });
});
