/** Names and remarks in SQL that a reader pastes. */

import type { TableName } from '../../model/index.js';
import { clean } from '../words.js';

/** The name without its schema. */
export function bare(table: TableName): string {
  return table.slice(table.indexOf('.') + 1);
}

/** A comment is one line whatever the names in it hold: the rest of a name would run as a statement. */
export function remark(text: string): string {
  return `-- ${clean(text)}`;
}

/** `public.` is on the search path of most; any other schema is named. */
export function ident(table: TableName): string {
  const dot = table.indexOf('.');
  const [schema, name] = [table.slice(0, dot), table.slice(dot + 1)];
  return schema === 'public' ? quote(name) : `${quote(schema)}.${quote(name)}`;
}

/** Words that PostgreSQL takes for itself where a name could stand. */
const reserved = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column
  concurrently constraint create cross current_catalog current_date current_role current_schema current_time
  current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze from
  full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit localtime
  localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references returning right
  select session_user similar some symmetric system_user table tablesample then to trailing true union unique user using
  variadic verbose when where window with`.split(/\s+/),
);

export function quote(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) && !reserved.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
