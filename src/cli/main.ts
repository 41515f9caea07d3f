/** The process: its arguments and streams go in, its exit code is set. */

import { setFlagsFromString } from 'node:v8';
import { describeFailure } from './failures.js';
import { run } from './run.js';

/** The reader of a pipe may leave early (`| head`): then there is nobody left to write to, and that is no error. */
function leaveQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}

function crash(error: unknown): never {
  const { text, exitCode } = describeFailure(error);
  process.stderr.write(text);
  process.exit(exitCode);
}

// By itself V8 lets two to four times of what is alive pile up before it looks for garbage: a gigabyte for a big export. Less
// costs a tenth of the time.
setFlagsFromString('--heap-growing-percent=25');

process.on('uncaughtException', crash);
process.stdout.on('error', leaveQuietly);
process.stderr.on('error', leaveQuietly);

process.exitCode = await run(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
});
