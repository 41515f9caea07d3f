/** Folders that are there, and those that are made. */

import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { notWritten, orRefuse } from './refusal.js';

/** The folder itself, or the innermost one around it that is there. @throws UserError write-failed */
export async function nearestThere(folder: string): Promise<string> {
  try {
    if ((await stat(folder)).isDirectory()) return folder;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const above = path.dirname(folder);
    if (code === 'ENOENT' && above !== folder) return nearestThere(above);
    if (code === undefined) throw error;
    throw notWritten(folder, code);
  }
  throw notWritten(folder, 'ENOTDIR');
}

/** Step by step: mkdir's own `recursive` never ends where a file system takes no folders, as in /proc. @throws UserError write-failed */
export async function makeFolder(folder: string): Promise<void> {
  const there = await nearestThere(folder);
  let made = there;
  for (const name of path.relative(there, folder).split(path.sep).filter(Boolean)) {
    made = path.join(made, name);
    await orRefuse(made, () => mkdir(made).catch(unlessThere));
  }
}

/** Somebody else may have made it in between. */
function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
