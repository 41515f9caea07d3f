import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { solvePlan } from '../../src/planner/index.js';
import { bruteForce, diceOf, problemArbitrary, randomProblem, shuffled } from './problems.js';

describe('solvePlan', () => {
  it.each([
    ['enumeration', 4096],
    ['the solver', 0],
  ])('finds by %s the plan that trying every combination finds', async (_, enumerateUpTo) => {
    await fc.assert(
      fc.asyncProperty(problemArbitrary(5), async (problem) => {
        const best = bruteForce(problem);
        const solution = await solvePlan({ ...problem, enumerateUpTo });
        expect(solution.status).toBe('optimal');
        expect(solution.gap).toBe(0);
        expect(solution.cost + solution.charges).toBeCloseTo(best.total, 6);
        expect(Object.fromEntries(solution.positions)).toEqual(best.positions);
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  it('does not depend on the order of tables and statements', async () => {
    for (const seed of [1, 2, 3]) {
      const problem = randomProblem({ tables: 9, statements: 25, keys: 3 }, diceOf(seed));
      const told = await solvePlan(problem);
      const retold = await solvePlan(shuffled(problem, diceOf(seed + 100)));
      expect(JSON.stringify([...retold.positions])).toBe(JSON.stringify([...told.positions]));
      const apart = { placements: 0, positions: 0, secondsLeft: 0 };
      expect({ ...retold, ...apart }).toEqual({ ...told, ...apart });
    }
  });

  it('keeps its budget, and says which one it could not keep', async () => {
    const unsharded = { placement: 'unsharded' } as const;
    const sharded = { placement: 'sharded', key: 'k', group: 'g' } as const;
    const options = new Map([
      ['public.free', [sharded, unsharded]],
      ['public.stuck', [unsharded]],
    ]);
    const cheap = (id: string, table: string, position: number) => ({
      id,
      weight: 10,
      tables: [table],
      otherwise: 16,
      boxes: [
        { tier: 'unsharded' as const, cost: 1, assumedCost: 1, allowed: new Map([[table, [position]]]) },
      ],
    });
    const solution = await solvePlan({
      options,
      costs: [cheap('a', 'public.free', 1), cheap('b', 'public.stuck', 0)],
      charges: new Map(),
      chargedWishes: [],
      budgets: [
        {
          name: 'time',
          unit: 'share',
          limit: 5,
          loads: new Map([
            ['public.free', [0, 4]],
            ['public.stuck', [6]],
          ]),
        },
      ],
      tieBreaks: [],
      liking: new Map(),
      solveSeconds: 10,
    });
    expect(solution.placements.get('public.free')).toEqual(sharded);
    expect(solution).toMatchObject({ cost: 170, bound: 170, exceededBudgets: ['time'] });
  });

  it('gives what it has with an honest bound when there is no time', async () => {
    const problem = randomProblem({ tables: 12, statements: 60, keys: 3 }, diceOf(5));
    const hurried = await solvePlan({ ...problem, solveSeconds: 0 });
    const proven = await solvePlan(problem);
    expect(hurried.status).toBe('bounded');
    expect(hurried.bound).toBeLessThanOrEqual(proven.cost + proven.charges);
    expect(hurried.cost + hurried.charges).toBeGreaterThanOrEqual(proven.cost + proven.charges);
    expect(hurried.gap).toBeCloseTo((hurried.cost - hurried.bound) / hurried.cost, 12);
    expect(proven).toMatchObject({ status: 'optimal', gap: 0, tiesDecided: true });
  });

  it('stops at its time limit with the plan in hand and a bound', async () => {
    const problem = randomProblem({ tables: 32, statements: 200, keys: 3 }, diceOf(3));
    const solution = await solvePlan({ ...problem, solveSeconds: 0.01 });
    expect(['bounded', 'heuristic']).toContain(solution.status);
    expect(solution.positions.size).toBe(32);
    expect(solution.bound).toBeGreaterThan(0);
    expect(solution.bound).toBeLessThan(solution.cost);
  });

  it('is an empty plan for no tables', async () => {
    const problem = randomProblem({ tables: 0, statements: 0, keys: 0 }, diceOf(1));
    expect(await solvePlan(problem)).toMatchObject({ cost: 0, bound: 0, gap: 0, status: 'optimal' });
  });
});
