import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascend } from '../../src/planner/ascend.js';
import { costOf, usedOf } from '../../src/planner/climb.js';
import { type Dense, denseOf } from '../../src/planner/dense.js';
import { noDual } from '../../src/planner/dual.js';
import { fill } from '../../src/planner/fill.js';
import { keepLimits } from '../../src/planner/limits.js';
import { type Cut, cutIntoPieces } from '../../src/planner/pieces.js';
import { puzzleOf } from '../../src/planner/problem.js';
import { reduceLevel } from '../../src/planner/reduce.js';
import { diceOf, randomProblem } from './problems.js';

const GAP = 1e6;

const cutUp = fc.nat().map((seed) => {
  const problem = randomProblem({ tables: 14, statements: 10, keys: 2 }, diceOf(seed));
  const puzzle = puzzleOf(problem);
  const { open, limits, safe } = keepLimits(puzzle.open, puzzle.limits);
  const dense = denseOf([...open.keys()], open, reduceLevel(puzzle.levels[0], open), limits, safe);
  const ascent = ascend(dense, noDual(dense), {
    rounds: 20,
    distance: 'far',
    known: Number.POSITIVE_INFINITY,
    isOver: () => false,
  });
  return { dense, ascent, cut: cutIntoPieces(dense, ascent, safe, GAP), dice: diceOf(seed) };
});

function withWays(ranks: Int32Array, { pieces }: Cut, ways: ReadonlyMap<number, number>): Int32Array {
  const changed = ranks.slice();
  for (const [piece, way] of ways) {
    const { tables, ways: all } = pieces[piece] as Cut['pieces'][number];
    for (const [slot, table] of tables.entries()) changed[table] = all[way]?.ranks[slot] as number;
  }
  return changed;
}

function fits(dense: Dense, ranks: Int32Array): boolean {
  return dense.limits.every((limit, at) => usedOf(dense, ranks, at) <= limit + 1e-9);
}

describe('pieces', () => {
  it('cost and weigh what their ways say, whatever ways the others have', () => {
    fc.assert(
      fc.property(cutUp, ({ dense, cut, dice }) => {
        const chosen = new Map(cut.pieces.map(({ ways }, at) => [at, dice(ways.length)]));
        const ranks = withWays(cut.anchor, cut, chosen);
        const more = (of: (way: Cut['pieces'][number]['ways'][number]) => number): number =>
          cut.pieces.reduce((sum, { ways }, at) => {
            const [first, way] = [ways[0], ways[chosen.get(at) as number]] as const;
            return first === undefined || way === undefined ? Number.NaN : sum + of(way) - of(first);
          }, 0);
        expect(costOf(dense, ranks)).toBeCloseTo(costOf(dense, cut.anchor) + more(({ cost }) => cost), 6);
        for (const limit of dense.limits.keys())
          expect(usedOf(dense, ranks, limit)).toBeCloseTo(
            usedOf(dense, cut.anchor, limit) + more(({ loads }) => loads[limit] as number),
            6,
          );
      }),
      { numRuns: 60, seed: 31 },
    );
  });
});

describe('filling', () => {
  it('keeps the limits, and no exchange of two pieces fits and is cheaper', () => {
    let pressed = 0;
    fc.assert(
      fc.property(cutUp, ({ dense, ascent, cut }) => {
        const ranks = fill(dense, ascent.dual.prices, cut, GAP, 0.2);
        if (ranks === undefined) return;
        expect(fits(dense, ranks)).toBe(true);
        const cost = costOf(dense, ranks);
        if (cost > costOf(dense, cut.anchor)) pressed += 1;
        for (const [one, { ways }] of cut.pieces.entries()) {
          for (const [other, { ways: others }] of cut.pieces.entries()) {
            for (const way of ways.keys()) {
              for (const also of others.keys()) {
                const changed = withWays(ranks, cut, new Map([[one, way]]).set(other, also));
                if (fits(dense, changed)) expect(costOf(dense, changed)).toBeGreaterThanOrEqual(cost - 1e-6);
              }
            }
          }
        }
      }),
      { numRuns: 60, seed: 32 },
    );
    // The budget mattered in some.
    expect(pressed).toBeGreaterThan(5);
  });
});
