/** One run of the command line: arguments and surroundings in, exit code out. Never throws. */

import { describeFailure } from './failures.js';
import { makeProgram } from './program.js';
import type { Surroundings } from './surroundings.js';

export async function run(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    await makeProgram(surroundings).parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    const { text, exitCode } = describeFailure(error);
    surroundings.stderr.write(text);
    return exitCode;
  }
}
