/** The process: its arguments and streams go in, its exit code is set. */

import { describeFailure } from './failures.js';
import { growSlowly } from './heap.js';
import { run } from './run.js';

/**
 * The reader of a pipe may leave early (`| head`), and that is no error. The run goes on to its end: files are still to be
 * written, and a check that fails has to say so by its exit code, whoever stopped reading.
 */
function readerLeft(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function crash(error: unknown): never {
  const { text, exitCode } = describeFailure(error);
  process.stderr.write(text);
  process.exit(exitCode);
}

growSlowly();
process.on('uncaughtException', crash);
process.stdout.on('error', readerLeft);
process.stderr.on('error', readerLeft);

process.exitCode = await run(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
});
