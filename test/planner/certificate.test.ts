// A certificate may only ever prove what trying every plan would find; whatever is done to it, it never proves more.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProofFile, ProofMultipliers, ProofNode, StatementCost } from '../../src/model/index.js';
import { ascend } from '../../src/planner/ascend.js';
import { boundOf } from '../../src/planner/certificate/bound.js';
import { toNumber } from '../../src/planner/certificate/exact.js';
import { followProof } from '../../src/planner/certificate/follow.js';
import { multipliersFrom } from '../../src/planner/certificate/messages.js';
import { type ProofModel, proofModel } from '../../src/planner/certificate/model.js';
import { linkedTables } from '../../src/planner/certificate/parts.js';
import { narrowScope, type ProofScope, scopeOf } from '../../src/planner/certificate/scope.js';
import { denseOf } from '../../src/planner/dense.js';
import { noDual } from '../../src/planner/dual.js';
import {
  type Certified,
  certifyPlan,
  type PlanProblem,
  type Solution,
  solvePlan,
  verifyClaims,
} from '../../src/planner/index.js';
import { keepLimits } from '../../src/planner/limits.js';
import { puzzleOf } from '../../src/planner/problem.js';
import { reduceLevel } from '../../src/planner/reduce.js';
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

/** Every term may send its tables any messages, of either sign. */
function anyMultipliers({ model, joints }: ProofScope, dice: Dice): ProofMultipliers {
  const messages = (table: number) => (model.labels[table] as readonly string[]).map(() => dice(8000) - 4000);
  return {
    bits: dice(3),
    statements: Object.fromEntries(
      joints.map(({ id, tables }) => [
        id,
        Object.fromEntries(tables.map((table) => [model.names[table] as string, messages(table)])),
      ]),
    ),
    budgets: Object.fromEntries(model.limits.map(({ name }) => [name, dice(100)])),
  };
}

/** Splits the first table that can be split, and closes something in one branch. */
function anyProof(model: ProofModel, dice: Dice): ProofNode {
  const whole = scopeOf(
    model,
    model.names.map((_, table) => table),
    model.limits,
  );
  const leaf = (scope: ProofScope): ProofNode => ({
    kind: 'bounded',
    multipliers: anyMultipliers(scope, dice),
  });
  const movable = model.names.flatMap((_, table) => ((model.open[table]?.length ?? 0) > 1 ? [table] : []));
  const [split, closing] = movable;
  if (split === undefined) return leaf(whole);
  const labelOf = (table: number, position: number): string => model.labels[table]?.[position] as string;
  const [first = 0, ...others] = model.open[split] as readonly number[];
  const chosen = model.open.with(split, [first]);
  const [closed = 0, ...left] = model.open[closing ?? split] as readonly number[];
  const scope = narrowScope(whole, chosen);
  const under: ProofNode =
    closing === undefined
      ? leaf(scope)
      : {
          kind: 'closing',
          multipliers: anyMultipliers(scope, dice),
          closed: { [model.names[closing] as string]: [labelOf(closing, closed)] },
          rest: leaf(narrowScope(scope, chosen.with(closing, left))),
        };
  return {
    kind: 'split',
    table: model.names[split] as string,
    options: [labelOf(split, first)],
    branches: [under, leaf(narrowScope(whole, model.open.with(split, others)))],
  };
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
        const model = proofModel(problem);
        const budgets = model.limits.map(({ name }) => name);
        const proof = anyProof(model, diceOf(seed));
        const followed = followProof(model, [{ tables: model.names, budgets, unit: 1, bound: 0, proof }]);
        if ('broken' in followed) throw new Error(followed.broken);
        expect(toNumber(followed.bound, model.bits)).toBeLessThanOrEqual(bruteForce(problem).total + 1e-6);
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it('proves what the dual proves, after rounding', () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const problem = randomProblem({ tables: 14, statements: 60, keys: 3 }, diceOf(seed));
      const model = proofModel(problem);
      const { open, levels, limits } = puzzleOf(problem);
      const kept = keepLimits(open, limits);
      const tables = model.names.map((_, table) => table);
      const dense = denseOf(tables, kept.open, reduceLevel(levels[0], kept.open), kept.limits, kept.safe);
      const climbing = {
        rounds: 30,
        distance: 'far',
        known: Number.POSITIVE_INFINITY,
        isOver: () => false,
      } as const;
      const { bound, dual } = ascend(dense, noDual(dense), climbing);
      const scope = scopeOf(model, tables, model.limits);
      const exact = boundOf(multipliersFrom(scope, model.open, { dense, ...dual }), model.open) as bigint;
      expect(toNumber(exact + model.constant, model.bits)).toBeGreaterThanOrEqual(bound - 0.1);
    }
  });

  it('proves of a large part with a gap no more than the solve found: the proof ends there', async () => {
    const problem = {
      ...randomProblem({ tables: 1400, statements: 3600, keys: 2 }, diceOf(3)),
      solveSeconds: 1,
    };
    const found = await solvePlan(problem);
    // As if the search had ended at its root.
    const gap = found.cost - found.bound + found.cost / 50;
    const certified = await certifyPlan(problem, {
      ...found,
      evidence: found.evidence.map((one) => ({ ...one, gap })),
    });
    expect(certified.certificate.bound).toBeGreaterThanOrEqual(found.cost - gap);
    expect(JSON.stringify(certified.proof)).not.toContain('"split"');
    expect(verdictOn(problem, found, certified).holds).toBe(true);
  });

  it('bounds honestly when there is neither evidence nor time', async () => {
    const problem = randomProblem({ tables: 12, statements: 60, keys: 3 }, diceOf(5));
    const best = await solvePlan(problem);
    const certified = await certifyPlan({ ...problem, solveSeconds: 0 }, { ...best, evidence: [] });
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
  const table = model.names[term.tables[0] as number] as string;
  const proven = (proof: ProofNode) => [{ ...part, proof }, ...parts.slice(1)];
  const sent = (message: number, more: Partial<ProofMultipliers> = {}) =>
    proven({
      kind: 'bounded',
      multipliers: { bits: 0, statements: { [term.id]: { [table]: [message] } }, budgets: {}, ...more },
    });
  const none: ProofMultipliers = { bits: 0, statements: {}, budgets: {} };
  const labels = model.labels[model.names.indexOf(table)] as readonly string[];
  const closing = (closed: Record<string, readonly string[]>) =>
    proven({ kind: 'closing', multipliers: none, closed, rest: { kind: 'bounded' } });

  it('is followed as it is', () => {
    expect(followProof(model, parts)).toHaveProperty('bound');
    expect(followProof(model, sent(1))).toHaveProperty('bound');
    expect(followProof(model, sent(-1))).toHaveProperty('bound');
    expect(followProof(model, closing({ [table]: labels.slice(1) }))).toHaveProperty('bound');
  });

  it.each([
    ['a negative toll', () => sent(1, { budgets: { load: -1 } }), /budget/],
    ['a message that is no number', () => sent(Number.NaN), /no whole numbers/],
    ['a message without end', () => sent(Number.POSITIVE_INFINITY), /no whole numbers/],
    ['a message between whole numbers', () => sent(0.5), /no whole numbers/],
    ['a unit finer than there are', () => sent(1, { bits: 21 }), /units of/],
    ['a unit that is no number', () => sent(1, { bits: Number.NaN }), /units of/],
    [
      'a message of a statement that is not there',
      () => sent(1, { statements: { none: { [table]: [1] } } }),
      /no statement/,
    ],
    [
      'a message to a table that is not there',
      () => sent(1, { statements: { [term.id]: { none: [1] } } }),
      /does not depend on it/,
    ],
    [
      'messages to more options than there are',
      () => sent(1, { statements: { [term.id]: { [table]: [...labels, ''].map(() => 1) } } }),
      /one an option/,
    ],
    ['all options closed, and more to come', () => closing({ [table]: labels }), /and goes on|not open/],
    [
      'some options closed, and nothing to come',
      () => proven({ kind: 'closing', multipliers: none, closed: { [table]: labels.slice(1) } }),
      /does not go on/,
    ],
    ['an option closed that is not there', () => closing({ [table]: ['none'] }), /not open/],
    ['a table closed that is not there', () => closing({ none: ['global'] }), /no table of the part/],
    ['nothing closed of a table', () => closing({ [table]: [] }), /closes no option/],
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
      () =>
        proven({
          kind: 'split',
          table,
          options: labels,
          branches: [{ kind: 'bounded' }, { kind: 'bounded' }],
        }),
      /not open|is empty/,
    ],
  ])('%s is refused', (_, tampered, cause) => {
    expect(followProof(model, tampered())).toMatchObject({ broken: expect.stringMatching(cause) });
  });
});
