/** Writes a command's files into a folder, which is made when it is not there; and tells before the work whether that can be done. */

import { access, constants, mkdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
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
  const there = await nearestThere(path.resolve(folder));
  await orRefuse(folder, () => access(there, constants.W_OK | constants.X_OK));
  if (there !== path.resolve(folder)) return;
  for (const name of names) {
    const file = path.join(folder, name);
    const isThere = await stat(file).catch(() => undefined);
    if (isThere?.isDirectory()) throw notWritten(file, 'EISDIR');
    if (isThere !== undefined) await orRefuse(file, () => access(file, constants.W_OK));
  }
}

/** The same for one file. @throws UserError bad-option, write-failed */
export function refuseUnwritableFile(file: string): Promise<void> {
  return refuseUnwritable(path.dirname(file), [path.basename(file)]);
}

/** The folder itself, or the innermost one around it that is there. */
async function nearestThere(folder: string): Promise<string> {
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

/** Step by step: mkdir's own `recursive` never ends where a file system takes no folders, as in /proc. */
async function makeFolder(folder: string): Promise<void> {
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

/**
 * Gives the paths in the order of `files`, which are whole or in pieces. Each appears whole or not at all.
 * @throws UserError write-failed
 */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array | Iterable<string>>>,
): Promise<readonly string[]> {
  await makeFolder(path.resolve(folder));
  const written: string[] = [];
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    await orRefuse(file, () => writeWhole(file, text));
    written.push(file);
  }
  return written;
}

/** Interrupted, it leaves what was there before. What is no plain file, such as /dev/stdout, cannot be replaced. */
export async function writeWhole(name: string, text: string | Uint8Array | Iterable<string>): Promise<void> {
  const file = await realpath(name).catch(() => name);
  const before = await stat(file).catch(() => undefined);
  const contents = isWhole(text) ? text : Readable.from(text);
  if (before !== undefined && !before.isFile()) return writeFile(file, contents);
  const partial = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.partial`);
  try {
    await writeFile(partial, contents, before === undefined ? {} : { mode: before.mode });
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}

function isWhole(contents: string | Uint8Array | Iterable<string>): contents is string | Uint8Array {
  return typeof contents === 'string' || contents instanceof Uint8Array;
}

async function orRefuse(file: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw notWritten(file, code);
  }
}

function notWritten(file: string, code: string): UserError {
  return new UserError(
    'write-failed',
    `${file} cannot be written (${code})`,
    code === 'ENOTDIR'
      ? 'A file is in the way: --out takes a folder.'
      : 'Give --out a place that you may write to.',
    { file },
  );
}
