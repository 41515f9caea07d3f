/**
 * An export folder on the disk. Each file appears whole or not at all, the manifest last; a folder that holds anything but
 * captures of the same database is not touched.
 */

import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ManifestFile, parseOwnManifest, type Tool } from '../contract/index.js';
import { UserError } from '../model/index.js';
import type { Captured } from './capture.js';
import { filesOf, manifestName } from './files.js';

/**
 * Writes into a folder that is new, empty, or holds earlier captures: then one more snapshot is added.
 * Gives the paths written. @throws UserError would-overwrite, write-failed
 */
export async function writeCapture(
  folder: string,
  captured: Captured,
  tool: Tool,
): Promise<readonly string[]> {
  const before = await earlierCaptures(folder);
  if (before !== undefined) refuseOther(folder, before, captured);
  const files = Object.entries(filesOf(captured, tool, before));
  await orRefuse(folder, () => mkdir(folder, { recursive: true }));
  const partial = (name: string): string => path.join(folder, `.${name}.${process.pid}.partial`);
  try {
    for (const [name, text] of files) await orRefuse(folder, () => writeFile(partial(name), text));
    for (const [name] of files) await orRefuse(folder, () => rename(partial(name), path.join(folder, name)));
  } finally {
    for (const [name] of files) await rm(partial(name), { force: true });
  }
  return files.map(([name]) => path.join(folder, name));
}

/** Asked before the server is: nothing should be captured in vain. @throws UserError would-overwrite, write-failed */
export async function earlierCaptures(folder: string): Promise<ManifestFile | undefined> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw notWritten(folder, error.code ?? '');
  });
  if (names.length === 0) return undefined;
  const text = await readFile(path.join(folder, manifestName), 'utf8').catch(() => '');
  const manifest = parseOwnManifest(text);
  if (manifest !== undefined) return manifest;
  throw new UserError(
    'would-overwrite',
    `${folder} holds files, and none says that they were captured`,
    'Give --out a new folder, or one that capture has written.',
    { file: folder },
  );
}

function refuseOther(folder: string, before: ManifestFile, { facts, anonymized }: Captured): void {
  const sameKey = before.anonymized?.keyId === anonymized?.keyId;
  if (before.database === facts.database && sameKey) return;
  throw new UserError(
    'would-overwrite',
    sameKey
      ? `${folder} holds captures of the database ${before.database}, not of ${facts.database}`
      : `${folder} holds captures whose names were made with another key, or none`,
    'Give --out another folder.',
    { file: folder },
  );
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
    'Give --out a folder that you may write to.',
    { file },
  );
}
