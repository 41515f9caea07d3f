/** A result goes to standard output, or whole into the file of --out; `-` is standard output. */

import path from 'node:path';
import type { Command } from 'commander';
import { printable } from './failures.js';
import type { CommonOptions } from './options.js';
import { refuseUnwritableFile } from './refuse-unwritable.js';
import { type Surroundings, write } from './surroundings.js';
import { writeFiles } from './writing.js';

export interface OutOption {
  readonly out?: string;
}

export function addOutOption(command: Command): Command {
  return command.option('--out <file>', 'write it there instead of to standard output');
}

/** Asked before the work: nothing should be computed in vain. @throws UserError bad-option, write-failed */
export async function refuseUnwritableOut({ out }: OutOption): Promise<void> {
  if (!isStdout(out)) await refuseUnwritableFile(out);
}

/** @throws UserError write-failed */
export async function deliver(
  contents: string | Uint8Array,
  { out }: OutOption,
  common: CommonOptions,
  surroundings: Surroundings,
): Promise<void> {
  if (isStdout(out)) return write(surroundings.stdout, contents);
  const [file] = await writeFiles(path.dirname(out), { [path.basename(out)]: contents });
  if (!common.quiet) await write(surroundings.stderr, printable(`wrote ${file}\n`));
}

export function isStdout(out: string | undefined): out is undefined | '-' {
  return out === undefined || out === '-';
}
