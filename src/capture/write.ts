/**
 * An export folder on the disk. Each file appears whole or not at all, the manifest last; a folder that holds anything but
 * captures of the same database is not touched.
 */

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type ManifestFile, parseOwnManifest, type Tool } from '../contract/index.js';
import { notWritten, writeFiles } from '../files/index.js';
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
  return writeFiles(folder, filesOf(captured, tool, before));
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
