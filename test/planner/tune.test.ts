import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundOf, type Multipliers } from '../../src/planner/certificate/bound.js';
import { toNumber } from '../../src/planner/certificate/exact.js';
import { proofModel } from '../../src/planner/certificate/model.js';
import { scopeOf } from '../../src/planner/certificate/scope.js';
import { tuned } from '../../src/planner/certificate/tune.js';
import { bruteForce, diceOf, randomProblem } from './problems.js';

const started = fc.nat().map((seed) => {
  const dice = diceOf(seed);
  const problem = randomProblem({ tables: 5, statements: 12, keys: 2 }, dice);
  const model = proofModel(problem);
  const scope = scopeOf(model, [...model.names.keys()], []);
  const messages = scope.joints.map(({ tables }) =>
    tables.map((table) => (model.labels[table] as readonly string[]).map(() => dice(400) - 200)),
  );
  const multipliers: Multipliers = { scope, bits: 0, messages: new Map(messages.entries()), tolls: [] };
  return { problem, model, multipliers };
});

describe('messages fitted to the joints of a proof', () => {
  it('never prove less than they did, mostly more, and never more than there is', () => {
    let runs = 0;
    let more = 0;
    fc.assert(
      fc.property(started, ({ problem, model, multipliers }) => {
        const bound = (of: Multipliers): number => toNumber(boundOf(of, model.open) ?? 0n, model.bits);
        const [before, after] = [bound(multipliers), bound(tuned(multipliers, model.open))];
        const { total } = bruteForce(problem);
        expect(after).toBeGreaterThanOrEqual(before - 1e-3);
        expect(after).toBeLessThanOrEqual(total + 1e-6);
        runs += 1;
        if (after > before + 1) more += 1;
      }),
      { numRuns: 60, seed: 41 },
    );
    expect(more).toBeGreaterThan(runs / 2);
  });
});
