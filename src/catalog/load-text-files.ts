/** Paths → texts, the one place of this room that touches the disk. A folder stands for its `.sql` files, migrations in their order. */

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../model/index.js';
import { compareMigrations, isWayBack } from './migrations.js';

export interface TextFile {
  /** As the user named it. */
  readonly file: string;
  readonly text: string;
}

/** @throws UserError file-not-found, file-unreadable, not-text. */
export async function loadTextFiles(paths: readonly string[]): Promise<readonly TextFile[]> {
  const loaded: TextFile[] = [];
  for (const path of paths) {
    for (const file of await filesAt(path)) loaded.push({ file, text: await textOf(file) });
  }
  return loaded;
}

async function filesAt(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (!found.isDirectory()) return [path];
  const names = await readdir(path, { recursive: true });
  return names
    .filter((name) => name.toLowerCase().endsWith('.sql') && !isWayBack(name))
    .sort(compareMigrations)
    .map((name) => join(path, name));
}

async function textOf(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Old dumps may be in another encoding; names in them are ASCII nearly always, and bytes map one to one.
    if (!bytes.includes(0)) return bytes.toString('latin1');
    throw new UserError(
      'not-text',
      `${path} is not a text file`,
      'Give a schema as SQL, such as pg_dump --schema-only writes.',
      {
        file: path,
      },
    );
  }
}

function unreadable(path: string, error: unknown): UserError {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
    return new UserError('file-not-found', `${path} is not there`, 'Check the path of the schema file.', {
      file: path,
    });
  }
  return new UserError(
    'file-unreadable',
    `${path} cannot be read`,
    'Check the permissions of the schema file.',
    { file: path },
  );
}
