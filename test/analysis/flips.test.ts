import { describe, expect, it } from 'vitest';
import { pinned, pinsOf } from '../../src/analysis/pins.js';
import { planUnder } from '../../src/analysis/plan-under.js';
import { analysisRequest, readAll, settingsOf } from '../../src/inputs/index.js';
import { exactCost, flipsOf } from '../../src/planner/index.js';

/** With any of these pinned, tables around them have fewer options, and other charges for leaving their kin. */
const CHARGED_OTHERWISE = ['public.payments', 'public.payouts'];
/** Of the others one in so many: each is an analysis. */
const EVERY = 30;

describe('a flip on the marketplace', () => {
  it('costs what an analysis with that pin costs', async () => {
    const request = analysisRequest(['fixtures/marketplace']);
    const { ground } = await readAll(request, () => {});
    const settings = settingsOf(request);
    const { charged, options, problem, solution } = await planUnder(ground, settings);
    const judgement = exactCost(charged, solution.placements, options.options, flipsOf(problem));
    const candidates = [...options.options.keys()].flatMap((table) =>
      judgement.candidatesOf(table).map((candidate) => ({ table, ...candidate })),
    );
    const compared = candidates.filter(
      ({ table }, at) => CHARGED_OTHERWISE.includes(table) || at % EVERY === 0,
    );
    expect(compared.length).toBeGreaterThan(10);
    for (const { table, placement, costIfChosen, reoptimised } of compared) {
      expect(reoptimised).toBe(true);
      const pins = pinsOf(new Map([[table, placement]]), new Set([table]));
      const { solution: around } = await planUnder(ground, pinned(settings, pins));
      expect([table, placement, around.cost]).toEqual([table, placement, costIfChosen]);
    }
  }, 120_000);
});
