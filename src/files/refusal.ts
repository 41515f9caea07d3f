/** What the file system refuses, in words. */

import { UserError } from '../model/index.js';

/** @throws UserError write-failed */
export async function orRefuse(file: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw notWritten(file, code);
  }
}

export function notWritten(file: string, code: string): UserError {
  return new UserError(
    'write-failed',
    `${file} cannot be written (${code})`,
    code === 'ENOTDIR'
      ? 'A file is in the way: --out takes a folder.'
      : 'Give --out a place that you may write to.',
    { file },
  );
}
