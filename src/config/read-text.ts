/** A text file of the user's, with errors that say what to do. */

import { readFile } from 'node:fs/promises';
import { UserError } from '../model/index.js';

/** @throws UserError file-not-found, file-unreadable, file-empty or not-text */
export async function readText(file: string, what: string): Promise<string> {
  const bytes = await readBytes(file, what);
  const text = decode(bytes);
  if (text === undefined) {
    throw new UserError('not-text', `${file} is not a text file`, `Give ${what}.`, { file });
  }
  if (text.trim() === '') throw new UserError('file-empty', `${file} is empty`, `Give ${what}.`, { file });
  return text;
}

async function readBytes(file: string, what: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new UserError(
        'file-not-found',
        `${file} does not exist`,
        `Check the path; it has to be ${what}.`,
        {
          file,
        },
      );
    }
    const reason = code === 'EISDIR' ? 'is a folder' : `cannot be read (${code ?? 'unknown reason'})`;
    throw new UserError('file-unreadable', `${file} ${reason}`, `Give ${what} that you may read.`, { file });
  }
}

function decode(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
