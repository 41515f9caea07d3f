/** The files that people name as their schema: refused when they are something else, for a plan without a schema looks much like one with it. */

import { holdsSql, loadTextFiles, type TextFile } from '../catalog/index.js';
import { type Catalog, type Note, UserError } from '../model/index.js';
import { sniffFile } from '../workload/index.js';

/** @throws UserError bad-input, and what reading the files raises */
export async function loadSchemaFiles(paths: readonly string[]): Promise<readonly TextFile[]> {
  const loaded: TextFile[] = [];
  for (const path of paths) loaded.push(...(await schemaFilesAt(path)));
  return loaded;
}

async function schemaFilesAt(path: string): Promise<readonly TextFile[]> {
  const files = await loadTextFiles([path]);
  const isFolder = files.length !== 1 || files[0]?.file !== path;
  const kind = isFolder ? 'schema' : (await sniffFile(path)).kind;
  if (kind === 'export' || kind === 'evictions') {
    throw noSchema(path, 'it is an export of pg_stat_statements', 'Name it before the options instead.');
  }
  if (kind === 'statistics') {
    throw noSchema(path, 'it holds statistics of tables', 'Give it with --stats instead.');
  }
  const withSql = await Promise.all(files.map(holdsSql));
  if (!withSql.includes(true)) {
    throw noSchema(
      path,
      isFolder
        ? 'no .sql file in it holds a statement that PostgreSQL reads'
        : 'it holds no SQL that PostgreSQL reads',
      'Give DDL such as pg_dump --schema-only writes.',
    );
  }
  return files;
}

function noSchema(file: string, why: string, hint: string): UserError {
  return new UserError('bad-input', `${file} is not a schema: ${why}.`, hint, { file });
}

export function emptySchemaNote({ origin, tables }: Catalog): readonly Note[] {
  if (origin !== 'schema' || tables.size > 0) return [];
  const message =
    'The schema was read and holds no table: columns, types and keys are unknown. Was the dump taken with --schema-only, and of this database?';
  return [{ code: 'empty-schema', message }];
}
