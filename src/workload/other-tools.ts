/**
 * Tables of other tools in the words of pg_stat_statements: PgDog's `SHOW QUERY_CACHE` counts `hits`, Voyager's
 * assessment keeps each row as JSON in `pgss_data`. Whatever is already in our words passes through.
 */
import type { RawRow, TableReader } from './input.js';
import { columnsOfJson } from './read-json.js';

interface Translation {
  readonly columns: readonly string[];
  readonly row: (row: RawRow, file: string) => RawRow;
}

/** The columns that a Voyager row is sure to have inside its JSON. */
const voyagerColumns = ['query', 'calls', 'total_exec_time', 'rows'];

export function inOurWords(read: TableReader): TableReader {
  return async function* (text, context) {
    let translation: Translation | undefined;
    const onColumns = (columns: readonly string[]): void => {
      translation = translationOf(columns);
      context.onColumns(translation?.columns ?? columns);
    };
    for await (const row of read(text, { ...context, onColumns }))
      yield translation?.row(row, context.file) ?? row;
  };
}

export function isOtherTools(columns: readonly string[]): boolean {
  return translationOf(columns) !== undefined;
}

function translationOf(columns: readonly string[]): Translation | undefined {
  if (columns.includes('calls')) return undefined;
  if (columns.includes('query') && columns.includes('hits') && columns.includes('direct')) {
    return { columns: [...columns, 'calls'], row: pgdogRow };
  }
  return columns.includes('pgss_data')
    ? { columns: [...columns, ...voyagerColumns], row: voyagerRow }
    : undefined;
}

function pgdogRow({ values, line }: RawRow): RawRow {
  return { values: { ...values, calls: values.hits ?? '' }, line };
}

function voyagerRow({ values, line }: RawRow, file: string): RawRow {
  return { values: { ...values, ...columnsOfJson(values.pgss_data ?? '', file, line) }, line };
}
