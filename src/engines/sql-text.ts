/** Names, texts and remarks as SQL. Names are always quoted; a remark stays on its line whatever stands in it. */

import type { TableName } from '../model/index.js';

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function splitName(table: TableName): { readonly schema: string; readonly name: string } {
  const dot = table.indexOf('.');
  return { schema: table.slice(0, dot), name: table.slice(dot + 1) };
}

export function bareName(table: TableName): string {
  return splitName(table).name;
}

/** `"public"."orders"` */
export function relation(table: TableName): string {
  const { schema, name } = splitName(table);
  return `${quoted(schema)}.${quoted(name)}`;
}

/** As a text that regclass reads: `'"public"."orders"'`. */
export function regclass(table: TableName): string {
  return literal(relation(table));
}

export function columnList(columns: readonly string[]): string {
  return columns.map(quoted).join(', ');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get into a comment.
const breaks = /[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g;

export function remark(text: string): string {
  return `-- ${text.replaceAll(breaks, ' ')}`;
}
