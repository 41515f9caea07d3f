import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flipsOf, type PlanProblem, solvePlan } from '../../src/planner/index.js';
import { diceOf, problemArbitrary, randomProblem } from './problems.js';

/** The problem with one table at one position, as a pin leaves it: the table pays for no wish of its own. */
function pinned(problem: PlanProblem, table: string, position: number): PlanProblem {
  return {
    ...problem,
    liking: new Map([...problem.liking, [table, [position]]]),
    chargedWishes: problem.chargedWishes.filter(({ id }) => id !== table),
  };
}

/** What the solver minimises: cost and charges. */
function totalOf(problem: PlanProblem, plan: ReadonlyMap<string, number>): number {
  const isMet = (allowed: ReadonlyMap<string, readonly number[]>): boolean =>
    [...allowed].every(([name, positions]) => positions.includes(plan.get(name) as number));
  const costs = problem.costs.map(({ weight, boxes, otherwise }) => {
    const met = boxes.filter(({ allowed }) => isMet(allowed)).map(({ cost }) => cost);
    return weight * Math.min(otherwise, ...met);
  });
  const charges = [...plan].map(([name, position]) => problem.charges.get(name)?.[position] ?? 0);
  const wishes = problem.chargedWishes.map(({ alternatives, charge }) =>
    alternatives.some(isMet) ? 0 : charge,
  );
  return [...costs, ...charges, ...wishes].reduce((sum, one) => sum + one, 0);
}

async function expectAllFlips(problem: PlanProblem): Promise<number> {
  const planWith = flipsOf(problem);
  let computed = 0;
  for (const [table, list] of problem.options) {
    for (const position of list.keys()) {
      const flip = planWith(table, position);
      if (flip === undefined) continue;
      computed += 1;
      const around = pinned(problem, table, position);
      const best = await solvePlan(around);
      expect(flip.get(table)).toBe(position);
      expect(totalOf(around, flip)).toBe(best.cost + best.charges);
    }
  }
  return computed;
}

describe('a flip', () => {
  it('costs what the best plan around the choice costs, budgets kept', async () => {
    await fc.assert(
      fc.asyncProperty(problemArbitrary(5), async (problem) => {
        const candidates = [...problem.options.values()].flat().length;
        expect(await expectAllFlips(problem)).toBe(candidates);
      }),
      { numRuns: 60 },
    );
  });

  it('is computed in a puzzle that is too large to be tried through', async () => {
    const problem = randomProblem({ tables: 9, statements: 12, keys: 3 }, diceOf(7));
    expect(await expectAllFlips({ ...problem, enumerateUpTo: 1 })).toBeGreaterThan(20);
  });

  it('is left out, by size alone, where too many tables are bound together', () => {
    const problem = randomProblem({ tables: 40, statements: 2000, keys: 4 }, diceOf(3));
    expect(flipsOf(problem)('public.t0000', 0)).toBeUndefined();
  });
});
