/**
 * Files that appear whole or not at all: they are written beside their places and put there when all of them stand. What a
 * place is stays: the link that leads to it, its rights; and what is no plain file, such as /dev/stdout, is written into.
 */

import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { makeFolder } from './folders.js';
import { orRefuse } from './refusal.js';

/** Whole, or in pieces. */
export type Contents = string | Uint8Array | Iterable<string>;

/**
 * Into a folder, which is made when it is not there; the last file is put there last. Gives the paths in the order of `files`.
 * @throws UserError write-failed
 */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, Contents>>,
): Promise<readonly string[]> {
  await makeFolder(path.resolve(folder));
  const names = Object.keys(files).map((name) => path.join(folder, name));
  const places = await Promise.all(names.map(placeOf));
  try {
    for (const [at, contents] of Object.values(files).entries())
      await orRefuse(names[at] as string, () => writeBeside(places[at] as Place, contents));
    for (const [at, place] of places.entries()) await orRefuse(names[at] as string, () => putThere(place));
  } finally {
    for (const place of places) await tidy(place);
  }
  return names;
}

interface Place {
  readonly file: string;
  /** Where it is written first; none beside what is no plain file. */
  readonly partial?: string;
  readonly mode?: number;
}

async function placeOf(name: string): Promise<Place> {
  const file = await realpath(name).catch(() => name);
  const before = await stat(file).catch(() => undefined);
  if (before !== undefined && !before.isFile()) return { file };
  const partial = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.partial`);
  return before === undefined ? { file, partial } : { file, partial, mode: before.mode };
}

async function writeBeside({ file, partial = file, mode }: Place, contents: Contents): Promise<void> {
  const isWhole = typeof contents === 'string' || contents instanceof Uint8Array;
  await writeFile(partial, isWhole ? contents : Readable.from(contents), mode === undefined ? {} : { mode });
}

async function putThere({ file, partial }: Place): Promise<void> {
  if (partial !== undefined) await rename(partial, file);
}

async function tidy({ partial }: Place): Promise<void> {
  if (partial !== undefined) await rm(partial, { force: true });
}
