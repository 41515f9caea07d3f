/** What went wrong → what is printed on stderr, and the exit code. */

import { CommanderError } from 'commander';
import { UserError } from '../model/index.js';
import { tool } from './version.js';

const CHECK_FAILED = 1;
const USAGE = 2;
const CRASH = 70;

/** A check ran to its end and what it found is printed: only the exit code is left to say so. */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed';
}

export interface Failure {
  readonly text: string;
  readonly exitCode: number;
}

export function describeFailure(error: unknown): Failure {
  // Commander has already printed what it has to say.
  if (error instanceof CommanderError) return { text: '', exitCode: error.exitCode === 0 ? 0 : USAGE };
  if (error instanceof CheckFailed) return { text: '', exitCode: CHECK_FAILED };
  if (error instanceof UserError) return { text: describeUserError(error), exitCode: USAGE };
  const full = fullDisk(error);
  if (full !== undefined) return { text: describeUserError(full), exitCode: USAGE };
  return { text: describeCrash(error), exitCode: CRASH };
}

/** Where files are written this is told with their names; what is left is the output itself. */
function fullDisk(error: unknown): UserError | undefined {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall !== 'write' || (code !== 'ENOSPC' && code !== 'EDQUOT')) return undefined;
  return new UserError(
    'write-failed',
    `the output cannot be written (${code})`,
    'Is there room on the disk?',
  );
}

function describeUserError({ message, hint, file, line }: UserError): string {
  const place = file === undefined ? '' : `  at ${file}${line === undefined ? '' : `:${line}`}\n`;
  return printable(`error: ${message}\n${place}  hint: ${hint}\n`);
}

function describeCrash(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return printable(
    `${stack}\n\nThis is a bug in ${tool.name} ${tool.version} (node ${process.version}). Please report it with the lines above.\n`,
  );
}

/** Names of files may hold anything; what a terminal would obey is taken out. */
export function printable(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, '\uFFFD');
}
