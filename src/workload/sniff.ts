/** What a file is, by its content. Takes a path, reads its beginning. */
import { UserError } from '../model/index.js';
import { isBundledStatistics, isInfoHeader, isStatementsHeader, isStatisticsHeader } from './columns.js';
import { decodeText } from './decode.js';
import type { FileKind, RowBatches } from './input.js';
import { bytesOf } from './open.js';
import { isAnnotatedSql } from './read-annotated-sql.js';
import { missingColumns, nothingToAnalyse } from './refusals.js';
import { openTable } from './table.js';

/** A kind, and the error to raise when a person named this file as an input. */
export interface Sniffed {
  readonly kind: FileKind;
  readonly error?: UserError;
}

/** @throws UserError only when the file cannot be opened. */
export async function sniffFile(path: string): Promise<FileKind> {
  return (await sniffed(path)).kind;
}

export async function sniffed(path: string): Promise<Sniffed> {
  const name = path.toLowerCase().replace(/\.gz$/, '');
  try {
    if (await isBundledWorkload(path)) return await kindOfTable(path);
    if (isBundledCounts(name)) return { kind: { kind: 'statistics' } };
    if (name.endsWith('.sql')) return { kind: await kindOfText(path, 'schema') };
    if (/(?:^|[/\\])catalog\.json$/.test(name)) return { kind: await kindOfText(path, 'catalog') };
    if (/(?:^|[/\\])manifest\.json$/.test(name)) return { kind: await kindOfText(path, 'manifest') };
    return await kindOfTable(path);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.code === 'file-not-found' || error.code === 'file-unreadable') throw error;
    return { kind: { kind: 'unrecognised', why: whyNot(error) }, error };
  }
}

/** ps-discovery's `workload.sql` has a capture's mark in its first lines; any other file of that name is plain SQL. */
export async function isBundledWorkload(path: string): Promise<boolean> {
  if (!/(?:^|[/\\])workload\.sql(?:\.gz)?$/i.test(path)) return false;
  for await (const head of decodeText(bytesOf(path), path)) return isAnnotatedSql(head.split('\n'));
  return false;
}

/** Row counts by schema and table, as ps-discovery lays them beside its workload. */
function isBundledCounts(name: string): boolean {
  return /(?:^|[/\\])plantest_counts\.json$/.test(name);
}

/** Text in it is all that is asked; whoever reads the file says more. */
async function kindOfText(path: string, kind: 'schema' | 'catalog' | 'manifest'): Promise<FileKind> {
  for await (const _ of decodeText(bytesOf(path), path)) return { kind };
  return { kind };
}

async function kindOfTable(path: string): Promise<Sniffed> {
  let columns: readonly string[] = [];
  const onColumns = (found: readonly string[]): void => {
    columns = found;
  };
  const { format, rows } = await openTable(bytesOf(path), { file: path, onColumns });
  await goToFirst(rows);
  if (isStatementsHeader(columns)) return { kind: { kind: 'export', format } };
  if (isInfoHeader(columns)) return { kind: { kind: 'evictions', format } };
  if (isStatisticsHeader(columns) || isBundledStatistics(columns)) return { kind: { kind: 'statistics' } };
  const error =
    columns.length === 0
      ? nothingToAnalyse(`${path} holds no rows.`, 'Take the export again.', path)
      : missingColumns(path, columns);
  return { kind: { kind: 'unrecognised', why: whyNot(error) }, error };
}

/** From the first row on the columns are known. */
async function goToFirst(rows: RowBatches): Promise<void> {
  for await (const batch of rows) {
    for (const _ of batch) return;
  }
}

function whyNot(error: UserError): string {
  switch (error.code) {
    case 'file-empty':
      return 'it is empty';
    case 'not-text':
      return 'it is not a text file';
    case 'missing-columns':
      return 'it does not have the columns query and calls';
    case 'broken-csv':
      return `it is broken in line ${error.line ?? 1}`;
    case 'nothing-to-analyse':
      return 'it holds no rows';
    case 'bad-json':
      return 'it holds no rows of JSON';
    default:
      return 'its format is not known';
  }
}
