/** Tells before the work whether what comes of it can be written: nothing should be computed in vain. */

import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../model/index.js';

/**
 * Nothing is made yet: a run that fails should leave nothing behind.
 * @throws UserError bad-option, write-failed
 */
export async function refuseUnwritable(folder: string, names: readonly string[]): Promise<void> {
  if (folder === '-') {
    throw new UserError(
      'bad-option',
      '--out takes a folder, and - is none',
      'Name a folder, or leave --out away and add --json: then the analysis is printed.',
    );
  }
  const { nearestThere, orRefuse } = await import('../files/index.js');
  const there = await nearestThere(path.resolve(folder));
  await orRefuse(folder, () => access(there, constants.W_OK | constants.X_OK));
  if (there !== path.resolve(folder)) return;
  for (const name of names) await refuseUnwritableFile(path.join(folder, name));
}

/** The same for one file; what is no plain file, such as /dev/stdout, is written where it is. @throws UserError write-failed */
export async function refuseUnwritableFile(file: string): Promise<void> {
  const { nearestThere, notWritten, orRefuse } = await import('../files/index.js');
  const isThere = await stat(file).catch(() => undefined);
  if (isThere?.isDirectory()) throw notWritten(file, 'EISDIR');
  if (isThere !== undefined) await orRefuse(file, () => access(file, constants.W_OK));
  if (isThere !== undefined && !isThere.isFile()) return;
  const folder = await nearestThere(path.resolve(path.dirname(file)));
  await orRefuse(file, () => access(folder, constants.W_OK | constants.X_OK));
}
