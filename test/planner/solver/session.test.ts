import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { MilpModel } from '../../../src/planner/solver/milp.js';
import { workerSolver } from '../../../src/planner/solver/session.js';
import { diceOf } from '../problems.js';

const builtWorker = new URL('../../../dist/planner/solver/highs-worker.js', import.meta.url);

/** min −2a −3b −4c with a + b + c at most `most`, all whole. */
function knapsack(most: number, seconds: number): MilpModel {
  return {
    columnCosts: Float64Array.of(-2, -3, -4),
    integer: Int32Array.of(1, 1, 1),
    rowLower: Float64Array.of(Number.NEGATIVE_INFINITY),
    rowUpper: Float64Array.of(most),
    starts: Int32Array.of(0, 3),
    indices: Int32Array.of(0, 1, 2),
    values: Float64Array.of(1, 1, 1),
    seconds,
  };
}

/** Of `count` columns as many as possible, where no two of some hundred random pairs go together: hard to prove. */
function independentSet(count: number, seconds: number): MilpModel {
  const dice = diceOf(1);
  const apart = Array.from({ length: count * 5 }, () => {
    const first = dice(count - 1);
    return [first, first + 1 + dice(count - 1 - first)];
  });
  return {
    columnCosts: new Float64Array(count).fill(-1),
    integer: new Int32Array(count).fill(1),
    rowLower: new Float64Array(apart.length).fill(Number.NEGATIVE_INFINITY),
    rowUpper: new Float64Array(apart.length).fill(1),
    starts: Int32Array.from({ length: apart.length + 1 }, (_, at) => 2 * at),
    indices: Int32Array.from(apart.flat()),
    values: new Float64Array(2 * apart.length).fill(1),
    start: new Float64Array(count),
    seconds,
  };
}

describe.skipIf(!existsSync(builtWorker))('the built worker', () => {
  it('answers one model after the other', async () => {
    const solver = workerSolver(() => new Worker(builtWorker));
    try {
      expect(await solver.run(knapsack(2, 10))).toMatchObject({ status: 'optimal', bound: -7 });
      expect(await solver.run(knapsack(1, 10))).toMatchObject({ status: 'optimal', bound: -4 });
    } finally {
      solver.close();
    }
  });

  it('ends at its time limit without a proof', async () => {
    const solver = workerSolver(() => new Worker(builtWorker));
    try {
      const { status } = await solver.run(independentSet(300, 0.5));
      expect(['feasible', 'stopped']).toContain(status);
    } finally {
      solver.close();
    }
  });
});

describe('a worker that fails', () => {
  it.each([
    ['throws', 'throw new Error("out of memory")'],
    ['ends', 'process.exit(1)'],
    ['does not end', 'for (;;);'],
  ])('%s: the model is unanswered, the next one gets a new worker', async (_, failure) => {
    let started = 0;
    const solver = workerSolver(() => {
      started += 1;
      const answer = started === 1 ? failure : 'parentPort.postMessage({ status: "optimal" })';
      const code = `const { parentPort } = require('node:worker_threads'); parentPort.on('message', () => { ${answer} });`;
      return new Worker(code, { eval: true });
    }, 0.2);
    try {
      expect(await solver.run(knapsack(2, 0.1))).toMatchObject({ status: 'stopped' });
      expect(await solver.run(knapsack(2, 5))).toMatchObject({ status: 'optimal' });
      expect(started).toBe(2);
    } finally {
      solver.close();
    }
  });
});
