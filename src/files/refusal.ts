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
  const hint = hints[code] ?? 'Name a place that you may write to.';
  return new UserError('write-failed', `${file} cannot be written (${code})`, hint, { file });
}

const hints: Readonly<Record<string, string>> = {
  ENOTDIR: 'A file is in the way: a folder is needed there.',
  EISDIR: 'A folder is in the way: name a file.',
  ENOSPC: 'Is there room on the disk?',
  EDQUOT: 'Is there room on the disk?',
};
