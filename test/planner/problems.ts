/** Plan problems made up for tests: at random for fast-check, larger ones from a seed, and the slow exact answer. */

import fc from 'fast-check';
import type { Box, Placement, StatementCost, TableOptions } from '../../src/model/index.js';
import type { Budget, PlanProblem, TieBreak } from '../../src/planner/index.js';

/** A source of whole numbers below n. */
export type Dice = (below: number) => number;

/** A small linear congruential generator: the same seed, the same problem. */
export function diceOf(seed: number): Dice {
  let state = (seed >>> 0) + 1;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export interface Shape {
  readonly tables: number;
  readonly statements: number;
  readonly keys: number;
}

export function problemArbitrary(mostTables: number): fc.Arbitrary<PlanProblem> {
  const shape = fc.record({
    tables: fc.integer({ min: 1, max: mostTables }),
    statements: fc.integer({ min: 0, max: 12 }),
    keys: fc.integer({ min: 0, max: 3 }),
  });
  return fc
    .tuple(shape, fc.integer({ min: 0, max: 2 ** 31 - 1 }))
    .map(([of, seed]) => randomProblem(of, diceOf(seed)));
}

export function randomProblem(shape: Shape, dice: Dice): PlanProblem {
  const names = Array.from({ length: shape.tables }, (_, at) => `public.t${String(at).padStart(4, '0')}`);
  const options = new Map(names.map((name) => [name, optionsOf(shape, dice)]));
  return {
    options,
    costs: Array.from({ length: shape.statements }, (_, at) => statement(at, options, dice)),
    charges: chargesOf(options, dice, 3),
    chargedWishes: wishesOf(options, dice).map((wish) => ({ ...wish, charge: 1 + dice(50) })),
    budgets: [budget(options, dice)],
    tieBreaks: [tieBreak(options, dice)],
    liking: new Map([...options].map(([name, list]) => [name, permutation(list.length, dice)] as const)),
    solveSeconds: 30,
  };
}

function optionsOf(shape: Shape, dice: Dice): readonly Placement[] {
  const keys = Array.from({ length: shape.keys }, (_, at) => at);
  return [
    ...keys.map((key) => ({ placement: 'sharded', key: `k${key}`, group: `g${dice(3)}.${key}` }) as const),
    ...(dice(2) === 0 ? [{ placement: 'global' } as const] : []),
    { placement: 'unsharded' },
  ];
}

function statement(at: number, options: TableOptions, dice: Dice): StatementCost {
  const names = pick([...options.keys()], 1 + dice(3), dice);
  const boxes = Array.from({ length: 1 + dice(4) }, (): Box => {
    const cost = 1 + dice(20);
    const boxed = names.filter(() => dice(5) > 0);
    return {
      tier: 'scatter',
      cost,
      assumedCost: Math.max(1, cost - dice(3)),
      allowed: new Map(boxed.map((name) => [name, somePositions(options.get(name)?.length ?? 0, dice)])),
    };
  });
  return {
    id: `s${String(at).padStart(5, '0')}`,
    weight: 1 + dice(100),
    tables: [...names].sort(),
    boxes,
    otherwise: 32,
  };
}

function chargesOf(options: TableOptions, dice: Dice, most: number): ReadonlyMap<string, readonly number[]> {
  return new Map([...options].map(([name, list]) => [name, list.map(() => dice(most))] as const));
}

/** Loads the last option of each table, which is never the only thing that others depend on. */
function budget(options: TableOptions, dice: Dice): Budget {
  const loads = new Map(
    [...options].map(([name, list]) => {
      const load = dice(10);
      return [name, list.map((_, at) => (at === list.length - 1 ? load : 0))] as const;
    }),
  );
  return { name: 'load', unit: 'bytes', limit: 10 + dice(10), loads };
}

function tieBreak(options: TableOptions, dice: Dice): TieBreak {
  return { name: 'wishes', charges: chargesOf(options, dice, 2), wishes: wishesOf(options, dice) };
}

function wishesOf(options: TableOptions, dice: Dice): TieBreak['wishes'] {
  const names = [...options.keys()];
  return Array.from({ length: dice(4) }, (_, at) => ({
    id: `w${at}`,
    alternatives: [
      new Map(
        pick(names, 2, dice).map(
          (name) => [name, somePositions(options.get(name)?.length ?? 0, dice)] as const,
        ),
      ),
    ],
  }));
}

function pick<T>(from: readonly T[], count: number, dice: Dice): readonly T[] {
  return permutation(from.length, dice)
    .slice(0, count)
    .map((at) => from[at] as T);
}

function somePositions(count: number, dice: Dice): readonly number[] {
  const positions = Array.from({ length: count }, (_, at) => at).filter(() => dice(2) === 0);
  return positions.length > 0 ? positions : [dice(count)];
}

function permutation(count: number, dice: Dice): readonly number[] {
  const order = Array.from({ length: count }, (_, at) => at);
  for (let at = count - 1; at > 0; at -= 1) {
    const other = dice(at + 1);
    [order[at], order[other]] = [order[other] as number, order[at] as number];
  }
  return order;
}

/** The same problem, told in another order. */
export function shuffled(problem: PlanProblem, dice: Dice): PlanProblem {
  const reorder = <T>(list: readonly T[]): readonly T[] =>
    permutation(list.length, dice).map((at) => list[at] as T);
  return {
    ...problem,
    options: new Map(reorder([...problem.options])),
    costs: reorder(problem.costs),
    charges: new Map(reorder([...problem.charges])),
    chargedWishes: reorder(problem.chargedWishes),
    liking: new Map(reorder([...problem.liking])),
  };
}

// ── every combination ────────────────────────────────────────────────────────────────────────────────────────────────

interface Best {
  readonly positions: Readonly<Record<string, number>>;
  readonly total: number;
}

type Positions = ReadonlyMap<string, number>;

/** The first best plan by cost and charges, assumed cost, tie-breaks, then liking in name order. */
export function bruteForce(problem: PlanProblem): Best {
  const names = [...problem.options.keys()].sort();
  let plans: Positions[] = [new Map()];
  for (const name of names) {
    plans = plans.flatMap((plan) =>
      (problem.liking.get(name) ?? []).map((position) => new Map([...plan, [name, position]])),
    );
  }
  plans = plans.filter((plan) =>
    problem.budgets.every((budget) => sumOf(budget.loads, plan) <= widened(problem, budget)),
  );
  const measures = [
    (plan: Positions) =>
      priceOf(problem.costs, plan, 'cost') + sumOf(problem.charges, plan) + chargedFor(problem, plan),
    (plan: Positions) => priceOf(problem.costs, plan, 'assumedCost'),
    ...problem.tieBreaks.map((tieBreak) => (plan: Positions) => brokenWishes(tieBreak, plan)),
  ];
  for (const measure of measures) {
    const least = Math.min(...plans.map(measure));
    plans = plans.filter((plan) => measure(plan) === least);
  }
  const [best] = plans;
  if (best === undefined) throw new Error('no plan keeps the budget');
  return { positions: Object.fromEntries(best), total: (measures[0] as (plan: Positions) => number)(best) };
}

function widened(problem: PlanProblem, budget: Budget): number {
  const forced = [...problem.options].filter(([, list]) => list.length === 1);
  return Math.max(
    budget.limit,
    forced.reduce((sum, [name]) => sum + (budget.loads.get(name)?.[0] ?? 0), 0),
  );
}

function sumOf(of: ReadonlyMap<string, readonly number[]>, plan: Positions): number {
  return [...plan].reduce((sum, [name, position]) => sum + (of.get(name)?.[position] ?? 0), 0);
}

function priceOf(costs: readonly StatementCost[], plan: Positions, price: 'cost' | 'assumedCost'): number {
  return costs.reduce((sum, cost) => {
    const met = cost.boxes.filter((box) => isMet(box.allowed, plan)).map((box) => box[price]);
    return sum + cost.weight * Math.min(cost.otherwise, ...met);
  }, 0);
}

function brokenWishes(tieBreak: TieBreak, plan: Positions): number {
  return tieBreak.wishes.filter(isBroken(plan)).length + sumOf(tieBreak.charges, plan);
}

function chargedFor(problem: PlanProblem, plan: Positions): number {
  return problem.chargedWishes.filter(isBroken(plan)).reduce((sum, { charge }) => sum + charge, 0);
}

function isBroken(plan: Positions): (wish: TieBreak['wishes'][number]) => boolean {
  return (wish) => !wish.alternatives.some((allowed) => isMet(allowed, plan));
}

function isMet(allowed: ReadonlyMap<string, readonly number[]>, plan: Positions): boolean {
  return [...allowed].every(([name, positions]) => positions.includes(plan.get(name) as number));
}
