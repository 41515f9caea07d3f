/** Writes a command's files into a folder, which is made when it is not there. */

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../model/index.js';

/** Gives the paths in the order of `files`. @throws UserError write-failed */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  await orRefuse(folder, () => mkdir(folder, { recursive: true }));
  const written: string[] = [];
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    await orRefuse(file, () => writeFile(file, text));
    written.push(file);
  }
  return written;
}

async function orRefuse(file: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UserError(
      'write-failed',
      `${file} cannot be written (${code})`,
      'Give --out a folder that you may write to.',
      { file },
    );
  }
}
