/** One line of progress on a terminal's stderr, gone when the work is done. */

import type { ProgressListener } from '../model/index.js';
import { printable } from './failures.js';
import type { CommonOptions } from './options.js';
import type { Surroundings } from './surroundings.js';

export interface Progress {
  readonly listener: ProgressListener;
  readonly finish: () => void;
}

export function progressOn({ stderr, env }: Surroundings, options: CommonOptions): Progress {
  const inCi = env.CI !== undefined && env.CI !== '' && env.CI !== 'false';
  if (stderr.isTTY !== true || inCi || env.TERM === 'dumb' || options.quiet || !options.progress) {
    return { listener: () => {}, finish: () => {} };
  }
  let shown = 0;
  // Blanks instead of the terminal's own code for erasing, which NO_COLOR's users do not want to see either.
  const show = (text: string): void => {
    stderr.write(`\r${text.padEnd(shown)}`);
    shown = text.length;
  };
  return {
    listener: ({ message }) => show(printable(`${message} …`).slice(0, (stderr.columns ?? 80) - 1)),
    finish: () => {
      if (shown === 0) return;
      show('');
      stderr.write('\r');
    },
  };
}
