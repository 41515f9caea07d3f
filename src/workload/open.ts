/** The one place of this room that touches the file system: paths in, bytes and folder entries out, system errors made mendable. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { byCodeUnit, UserError } from '../model/index.js';

export const standardInput = '-';

/** How messages and reports name it. */
export function displayName(file: string): string {
  return file === standardInput ? 'standard input' : file;
}

/** What was read of standard input to see what it is: it can be read once only, so it is kept for who reads it. */
let looked: { readonly chunks: readonly Uint8Array[]; readonly rest: AsyncIterator<Uint8Array> } | undefined;

/** The beginning of standard input, which stays to be read. */
export async function beginningOfStandardInput(): Promise<string> {
  const rest = process.stdin[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length < enoughToTell) {
    const { value, done } = await rest.next();
    if (done === true) break;
    chunks.push(value);
    length += value.length;
  }
  looked = { chunks, rest };
  return Buffer.concat(chunks).toString('utf8');
}

const enoughToTell = 1 << 12;

async function* standardInputBytes(): AsyncGenerator<Uint8Array> {
  if (looked === undefined) {
    yield* process.stdin;
    return;
  }
  const { chunks, rest } = looked;
  looked = undefined;
  yield* chunks;
  yield* { [Symbol.asyncIterator]: () => rest };
}

/** The bytes of a file, or of standard input for '-'. Opened when iterated, closed when iteration ends. */
export async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  const stream =
    file === standardInput ? standardInputBytes() : createReadStream(file, { highWaterMark: 1 << 18 });
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    throw mendable(error, file);
  }
}

/** @throws UserError 'file-not-found' and 'file-unreadable'. */
export async function kindOfPath(file: string): Promise<'file' | 'folder'> {
  if (file === standardInput) return 'file';
  try {
    return (await stat(file)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    throw mendable(error, file);
  }
}

export interface FolderEntry {
  readonly name: string;
  readonly path: string;
  readonly folder: boolean;
}

/** What lies in a folder, by name. */
export async function folderEntries(folder: string): Promise<readonly FolderEntry[]> {
  try {
    const names = (await readdir(folder)).sort(byCodeUnit);
    return await Promise.all(names.map((name) => folderEntry(folder, name)));
  } catch (error) {
    throw mendable(error, folder);
  }
}

async function folderEntry(folder: string, name: string): Promise<FolderEntry> {
  const file = path.join(folder, name);
  return { name, path: file, folder: (await kindOfPath(file)) === 'folder' };
}

function mendable(error: unknown, file: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new UserError('file-not-found', `There is no file ${file}.`, 'Check the path.', { file });
    case 'EISDIR':
      return unreadable(file, 'it is a folder', 'Name a file inside it.');
    case 'EACCES':
    case 'EPERM':
      return unreadable(file, 'permission is denied', 'Make it readable for this user.');
    case 'EIO':
    case 'ELOOP':
    case 'EMFILE':
    case 'ENAMETOOLONG':
      return unreadable(file, `the system says ${code}`, 'Check the path and the disk.');
    default:
      return error;
  }
}

function unreadable(file: string, why: string, hint: string): UserError {
  return new UserError('file-unreadable', `${file} cannot be read: ${why}.`, hint, { file });
}
