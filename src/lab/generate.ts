/**
 * Rows for every table of a database, made from its own catalog: types, checks, keys and foreign keys hold because the server
 * checks them. The same schema, statistics, scale and seed give the same rows. Triggers of users sleep meanwhile.
 */

import type { Client } from 'pg';
import type { Catalog } from '../model/index.js';
import { quoteIdentifier } from '../postgres/index.js';
import { type Candidates, candidatesOf, constantDefault, prepareAsking } from './candidates.js';
import type { LabColumn, LabTable } from './describe.js';
import { type Draws, drawsOf, shuffled } from './random.js';
import {
  type Filled,
  type Reference,
  type Row,
  refer,
  referencesOf,
  rememberedColumns,
} from './references.js';
import { sizesOf } from './sizes.js';

export interface GenerateOptions {
  /** Each after those that it refers to. */
  readonly tables: readonly LabTable[];
  /** For statistics: rows, distinct values and nulls in production. */
  readonly catalog?: Catalog;
  readonly scale: number;
  readonly seed: string;
}

/** Rows that meet a unique key twice are left out by the server, and drawn again this often. */
const rounds = 8;
const rowsOfOneStatement = 5000;

/** @returns tables that stay empty, with the reason */
export async function generateRows(client: Client, options: GenerateOptions): Promise<readonly string[]> {
  const { tables, catalog, scale, seed } = options;
  const sizes = sizesOf(tables, catalog, scale);
  const references = new Map(tables.map((table) => [table.name, referencesOf(table, tables)]));
  const all = [...references.values()].flat();
  const filled = new Map<string, Row[]>();
  const notes: string[] = [];
  await client.query(prepareAsking);
  await client.query("SET timezone = 'UTC'");
  for (const table of tables) {
    const own = references.get(table.name) ?? [];
    const remembered = rememberedColumns(table, all);
    const size = sizes.get(table.name) ?? 0;
    filled.set(table.name, []);
    try {
      await withoutTriggers(client, table, async () => {
        const columns = await columnsToFill(client, table, own, catalog, size);
        await fill(client, { table, references: own, remembered, columns, size, seed, filled });
      });
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      if (code === undefined) throw error;
      // A server's message may show the row.
      notes.push(`${table.name} stays without some rows: ${code}${code < '23' ? ` ${message}` : ''}`);
    }
    if (filled.get(table.name)?.length === 0)
      notes.push(`${table.name} stays empty: no row that the server takes was found`);
  }
  await alignSequences(client, tables);
  await client.query('ANALYZE');
  return notes;
}

// ── columns ──────────────────────────────────────────────────────────────────────────────────────────────────────────

interface ColumnToFill extends Candidates {
  readonly name: string;
  readonly type: string;
  readonly isUnique: boolean;
  /** Of values to draw from; undefined: one for each row. */
  readonly pool?: number;
  readonly nullShare: number;
  readonly first?: string;
}

async function columnsToFill(
  client: Client,
  table: LabTable,
  references: readonly Reference[],
  catalog: Catalog | undefined,
  size: number,
): Promise<readonly ColumnToFill[]> {
  const referring = new Set(
    references.filter(({ optional, name }) => !optional && name !== '').flatMap((one) => one.columns),
  );
  const found: ColumnToFill[] = [];
  for (const column of table.columns) {
    if (column.generated || referring.has(column.name)) continue;
    const isUnique = table.unique.some((columns) => columns.length === 1 && columns[0] === column.name);
    const pool = isUnique ? undefined : poolOf(table, column, catalog, size);
    const candidates = await candidatesOf(
      client,
      table,
      column,
      Math.min(pool ?? size, isUnique ? size : 100),
    );
    // Without a value that the server takes, the default or NULL has to do.
    if (candidates === undefined) continue;
    const first = constantDefault(column);
    found.push({
      ...candidates,
      name: column.name,
      type: column.type,
      isUnique,
      nullShare: column.nullable ? nullShareOf(table, column, catalog) : 0,
      ...(pool === undefined ? {} : { pool }),
      ...(first === undefined || isUnique ? {} : { first }),
    });
  }
  return found;
}

/** As many different values as in production, in proportion where there are many. */
function poolOf(table: LabTable, column: LabColumn, catalog: Catalog | undefined, size: number): number {
  const statistics = catalog?.tables.get(table.name)?.statistics;
  const distinct = statistics?.columns[column.name]?.distinct;
  if (distinct === undefined) return Math.max(3, Math.ceil(size / 3));
  if (distinct <= 50) return Math.max(1, distinct);
  return Math.max(50, Math.ceil((size * distinct) / Math.max(distinct, statistics?.rowCount ?? distinct)));
}

function nullShareOf(table: LabTable, column: LabColumn, catalog: Catalog | undefined): number {
  return catalog?.tables.get(table.name)?.statistics?.columns[column.name]?.nullShare ?? 0.2;
}

// ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Filling {
  readonly table: LabTable;
  readonly references: readonly Reference[];
  readonly remembered: readonly string[];
  readonly columns: readonly ColumnToFill[];
  readonly size: number;
  readonly seed: string;
  readonly filled: Map<string, Row[]>;
}

async function fill(client: Client, filling: Filling): Promise<void> {
  const { table, references, size, seed, filled } = filling;
  const draws = drawsOf(`${seed} ${table.name}`);
  const rows = filled.get(table.name) as Row[];
  const refersToItself = references.some(({ target }) => target === table.name);
  const turns = turnsOf(references, filled, draws);
  let drawn = 0;
  for (let round = 0; round < rounds && rows.length < size; round += 1) {
    // The first rows refer to none of their own table, the others to the first.
    const wanted = refersToItself && round === 0 ? Math.ceil(size / 8) : size - rows.length;
    for (let done = 0; done < wanted; done += rowsOfOneStatement) {
      const batch: Map<string, string | null>[] = [];
      for (let i = 0; i < Math.min(rowsOfOneStatement, wanted - done); i += 1) {
        const row = rowOf(filling, turns, drawn, draws);
        drawn += 1;
        if (row !== undefined) batch.push(row);
      }
      rows.push(...(await insert(client, filling, batch)));
    }
  }
}

/** For references that each parent may have one of only. */
function turnsOf(
  references: readonly Reference[],
  filled: Filled,
  draws: Draws,
): ReadonlyMap<Reference, readonly Row[]> {
  return new Map(
    references
      .filter(({ once, target }) => once && (filled.get(target)?.length ?? 0) > 0)
      .map((one) => [one, shuffled(filled.get(one.target) ?? [], draws)]),
  );
}

function rowOf(
  { references, columns, filled }: Filling,
  turns: ReadonlyMap<Reference, readonly Row[]>,
  at: number,
  draws: Draws,
): Map<string, string | null> | undefined {
  const row = new Map<string, string | null>();
  if (!refer(row, references, filled, turns, at, draws)) return undefined;
  for (const column of columns) {
    if (!row.has(column.name)) row.set(column.name, drawnValue(column, at, draws));
  }
  return row;
}

function drawnValue(
  { style, count, pool, isUnique, nullShare, first }: ColumnToFill,
  at: number,
  draws: Draws,
): string | null {
  if (nullShare > 0 && draws.share() < nullShare) return null;
  if (isUnique) return style(at);
  if (first !== undefined && draws.share() < 0.4) return first;
  const limit = Math.max(1, Math.min(pool ?? Number.POSITIVE_INFINITY, count ?? Number.POSITIVE_INFINITY));
  return style(Math.floor(limit * draws.share() ** 1.3));
}

/** The server casts and checks; what meets a unique key twice is left out in silence. */
async function insert(
  client: Client,
  { table, remembered }: Filling,
  rows: readonly ReadonlyMap<string, string | null>[],
): Promise<readonly Row[]> {
  if (rows.length === 0) return [];
  const columns = table.columns.filter(({ name }) => rows.some((row) => row.has(name)));
  if (columns.length === 0) return [];
  const names = columns.map(({ name }) => quoteIdentifier(name));
  const casts = columns.map(({ type }, i) => `v.c${i}::${type} AS ${names[i]}`);
  const given = new Set(columns.map(({ name }) => name));
  const checks = table.checks
    .filter(({ columns: of }) => of.length > 1 && of.every((name) => given.has(name)))
    .map(({ condition }) => `AND ((${condition}) IS NOT FALSE)`);
  const returned = remembered.map((name, i) => `${quoteIdentifier(name)}::text AS r${i}`);
  const { rows: inserted } = await client.query<(string | null)[]>({
    text: `INSERT INTO ${table.sql} (${names.join(', ')}) OVERRIDING SYSTEM VALUE
      SELECT ${names.join(', ')} FROM (SELECT ${casts.join(', ')}, v.ordinality AS "lab ordinality"
        FROM unnest(${columns.map((_, i) => `$${i + 1}::text[]`).join(', ')}) WITH ORDINALITY
          AS v (${columns.map((_, i) => `c${i}`).join(', ')}, ordinality)) AS drawn
       WHERE true ${checks.join(' ')} ORDER BY "lab ordinality"
      ON CONFLICT DO NOTHING RETURNING ${returned.join(', ') || '1'}`,
    values: columns.map(({ name }) => rows.map((row) => row.get(name) ?? null)),
    rowMode: 'array',
  });
  return inserted.map((values) => new Map(remembered.map((name, i) => [name, values[i] ?? null])));
}

// ── around it ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Triggers would write into other tables, in an order of their own. */
export async function withoutTriggers(
  client: Client,
  { sql, triggers }: LabTable,
  work: () => Promise<void>,
): Promise<void> {
  const all = (what: string): string =>
    triggers.map((name) => `ALTER TABLE ${sql} ${what} TRIGGER ${quoteIdentifier(name)}`).join('; ');
  if (triggers.length > 0) await client.query(all('DISABLE'));
  try {
    await work();
  } finally {
    if (triggers.length > 0) await client.query(all('ENABLE'));
  }
}

/** Numbers that the server gives out begin behind those that are taken. */
async function alignSequences(client: Client, tables: readonly LabTable[]): Promise<void> {
  for (const { sql, columns } of tables) {
    for (const { name, sequence } of columns) {
      if (sequence === undefined) continue;
      await client.query(
        `SELECT setval($1::regclass, greatest(1, coalesce(max(${quoteIdentifier(name)}), 1))::bigint) FROM ${sql}`,
        [sequence],
      );
    }
  }
}
