/**
 * A solver for as long as a plan takes: HiGHS in a worker thread, so that the caller's thread stays free and a model
 * that ignores its time limit can be stopped. This file and the worker's entry are the room's only impurity.
 *
 * Run from the TypeScript sources (tests), there is no compiled worker to start; the solver then runs in this thread
 * with its own time limit only.
 */

import { Worker } from 'node:worker_threads';
import type { MilpModel, MilpResult, Solver } from './milp.js';

/** What a solver gets beyond its own time limit before the thread is ended. */
const GRACE_SECONDS = 3;

/** Counts down from now. */
export function startCountdown(seconds: number): () => number {
  const end = performance.now() + seconds * 1000;
  return () => (end - performance.now()) / 1000;
}

export function openSolver(): Solver {
  if (import.meta.url.endsWith('.ts')) {
    // Loaded when it is needed: what checks a certificate never does.
    return { run: async (model) => (await import('./highs.js')).runHighs(model), close: () => {} };
  }
  return workerSolver(() => new Worker(new URL('./highs-worker.js', import.meta.url)));
}

/**
 * The thread starts with the first model: many plans are proven without a solver. A thread that crashes or does not end
 * leaves the model unanswered, and the next model gets a new one.
 */
export function workerSolver(start: () => Worker, graceSeconds: number = GRACE_SECONDS): Solver {
  let worker: Worker | undefined;
  return {
    async run(model) {
      worker ??= start();
      const result = await ask(worker, model, graceSeconds);
      if (result.status === 'stopped') {
        await worker.terminate();
        worker = undefined;
      }
      return result;
    },
    close() {
      // A thread takes a quarter of a second to end; nobody has to wait for it.
      worker?.unref();
      void worker?.terminate();
      worker = undefined;
    },
  };
}

function ask(worker: Worker, model: MilpModel, graceSeconds: number): Promise<MilpResult> {
  return new Promise((resolve) => {
    const limit = AbortSignal.timeout(Math.ceil((model.seconds + graceSeconds) * 1000));
    const settle = (settled: () => void): void => {
      limit.removeEventListener('abort', onStop);
      worker.off('message', onMessage).off('error', onStop).off('exit', onStop);
      settled();
    };
    const stopped: MilpResult = { status: 'stopped', seconds: model.seconds, solver: 'highs' };
    const onMessage = (result: MilpResult): void => settle(() => resolve(result));
    const onStop = (): void => settle(() => resolve(stopped));
    worker.on('message', onMessage).on('error', onStop).on('exit', onStop);
    limit.addEventListener('abort', onStop);
    worker.postMessage(model);
  });
}
