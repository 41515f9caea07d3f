// A certificate may only ever prove what trying every plan would find; whatever is done to it, it never proves more.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProofFile, StatementCost } from '../../src/model/index.js';
import { toNumber } from '../../src/planner/certificate/exact.js';
import { followProof } from '../../src/planner/certificate/follow.js';
import { type ProofModel, proofModel } from '../../src/planner/certificate/model.js';
import { linkedTables } from '../../src/planner/certificate/parts.js';
import {
  type Certified,
  certifyPlan,
  type PlanProblem,
  type Solution,
  solvePlan,
  verifyClaims,
} from '../../src/planner/index.js';
import { bruteForce, type Dice, diceOf, problemArbitrary, randomProblem } from './problems.js';

function priceOf(cost: StatementCost, { positions }: Solution): number {
  const met = cost.boxes.filter((box) =>
    [...box.allowed].every(([table, allowed]) => allowed.includes(positions.get(table) as number)),
  );
  return Math.min(cost.otherwise, ...met.map((box) => box.cost));
}

function verdictOn(problem: PlanProblem, solution: Solution, { certificate, proof }: Certified) {
  const file: ProofFile = JSON.parse(JSON.stringify({ ...proof, shards: 16, weight: 'calls' }));
  return verifyClaims(problem, {
    placements: solution.placements,
    certificate,
    proof: file,
    classified: problem.costs.map((cost) => [cost.weight, priceOf(cost, solution)]),
  });
}

/** Every box of every term may ask any price of its tables. */
function anyMultipliers(model: ProofModel, dice: Dice, budgets: readonly string[]) {
  const statements = Object.fromEntries(
    model.terms.map((term) => [
      term.id,
      Object.fromEntries(
        term.boxes.map(({ allowed }, box) => [
          String(box + 1),
          Object.fromEntries(allowed.map(([table]) => [model.names[table], dice(4000) / 4])),
        ]),
      ),
    ]),
  );
  return { statements, budgets: Object.fromEntries(budgets.map((name) => [name, dice(100)])) };
}

describe('a certificate', () => {
  it('proves exactly what trying every combination finds, and is confirmed', async () => {
    await fc.assert(
      fc.asyncProperty(problemArbitrary(6), async (problem) => {
        const solution = await solvePlan(problem);
        const certified = await certifyPlan(problem, solution);
        expect(certified.certificate).toMatchObject({ status: 'optimal', gap: 0 });
        const { cost, charges } = certified.certificate;
        expect(cost + charges).toBeCloseTo(bruteForce(problem).total, 6);
        const found = verdictOn(problem, solution, certified);
        expect(found.checks.filter(({ holds }) => !holds)).toEqual([]);
        expect(found.verified).toMatchObject({ status: 'optimal', cost, gap: 0 });
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  it('closes the gap by relaxations and splits where there is too much to try', async () => {
    for (const seed of [1, 2, 3, 4]) {
      const problem = randomProblem({ tables: 10, statements: 30, keys: 3 }, diceOf(seed));
      const solution = await solvePlan(problem);
      const certified = await certifyPlan(problem, solution);
      expect(certified.certificate).toMatchObject({ status: 'optimal', gap: 0 });
      expect(verdictOn(problem, solution, certified).holds).toBe(true);
    }
  });

  it('never proves more than the optimum, whatever its multipliers are', () => {
    fc.assert(
      fc.property(problemArbitrary(5), fc.nat(), (problem, seed) => {
        const dice = diceOf(seed);
        const model = proofModel(problem);
        const all = model.names.map((name) => name);
        const budgets = model.limits.map(({ name }) => name);
        const splittable = model.names.findIndex((_, table) => (model.open[table]?.length ?? 0) > 1);
        const leaf = () => ({ kind: 'bounded' as const, multipliers: anyMultipliers(model, dice, budgets) });
        const proof =
          splittable < 0
            ? leaf()
            : {
                kind: 'split' as const,
                table: model.names[splittable] as string,
                options: [model.labels[splittable]?.[model.open[splittable]?.[0] as number] as string],
                branches: [leaf(), leaf()] as const,
              };
        const followed = followProof(model, [{ tables: all, budgets, unit: 1, bound: 0, proof }]);
        if ('broken' in followed) throw new Error(followed.broken);
        expect(toNumber(followed.bound, model.bits)).toBeLessThanOrEqual(bruteForce(problem).total + 1e-6);
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it('bounds honestly when there is no time', async () => {
    const problem = randomProblem({ tables: 12, statements: 60, keys: 3 }, diceOf(5));
    const best = await solvePlan(problem);
    const certified = await certifyPlan({ ...problem, solveSeconds: 0 }, best);
    expect(certified.certificate.status).toBe('bounded');
    expect(certified.certificate.bound).toBeLessThan(best.cost);
    expect(verdictOn(problem, best, certified)).toMatchObject({
      holds: true,
      verified: { status: 'bounded' },
    });
  });
});

describe('a proof that is tampered with', () => {
  const problem = randomProblem({ tables: 8, statements: 25, keys: 3 }, diceOf(2));
  const model = proofModel(problem);
  const parts = linkedTables(model).map((tables) => ({
    tables: tables.map((table) => model.names[table] as string),
    budgets: [],
    unit: 1,
    bound: 0,
    proof: { kind: 'bounded' as const },
  }));
  const [part] = parts;
  const term = model.terms[0];
  if (part === undefined || term === undefined) throw new Error('the problem is too small');
  const table = model.names[term.boxes[0]?.allowed[0]?.[0] as number] as string;
  const priced = (price: number) => [
    {
      ...part,
      proof: {
        kind: 'bounded' as const,
        multipliers: { statements: { [term.id]: { '1': { [table]: price } } }, budgets: {} },
      },
    },
    ...parts.slice(1),
  ];

  it('is followed as it is', () => {
    expect(followProof(model, parts)).toHaveProperty('bound');
    expect(followProof(model, priced(1))).toHaveProperty('bound');
  });

  it.each([
    ['a negative multiplier', () => priced(-1), /is negative/],
    ['a multiplier that is no number', () => priced(Number.NaN), /no multiple/],
    ['a multiplier without end', () => priced(Number.POSITIVE_INFINITY), /no multiple/],
    ['a missing part', () => parts.slice(1), /a part is missing/],
    ['a part that is there twice', () => [part, ...parts], /in a part already/],
    [
      'a table left out of a part',
      () => [{ ...part, tables: part.tables.slice(1) }, ...parts.slice(1)],
      /some but not all/,
    ],
    ['a table that is not there', () => [...parts, { ...part, tables: ['public.none'] }], /no table/],
    ['a budget that is not there', () => [{ ...part, budgets: ['hope'] }], /budget/],
    ['too much to try', () => [{ ...part, proof: { kind: 'tried' as const } }], /too many/],
    [
      'a split that leaves a branch out',
      () => [
        {
          ...part,
          proof: {
            kind: 'split' as const,
            table,
            options: model.labels[model.names.indexOf(table)] as readonly string[],
            branches: [{ kind: 'bounded' as const }, { kind: 'bounded' as const }] as const,
          },
        },
      ],
      /not open|is empty/,
    ],
  ])('%s is refused', (_, tampered, cause) => {
    expect(followProof(model, tampered())).toMatchObject({ broken: expect.stringMatching(cause) });
  });
});
