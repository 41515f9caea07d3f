/** The process: its arguments and streams go in, its exit code is set. */

import { describeFailure } from './failures.js';
import { growSlowly } from './heap.js';
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

growSlowly();
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
