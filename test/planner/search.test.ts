import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Assignment, isWithin, levelCost, type Open } from '../../src/planner/assignment.js';
import { costOf } from '../../src/planner/climb.js';
import { denseOf, ranksOf } from '../../src/planner/dense.js';
import { boundOf, noDual, openDual } from '../../src/planner/dual.js';
import type { EvidenceNode } from '../../src/planner/evidence.js';
import { keepLimits } from '../../src/planner/limits.js';
import { narrow, withoutTooHeavy } from '../../src/planner/narrow.js';
import { puzzleOf } from '../../src/planner/problem.js';
import { evidenceOf } from '../../src/planner/record.js';
import { reduceLevel } from '../../src/planner/reduce.js';
import { search } from '../../src/planner/search.js';
import { diceOf, problemArbitrary } from './problems.js';

function* every(open: Open): Generator<Assignment> {
  const [first, ...rest] = open;
  if (first === undefined) yield [];
  else for (const tail of every(rest)) for (const position of first) yield [position, ...tail];
}

const flat = fc.tuple(problemArbitrary(5), fc.nat()).map(([problem, seed]) => {
  const puzzle = puzzleOf(problem);
  const { open, limits, safe } = keepLimits(puzzle.open, puzzle.limits);
  const [level] = puzzle.levels;
  const dense = denseOf([...open.keys()], open, reduceLevel(level, open), limits, safe);
  const plans = [...every(open)].map((plan) => ({ plan, cost: levelCost(level, plan) }));
  return {
    dense,
    open,
    plans,
    kept: plans.filter(({ plan }) => isWithin(limits, plan)),
    safe,
    dice: diceOf(seed),
  };
});

const allows = (open: Open, plan: Assignment): boolean =>
  plan.every((position, table) => (open[table] as readonly number[]).includes(position));

describe('narrowing', () => {
  it('leaves every plan that stays open its cost, and any messages bound it', () => {
    fc.assert(
      fc.property(flat, ({ dense, plans, dice }) => {
        const stays = Uint8Array.from(dense.charges, () => Number(dice(3) > 0));
        for (const start of dense.tableStart.slice(0, -1)) stays[start] = 1;
        const { messages } = noDual(dense);
        for (const at of messages.keys()) messages[at] = dice(200) - 100;
        const less = narrow(dense, messages, stays);
        const { bound } = boundOf(openDual(less.dense, { ...noDual(less.dense), messages: less.messages }));
        for (const { plan, cost } of plans) {
          if (!allows(less.dense.positions, plan)) continue;
          expect(costOf(less.dense, ranksOf(less.dense, plan))).toBeCloseTo(cost, 6);
          expect(bound).toBeLessThanOrEqual(cost + 1e-6);
        }
      }),
      { numRuns: 200, seed: 21 },
    );
  });

  it('closes as too heavy what no plan within the budgets has', () => {
    fc.assert(
      fc.property(flat, ({ dense, kept }) => {
        const stays = withoutTooHeavy(dense) as Uint8Array;
        for (const { plan } of kept) {
          for (const [table, rank] of ranksOf(dense, plan).entries())
            expect(stays[(dense.tableStart[table] as number) + rank]).toBe(1);
        }
      }),
      { numRuns: 100, seed: 22 },
    );
  });
});

describe('the search', () => {
  it('finds what trying every plan finds, and its evidence closes no cheaper plan', () => {
    fc.assert(
      fc.property(flat, ({ dense, open, kept, safe }) => {
        const found = search(dense, open, [ranksOf(dense, safe)], () => false);
        const least = Math.min(...kept.map(({ cost }) => cost));
        expect(found.cost).toBeCloseTo(least, 6);
        expect(found.bound).toBeCloseTo(least, 6);
        const cheaper = (left: typeof kept, node: EvidenceNode): void => {
          if (node.kind === 'closing') {
            for (const { plan, cost } of left)
              if (!allows(node.open, plan)) expect(cost).toBeGreaterThanOrEqual(least - 1e-6);
            cheaper(
              left.filter(({ plan }) => allows(node.open, plan)),
              node.rest,
            );
          }
          if (node.kind === 'split') {
            const isFirst = ({ plan }: (typeof kept)[number]): boolean =>
              node.positions.includes(plan[node.table] as number);
            cheaper(left.filter(isFirst), node.branches[0]);
            cheaper(
              left.filter((one) => !isFirst(one)),
              node.branches[1],
            );
          }
        };
        cheaper(kept, evidenceOf(found.record));
      }),
      { numRuns: 200, seed: 23 },
    );
  });

  it('has a plan and a bound even when time is over', () => {
    fc.assert(
      fc.property(flat, ({ dense, open, kept, safe }) => {
        const found = search(dense, open, [ranksOf(dense, safe)], () => true);
        const least = Math.min(...kept.map(({ cost }) => cost));
        expect(found.positions).toBeDefined();
        expect(found.bound).toBeLessThanOrEqual(least + 1e-6);
        expect(found.cost).toBeGreaterThanOrEqual(least - 1e-6);
      }),
      { numRuns: 50, seed: 24 },
    );
  });
});
