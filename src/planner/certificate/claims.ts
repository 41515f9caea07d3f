/** The figures that a plan and its certificate claim, from exact sums. */

import { byCodeUnit, type Certificate, type ProofFile } from '../../model/index.js';
import type { Assignment } from '../assignment.js';
import type { PlanProblem } from '../problem.js';
import { fractionBits, scaled, toNumber } from './exact.js';
import { type ProofModel, planPrice } from './model.js';

export type Figures = Pick<Certificate, 'status' | 'cost' | 'charges' | 'bound' | 'gap'>;

/** The plan's charges are taken off the bound, so that it bounds the cost of statements: decision 0003. */
export function figuresOf(
  problem: PlanProblem,
  model: ProofModel,
  assignment: Assignment,
  bound: bigint,
): Figures {
  const total = planPrice(model, assignment);
  const index = new Map(model.names.map((name, table) => [name, table]));
  const statements = exactSum(
    problem.costs.map((cost) => {
      const met = cost.boxes.filter((box) =>
        [...box.allowed].every(([name, positions]) =>
          positions.includes(assignment[index.get(name) ?? -1] ?? -1),
        ),
      );
      return [cost.weight, met.reduce((least, box) => Math.min(least, box.cost), cost.otherwise)];
    }),
  );
  const cost = toNumber(statements.sum, statements.bits);
  const charges = toNumber(
    total - (statements.sum << BigInt(Math.max(0, model.bits - statements.bits))),
    model.bits,
  );
  const isOptimal = bound >= total;
  const lower = isOptimal ? cost : Math.max(0, Math.min(cost, cost - toNumber(total - bound, model.bits)));
  return {
    status: isOptimal ? 'optimal' : 'bounded',
    cost,
    charges,
    bound: lower,
    gap: cost === 0 ? 0 : (cost - lower) / cost,
  };
}

/** The sum of products, without rounding, in units of 2^-bits. */
export function exactSum(products: readonly (readonly [number, number])[]): {
  readonly sum: bigint;
  readonly bits: number;
} {
  const bits = products.reduce((most, [a, b]) => Math.max(most, fractionBits(a) + fractionBits(b)), 0);
  let sum = 0n;
  for (const [a, b] of products) {
    const own = fractionBits(a);
    sum += scaled(a, own) * scaled(b, bits - own);
  }
  return { sum, bits };
}

export function budgetUse(
  problem: PlanProblem,
  model: ProofModel,
  assignment: Assignment,
): ProofFile['budgets'] {
  return [...problem.budgets]
    .sort((a, b) => byCodeUnit(a.name, b.name))
    .map(({ name, limit, loads }) => ({
      name,
      limit,
      used: model.names.reduce(
        (sum, table, at) => sum + (loads.get(table)?.[assignment[at] as number] ?? 0),
        0,
      ),
    }));
}
