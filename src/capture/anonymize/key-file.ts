/** The key on the disk: made once, readable for its owner alone, never in the folder that is given away. */

import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type KeyFile, parseKey, renderKeyJson, type Tool } from '../../contract/index.js';
import { byCodeUnit, UserError } from '../../model/index.js';
import { type Pseudonyms, pseudonymsOf } from './pseudonyms.js';

/** The key of the file, or a new one when there is no such file yet. @throws UserError bad-option, bad-json, bad-input, file-unreadable */
export async function pseudonymsFor(file: string, exportFolder: string): Promise<Pseudonyms> {
  const inside = path.relative(path.resolve(exportFolder), path.resolve(file));
  if (!inside.startsWith('..') && !path.isAbsolute(inside)) {
    throw new UserError(
      'bad-option',
      'the key would lie in the folder that is given away',
      'Give --key-file a path outside of --out.',
    );
  }
  const known = await textOf(file);
  if (known === undefined) return pseudonymsOf(randomBytes(32));
  const { secret, names } = parseKey(known, file);
  return pseudonymsOf(Buffer.from(secret, 'base64'), new Map(Object.entries(names)));
}

/** @throws UserError file-not-found, file-unreadable, bad-json, bad-input */
export async function readKeyFile(file: string): Promise<KeyFile> {
  const text = await textOf(file);
  if (text !== undefined) return parseKey(text, file);
  throw new UserError('file-not-found', `${file} is not there`, 'Check the path of --key-file.', { file });
}

/** Before anything is given away: without the names nobody could translate back. @throws UserError write-failed */
export async function writeKeyFile(file: string, pseudonyms: Pseudonyms, tool: Tool): Promise<void> {
  const names = Object.fromEntries([...pseudonyms.names].sort(([left], [right]) => byCodeUnit(left, right)));
  const text = renderKeyJson({ secret: Buffer.from(pseudonyms.secret).toString('base64'), names }, tool);
  const partial = `${file}.${process.pid}.partial`;
  try {
    await writeFile(partial, text, { mode: 0o600, flag: 'wx' });
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UserError('write-failed', `${file} cannot be written (${code})`, 'Give another --key-file.', {
      file,
    });
  }
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === undefined) throw error;
    throw new UserError('file-unreadable', `${file} cannot be read`, 'Check the path of --key-file.', {
      file,
    });
  }
}
