/**
 * Statistics of a ps-discovery bundle as rows of a statistics file: `column_stats.json` (distribution of each column),
 * `table_activity.json` (sizes) and `plantest_counts.json` (rows by schema and table). Only what the planner asks is taken.
 */

import { UserError } from '../model/index.js';

export interface StatisticsRow {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

type JsonObject = Readonly<Record<string, unknown>>;

export function isBundle(text: string): boolean {
  return text.trimStart().startsWith('{');
}

/** @throws UserError bad-json */
export function rowsOfBundle(file: string, text: string): readonly StatisticsRow[] {
  const root = parsed(file, text);
  // One file is one JSON value: there is no better line to name than the first.
  return cellsOf(root).map((cells) => ({ line: 1, cells }));
}

function parsed(file: string, text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Said below, in the words of this tool.
  }
  throw new UserError('bad-json', `${file} is not a JSON object.`, 'Write the bundle again.', { file });
}

function cellsOf(root: JsonObject): readonly Readonly<Record<string, string>>[] {
  if (Array.isArray(root.columns)) return root.columns.filter(isObject).map(columnCells);
  if (Array.isArray(root.tables)) return root.tables.filter(isObject).map(tableCells);
  return Object.entries(root).flatMap(([schema, tables]) =>
    isObject(tables) ? Object.entries(tables).map(([table, rows]) => countCells(schema, table, rows)) : [],
  );
}

function columnCells(column: JsonObject): Readonly<Record<string, string>> {
  const frequencies = Array.isArray(column.top_frequencies) ? column.top_frequencies : [];
  return {
    table: asText(column.table),
    column: asText(column.column),
    n_distinct: asText(column.n_distinct),
    null_frac: asText(column.null_frac),
    most_common_freqs: frequencies.map(asText).join(','),
  };
}

/** A partitioned parent has 0 bytes of its own: its partitions hold the data, and say so themselves. */
function tableCells(table: JsonObject): Readonly<Record<string, string>> {
  const bytes = asText(table.total_size_bytes);
  return { table: asText(table.table), column: '', total_bytes: bytes === '0' ? '' : bytes };
}

/** The bundle writes 0 also for a table that was never analysed, so 0 is not known. */
function countCells(schema: string, table: string, rows: unknown): Readonly<Record<string, string>> {
  const count = asText(rows);
  return { table: `${quoted(schema)}.${quoted(table)}`, column: '', row_count: count === '0' ? '' : count };
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
