/**
 * What a server says of itself when a connection to it begins: what decides how statements are read, values are written and
 * rows are sorted, and by which hash and type its keys are kept. One round trip; nothing of any row is asked.
 */

import { quoteIdentifier, quoteLiteral } from '../postgres/index.js';
import { goldenVectors } from '../topology/index.js';

/** Asks one connection; rows of texts. Undefined when the server refuses; throws when it is gone. */
export type Ask = (sql: string) => Promise<readonly (readonly (string | null)[])[] | undefined>;

export interface TableOfServer {
  readonly schema: string;
  readonly table: string;
}

/** The column by which a sharded table is kept. */
export interface KeyColumn extends TableOfServer {
  readonly column: string;
}

export interface Survey {
  /** By their names as PostgreSQL spells them. */
  readonly settings: ReadonlyMap<string, string>;
  /** Of the database: locale, its provider, the version of its library. */
  readonly collation: string;
  /** The same for two connections to one database of one running server. */
  readonly identity: string;
  /** In the order of `goldenVectors`. */
  readonly hashes: readonly string[];
  /** The type of each key column that is there, by its position in what was asked. */
  readonly keyTypes: ReadonlyMap<number, string>;
  /** The same for the same columns of all tables asked for, in the same order. */
  readonly columns: string;
}

/** Since then a float's text is exact, which putting shards together relies on. */
export const oldestServer = 120_000;

const surveyedSettings = [
  'server_encoding',
  'client_encoding',
  'standard_conforming_strings',
  'array_nulls',
  'transform_null_equals',
  'TimeZone',
  'DateStyle',
  'IntervalStyle',
  'extra_float_digits',
  'bytea_output',
  'lc_monetary',
  'lc_numeric',
  'lc_time',
  'xmlbinary',
  'xmloption',
  'default_text_search_config',
  'default_transaction_isolation',
  'row_security',
] as const;

/** Named by the schemas that it stands for. */
const path = 'search_path';

/** Undefined when the server did not answer as one. `version` as server_version_num. */
export async function survey(
  ask: Ask,
  version: number,
  keys: readonly KeyColumn[],
  tables: readonly TableOfServer[],
): Promise<Survey | undefined> {
  const rows = await ask(surveyText(version, keys, tables));
  if (rows === undefined) return undefined;
  const said = new Map(rows.map(([name, value]) => [name ?? '', value ?? '']));
  const keyTypes = new Map<number, string>();
  for (const i of keys.keys()) {
    const type = said.get(`key ${i}`);
    if (type !== undefined) keyTypes.set(i, type);
  }
  return {
    settings: new Map([...surveyedSettings, path].map((name) => [name, said.get(`setting ${name}`) ?? ''])),
    collation: said.get('collation') ?? '',
    identity: said.get('identity') ?? '',
    hashes: goldenVectors().map((_, i) => said.get(`hash ${i}`) ?? ''),
    keyTypes,
    columns: said.get('columns') ?? '',
  };
}

/** Rows of a name and a value. */
function surveyText(version: number, keys: readonly KeyColumn[], tables: readonly TableOfServer[]): string {
  const values = [
    ...surveyedSettings.map((name) => [`setting ${name}`, `current_setting('${name}')`]),
    [`setting ${path}`, fixedPath],
    ['identity', identity],
    ['collation', collationOf(version)],
    ...(tables.length === 0 ? [] : [['columns', columnsHash(tables)]]),
    ...goldenVectors().map(({ sql }, i) => [`hash ${i}`, `(${sql})::text`]),
  ];
  const rows = values.map(([name, sql]) => `('${name}', ${sql})`).join(', ');
  return keys.length === 0 ? `VALUES ${rows}` : `VALUES ${rows} UNION ALL ${keyTypesText(keys)}`;
}

/** From here on names mean the same under every role: "$user" stands for another schema after SET ROLE. */
const fixedPath = `set_config('search_path', coalesce((SELECT string_agg(quote_ident(s), ', ' ORDER BY n)
  FROM unnest(current_schemas(false)) WITH ORDINALITY u (s, n)), ''), false)`;

const ownDatabase = '(SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())';
const identity = `${ownDatabase}::text || ' ' || extract(epoch from pg_postmaster_start_time())::text`;

/** Columns of pg_database came and went with versions; as JSON, what is not there is null. */
function collationOf(version: number): string {
  const library =
    version >= 150_000 ? `coalesce(pg_database_collation_actual_version(d.oid), '')` : `''::text`;
  const parts = ['datcollate', 'datctype', 'datlocprovider', 'daticulocale', 'datlocale'];
  const said = parts.map((part) => `coalesce(to_jsonb(d) ->> '${part}', '')`);
  return `(SELECT concat_ws(' ', ${[...said, library].join(', ')}) FROM pg_catalog.pg_database d WHERE d.datname = current_database())`;
}

/** Of a domain, the type beneath it. A collation under which unequal texts are equal hashes otherwise, and is told. */
function keyTypesText(keys: readonly KeyColumn[]): string {
  const rows = keys.map(
    ({ schema, table, column }, i) =>
      `('key ${i}', ${quoteLiteral(quoteIdentifier(schema, table))}, ${quoteLiteral(column)})`,
  );
  const collation = `CASE WHEN NOT c.collisdeterministic THEN ' nondeterministic' ELSE '' END`;
  return `SELECT k.name, format_type(CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END, NULL) || ${collation}
    FROM (VALUES ${rows.join(', ')}) k (name, relation, attribute)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = to_regclass(k.relation) AND a.attname = k.attribute AND NOT a.attisdropped
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_collation c ON c.oid = a.attcollation`;
}

/** Rows of a table's position in what was asked, and its columns as JSON. */
function columnsText(tables: readonly TableOfServer[]): string {
  const rows = tables.map(
    ({ schema, table }, i) => `(${i}, ${quoteLiteral(quoteIdentifier(schema, table))})`,
  );
  return `SELECT k.n, json_agg(a.attname ORDER BY a.attnum)::text AS names
    FROM (VALUES ${rows.join(', ')}) k (n, relation)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = to_regclass(k.relation) AND a.attnum > 0 AND NOT a.attisdropped
    GROUP BY k.n`;
}

function columnsHash(tables: readonly TableOfServer[]): string {
  return `(SELECT hashtextextended(coalesce(string_agg(concat(c.n, c.names), ' ' ORDER BY c.n), ''), 0)::text
    FROM (${columnsText(tables)}) c)`;
}

/** By the table's position in what was asked; undefined when the server does not say. */
export async function columnsThere(
  ask: Ask,
  tables: readonly TableOfServer[],
): Promise<ReadonlyMap<number, readonly string[]> | undefined> {
  const rows = await ask(columnsText(tables));
  return rows && new Map(rows.map(([at, names]) => [Number(at), JSON.parse(names ?? '[]') as string[]]));
}

/** A few keys of each of these tables, by the position of the table in what was asked; what may not be read is left out. */
export async function sampleKeys(
  ask: Ask,
  keys: ReadonlyMap<number, KeyColumn>,
): Promise<readonly { readonly at: number; readonly key: string }[]> {
  const found: { readonly at: number; readonly key: string }[] = [];
  for (const [at, { schema, table, column }] of keys) {
    const name = quoteIdentifier(column);
    const rows = await ask(
      `SELECT ${name}::text FROM ${quoteIdentifier(schema, table)} WHERE ${name} IS NOT NULL LIMIT ${sampled}`,
    );
    for (const [key] of rows ?? []) found.push({ at, key: key ?? '' });
  }
  return found;
}

const sampled = 5;
