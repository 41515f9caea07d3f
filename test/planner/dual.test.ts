import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Assignment, isWithin, levelCost } from '../../src/planner/assignment.js';
import { climb, costOf } from '../../src/planner/climb.js';
import { assignmentOf, denseOf, ranksOf } from '../../src/planner/dense.js';
import { boundOf, noDual, openDual, sweep } from '../../src/planner/dual.js';
import { keepLimits } from '../../src/planner/limits.js';
import { puzzleOf } from '../../src/planner/problem.js';
import { reduceLevel } from '../../src/planner/reduce.js';
import { diceOf, problemArbitrary } from './problems.js';

function* every(open: readonly (readonly number[])[]): Generator<Assignment> {
  const [first, ...rest] = open;
  if (first === undefined) yield [];
  else for (const tail of every(rest)) for (const position of first) yield [position, ...tail];
}

/** A random puzzle's first level, reduced and flat, with all of its assignments that keep the limits. */
const flat = fc.tuple(problemArbitrary(4), fc.nat()).map(([problem, seed]) => {
  const puzzle = puzzleOf(problem);
  const { open, limits, safe } = keepLimits(puzzle.open, puzzle.limits);
  const [level] = puzzle.levels;
  const dense = denseOf([...open.keys()], open, reduceLevel(level, open), limits, safe);
  const plans = [...every(open)].filter((plan) => isWithin(limits, plan));
  return { level, dense, plans, safe, limits, dice: diceOf(seed) };
});

describe('the dual', () => {
  it('is below every plan within the budgets, with any messages and prices', () => {
    fc.assert(
      fc.property(flat, ({ level, dense, plans, dice }) => {
        const start = noDual(dense);
        for (const at of start.messages.keys()) start.messages[at] = dice(200) - 100;
        for (const at of start.prices.keys()) start.prices[at] = dice(20);
        const dual = openDual(dense, start);
        for (let round = 0; round < 3; round += 1) {
          const { bound, rises } = boundOf(dual);
          for (const plan of plans) {
            const cost = levelCost(level, plan);
            expect(bound).toBeLessThanOrEqual(cost + 1e-6);
            for (const [table, rank] of ranksOf(dense, plan).entries()) {
              const rise = rises[(dense.tableStart[table] as number) + rank] as number;
              expect(bound + rise).toBeLessThanOrEqual(cost + 1e-6);
            }
          }
          sweep(dual);
        }
      }),
      { numRuns: 200, seed: 11 },
    );
  });

  it('never falls by a sweep while prices stay', () => {
    fc.assert(
      fc.property(flat, ({ dense, dice }) => {
        const dual = openDual(dense, noDual(dense));
        for (const at of dual.prices.keys()) dual.prices[at] = dice(5);
        let before = boundOf(dual).bound;
        for (let round = 0; round < 5; round += 1) {
          sweep(dual);
          const { bound } = boundOf(dual);
          expect(bound).toBeGreaterThanOrEqual(before - 1e-6);
          before = bound;
        }
      }),
      { numRuns: 100, seed: 12 },
    );
  });
});

describe('climbing', () => {
  it('keeps the limits, never ends above its start, and the flat cost is the cost', () => {
    fc.assert(
      fc.property(flat, ({ level, dense, safe, limits }) => {
        const start = ranksOf(dense, safe);
        const top = climb(dense, start) as Int32Array;
        const plan = assignmentOf(dense, top, safe);
        expect(isWithin(limits, plan)).toBe(true);
        expect(costOf(dense, start)).toBeCloseTo(levelCost(level, safe), 6);
        expect(costOf(dense, top)).toBeCloseTo(levelCost(level, plan), 6);
        expect(costOf(dense, top)).toBeLessThanOrEqual(costOf(dense, start) + 1e-6);
      }),
      { numRuns: 200, seed: 13 },
    );
  });
});
