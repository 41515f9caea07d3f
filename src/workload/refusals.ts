/** User errors that more than one file of this room raises, worded once. */
import { UserError } from '../model/index.js';

/** The command that makes a good export. */
const goodExport =
  '\\copy (select s.*, d.datname, now() as captured_at from pg_stat_statements s left join pg_database d on d.oid = s.dbid) to export.csv csv header';

export function missingColumns(file: string, found: readonly string[]): UserError {
  const missing = ['query', 'calls'].filter((column) => !found.includes(column));
  return new UserError(
    'missing-columns',
    `${file} has no column ${missing.join(' and no column ')}. Needed: query, calls. Found: ${listed(found)}.`,
    `Make an export with psql: ${goodExport}`,
    { file, line: 1 },
  );
}

const longestList = 60;

function listed(columns: readonly string[]): string {
  const shown = columns.slice(0, longestList).join(', ');
  return columns.length > longestList ? `${shown} and ${columns.length - longestList} more` : shown;
}

export function unknownFormat(file: string): UserError {
  return new UserError(
    'unknown-format',
    `${file} is in no known format: it has no header with the columns query and calls.`,
    `Make an export with psql: ${goodExport}`,
    { file },
  );
}

export function nothingToAnalyse(message: string, hint: string, file?: string): UserError {
  return new UserError('nothing-to-analyse', message, hint, file === undefined ? {} : { file });
}

const mostSkipped = 5;

/** Of paths that were all looked through. */
export function noExport(
  paths: readonly string[],
  skipped: readonly { readonly path: string; readonly why: string }[],
): UserError {
  const reasons = skipped.slice(0, mostSkipped).map(({ path, why }) => `${path} (${why})`);
  const more = skipped.length > mostSkipped ? ` and ${skipped.length - mostSkipped} more` : '';
  const list = reasons.length === 0 ? '' : ` Skipped: ${reasons.join(', ')}${more}.`;
  return nothingToAnalyse(
    `There is no export to analyse in ${paths.join(', ')}.${list}`,
    'Name a file that has the columns query and calls, or a folder that holds one.',
  );
}
