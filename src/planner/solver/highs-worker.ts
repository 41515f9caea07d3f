/** The worker thread's entry: models come in as messages, answers go out in the same order. */

import { parentPort } from 'node:worker_threads';
import { runHighs } from './highs.js';
import type { MilpModel } from './milp.js';

parentPort?.on('message', (model: MilpModel) => {
  void runHighs(model).then((result) => parentPort?.postMessage(result));
});
