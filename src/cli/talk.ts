/** Runs work that tells how far it is: progress on a terminal, notes on stderr when it is done. */

import type { ProgressListener } from '../model/index.js';
import { printable } from './failures.js';
import { collectGarbage, growYoung } from './heap.js';
import type { CommonOptions } from './options.js';
import { progressOn } from './progress.js';
import { type Surroundings, write } from './surroundings.js';

export async function whileTalking<T>(
  surroundings: Surroundings,
  common: CommonOptions,
  work: (listener: ProgressListener) => Promise<T>,
): Promise<T> {
  growYoung();
  const progress = progressOn(surroundings, common);
  const notes: string[] = [];
  let stage: string | undefined;
  const listen: ProgressListener = (event) => {
    if (event.note !== undefined) notes.push(printable(`note: ${event.note.message}\n`));
    if (event.detail !== undefined && common.verbose) notes.push(printable(`${event.detail}\n`));
    progress.listener(event);
    if (event.stage !== stage) collectGarbage();
    stage = event.stage;
  };
  return work(listen).finally(async () => {
    progress.finish();
    if (!common.quiet && notes.length > 0) await write(surroundings.stderr, notes.join(''));
  });
}
