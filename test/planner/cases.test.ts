import { describe, expect, it } from 'vitest';
import { caseNames, inWords, judge, planCase, readCase } from './cases.js';

describe.each(caseNames())('the plan of %s', (name) => {
  it('is the expected one, proven', async () => {
    const of = readCase(name);
    const planned = await planCase(of);
    expect(inWords(planned.solution)).toEqual(of.expected);
    expect(planned.solution).toMatchObject({ status: 'optimal', gap: 0, exceededBudgets: [] });
  });

  it('costs what its boxes say', async () => {
    const planned = await planCase(readCase(name));
    expect(planned.solution.cost).toBe(judge(planned).cost);
    expect(planned.solution.bound).toBe(judge(planned).cost);
  });
});
