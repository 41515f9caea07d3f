/**
 * The tables of a database as the server knows them: types down to their base, checks as SQL, keys, and in which order rows
 * can be put in. Partitions are left out, their parents take their rows.
 */

import type { Client } from 'pg';
import { byCodeUnit } from '../model/index.js';
import { quoteIdentifier } from '../postgres/index.js';

export interface LabColumn {
  readonly name: string;
  /** As DDL spells it, with length: `character varying(20)`, `public.currency_code`. */
  readonly type: string;
  /** Of a domain, of what it is made of; else the same as `type`. */
  readonly baseType: string;
  /** pg_type.typcategory of the base type: B boolean, N number, S string, D date or time, E enum, A array … */
  readonly category: string;
  readonly nullable: boolean;
  /** Computed from others: no value is given. */
  readonly generated: boolean;
  /** The default expression. */
  readonly fallback?: string;
  /** The sequence that numbers it, as SQL names it. */
  readonly sequence?: string;
  /** Of an enum. */
  readonly labels: readonly string[];
  /** Conditions of its domain, over VALUE. */
  readonly ofDomain: readonly string[];
  /** Length of character types. */
  readonly length?: number;
}

export interface LabForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly target: string;
  readonly targetColumns: readonly string[];
}

export interface LabCheck {
  /** SQL over the plain names of columns. */
  readonly condition: string;
  readonly columns: readonly string[];
}

export interface LabTable {
  /** `schema.table`. */
  readonly name: string;
  /** As SQL names it. */
  readonly sql: string;
  readonly columns: readonly LabColumn[];
  readonly foreignKeys: readonly LabForeignKey[];
  /** Column sets that are unique; of indexes on plain columns, those with a condition left out. */
  readonly unique: readonly (readonly string[])[];
  /** What every row has to fulfil, the bounds of partitions included. */
  readonly checks: readonly LabCheck[];
  /** Enabled, of users. */
  readonly triggers: readonly string[];
}

const ofUsers = `n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(?:toast|temp)'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`;

const tablesSql = `
SELECT c.oid::text AS oid, n.nspname || '.' || c.relname AS name, n.nspname AS schema, c.relname AS relation,
       ARRAY(SELECT a.attname::text FROM pg_partitioned_table p, unnest(p.partattrs) k
               JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k WHERE p.partrelid = c.oid) AS "partitionKey",
       ARRAY(SELECT pg_get_partition_constraintdef(t.relid) FROM pg_partition_tree(c.oid) t
              WHERE t.isleaf AND t.level > 0 ORDER BY t.relid::regclass::text) AS bounds,
       ARRAY(SELECT t.tgname::text FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled = 'O'
              ORDER BY 1) AS triggers
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND ${ofUsers}`;

const columnsSql = `
WITH RECURSIVE based AS (
  SELECT oid AS type, oid AS base, NULL::int AS modifier FROM pg_type
  UNION ALL
  SELECT b.type, t.typbasetype, nullif(t.typtypmod, -1) FROM based b JOIN pg_type t ON t.oid = b.base WHERE t.typtype = 'd')
SELECT a.attrelid::text AS oid, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       format_type(b.base, coalesce(b.modifier, a.atttypmod)) AS "baseType", bt.typcategory AS category,
       NOT (a.attnotnull OR t.typnotnull) AS nullable, a.attgenerated <> '' AS generated,
       pg_get_expr(d.adbin, d.adrelid) AS fallback,
       pg_get_serial_sequence(quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname) AS sequence,
       ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = b.base ORDER BY e.enumsortorder) AS labels,
       CASE WHEN b.base IN ('bpchar'::regtype, 'varchar'::regtype) AND coalesce(b.modifier, a.atttypmod) > 4
            THEN coalesce(b.modifier, a.atttypmod) - 4 END AS length,
       ARRAY(SELECT pg_get_expr(k.conbin, 0) FROM pg_constraint k WHERE k.contypid = a.atttypid AND k.contype = 'c') AS "ofDomain"
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_type t ON t.oid = a.atttypid
  JOIN based b ON b.type = a.atttypid JOIN pg_type bt ON bt.oid = b.base AND bt.typtype <> 'd'
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND ${ofUsers}
 ORDER BY a.attrelid, a.attnum`;

const named = (keys: string, relation: string): string =>
  `ARRAY(SELECT a.attname::text FROM unnest(${keys}) WITH ORDINALITY AS numbered (n, at)
          JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = numbered.n ORDER BY numbered.at)`;

const constraintsSql = `
SELECT k.conrelid::text AS oid, k.conname AS name, k.contype AS kind, k.confrelid::text AS target,
       ${named('k.conkey', 'k.conrelid')} AS columns, ${named('k.confkey', 'k.confrelid')} AS "targetColumns",
       CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) END AS condition
  FROM pg_constraint k WHERE k.conrelid <> 0 AND k.contype IN ('c', 'f') AND k.conparentid = 0 ORDER BY k.conname`;

const uniqueSql = `
SELECT i.indrelid::text AS oid, ${named('i.indkey::int2[]', 'i.indrelid')} AS columns
  FROM pg_index i WHERE i.indisunique AND i.indpred IS NULL AND 0 <> ALL (i.indkey::int2[])
 ORDER BY i.indexrelid`;

interface ColumnRow extends Omit<LabColumn, 'fallback' | 'sequence' | 'length'> {
  readonly oid: string;
  readonly fallback: string | null;
  readonly sequence: string | null;
  readonly length: number | null;
}

interface TableRow {
  readonly oid: string;
  readonly name: string;
  readonly schema: string;
  readonly relation: string;
  readonly partitionKey: readonly string[];
  readonly bounds: readonly (string | null)[];
  readonly triggers: readonly string[];
}

interface ConstraintRow {
  readonly oid: string;
  readonly name: string;
  readonly kind: 'c' | 'f';
  readonly target: string;
  readonly columns: readonly string[];
  readonly targetColumns: readonly string[];
  readonly condition: string | null;
}

/** In name order. The client has to have pg's own parsing of types. */
export async function describeTables(client: Client): Promise<readonly LabTable[]> {
  const tables = (await client.query<TableRow>(tablesSql)).rows;
  const columns = byOid((await client.query<ColumnRow>(columnsSql)).rows);
  const constraints = byOid((await client.query<ConstraintRow>(constraintsSql)).rows);
  const unique = byOid((await client.query<{ oid: string; columns: readonly string[] }>(uniqueSql)).rows);
  const nameOf = new Map(tables.map(({ oid, name }) => [oid, name]));
  return tables
    .map((table): LabTable => {
      const own = constraints.get(table.oid) ?? [];
      return {
        name: table.name,
        sql: quoteIdentifier(table.schema, table.relation),
        columns: (columns.get(table.oid) ?? []).map(columnOf),
        foreignKeys: own.flatMap(({ name, kind, target, columns: from, targetColumns }) =>
          kind === 'f' ? [{ name, columns: from, target: nameOf.get(target) ?? '', targetColumns }] : [],
        ),
        unique: (unique.get(table.oid) ?? []).map((one) => one.columns),
        checks: [
          ...own.flatMap(({ condition, columns: of }) =>
            condition === null ? [] : [{ condition, columns: of }],
          ),
          ...fitsAPartition(table),
        ],
        triggers: table.triggers,
      };
    })
    .sort((a, b) => byCodeUnit(a.name, b.name));
}

/** A row fits when it fits one of the leaves; the default partition takes what fits no other. */
function fitsAPartition({ bounds, partitionKey }: TableRow): readonly LabCheck[] {
  const known = bounds.filter((bound) => bound !== null && bound !== '');
  if (known.length === 0 || known.length < bounds.length) return [];
  return [{ condition: known.map((bound) => `(${bound})`).join(' OR '), columns: partitionKey }];
}

function columnOf({ oid: _, fallback, sequence, length, ...rest }: ColumnRow): LabColumn {
  return {
    ...rest,
    ...(fallback === null ? {} : { fallback }),
    ...(sequence === null ? {} : { sequence }),
    ...(length === null ? {} : { length }),
  };
}

function byOid<Row extends { readonly oid: string }>(
  rows: readonly Row[],
): ReadonlyMap<string, readonly Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const list = found.get(row.oid);
    if (list === undefined) found.set(row.oid, [row]);
    else list.push(row);
  }
  return found;
}

/**
 * Tables after those that their rows refer to. In a circle, a reference that may be null gives way; among the rest, the first by
 * name goes first.
 */
export function inForeignKeyOrder(tables: readonly LabTable[]): readonly LabTable[] {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const targets = new Map(tables.map((table) => [table, targetsOf(table, byName)]));
  const placed = new Set<LabTable>();
  const onTheWay = new Set<LabTable>();
  const place = (table: LabTable): void => {
    if (placed.has(table) || onTheWay.has(table)) return;
    onTheWay.add(table);
    for (const { target, isOptional } of targets.get(table) ?? []) {
      if (!isOptional || !reaches(target, table, targets)) place(target);
    }
    onTheWay.delete(table);
    placed.add(table);
  };
  for (const table of tables) place(table);
  return [...placed];
}

interface TargetTable {
  readonly target: LabTable;
  readonly isOptional: boolean;
}

function targetsOf(table: LabTable, byName: ReadonlyMap<string, LabTable>): readonly TargetTable[] {
  return table.foreignKeys.flatMap(({ columns, target: name }) => {
    const target = byName.get(name);
    const isOptional = table.columns.some((column) => column.nullable && columns.includes(column.name));
    return target === undefined || target === table ? [] : [{ target, isOptional }];
  });
}

function reaches(
  from: LabTable,
  to: LabTable,
  targets: ReadonlyMap<LabTable, readonly TargetTable[]>,
): boolean {
  const seen = new Set<LabTable>();
  const open = [from];
  for (let table = open.pop(); table !== undefined; table = open.pop()) {
    if (table === to) return true;
    if (seen.has(table)) continue;
    seen.add(table);
    open.push(...(targets.get(table) ?? []).map(({ target }) => target));
  }
  return false;
}
