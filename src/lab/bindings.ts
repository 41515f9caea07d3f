/**
 * Statements of an export, with values, ready to run: a rehearsal of the application's traffic. Each was tried on the database
 * whose rows the values are from, and rolled back. What an export's text cannot say with parameters, such as `interval $1`, has
 * its values in the text, as it had when the application sent it.
 */

import type { Client } from 'pg';
import { connectTo, quoteLiteral } from '../postgres/index.js';
import { nextToken, type Reader, type Statement, scannerAt } from '../syntax/index.js';
import { parametersOf, type StatementParameters } from './parameters.js';
import { drawsOf } from './random.js';
import { familyOf, type Sample, valuesFor } from './values.js';

export interface TrafficStatement {
  readonly id: string;
  readonly text: string;
  readonly calls: number;
}

export interface BoundStatement {
  /** Of the statement. */
  readonly id: string;
  readonly calls: number;
  /** With `$n` for each of `params`; without any when the values are in the text. */
  readonly text: string;
  /** As texts. */
  readonly params: readonly string[];
  /** SQLSTATE that the trial ended with, of class 23 or 22: the statement runs, these values are refused. */
  readonly sqlState?: string;
  readonly isWrite: boolean;
}

export interface Bindings {
  /** By statement in the order given, those that run without an error first. */
  readonly bound: readonly BoundStatement[];
  /** Statements that no values were found for, with the reason: a SQLSTATE, or words. */
  readonly unfit: readonly { readonly id: string; readonly text: string; readonly reason: string }[];
}

export interface BindRequest {
  /** Of the database with all rows; a role that may do what the application does. */
  readonly dsn: string;
  readonly statements: readonly TrafficStatement[];
  readonly reader: Reader;
  /** Different values for each statement. Default 8; a statement without parameters gets one. */
  readonly perStatement?: number;
  readonly seed?: string;
}

/** @throws UserError connection-failed */
export async function bindStatements({
  dsn,
  statements,
  reader,
  perStatement = 8,
  seed = 'bindings',
}: BindRequest): Promise<Bindings> {
  const client = await connectTo(dsn);
  try {
    await client.query("SET statement_timeout = '5s'; SET lock_timeout = '2s'; SET timezone = 'UTC'");
    const samples = sampler(client);
    const bound: BoundStatement[] = [];
    const unfit: Bindings['unfit'][number][] = [];
    for (const statement of statements) {
      const read = reader.read(statement.text);
      if (!read.ok) {
        unfit.push({ id: statement.id, text: statement.text, reason: read.reason });
        continue;
      }
      const found = await bindOne(client, statement, read.statement, samples, perStatement, seed);
      if (typeof found === 'string') unfit.push({ id: statement.id, text: statement.text, reason: found });
      else bound.push(...found);
    }
    return { bound, unfit };
  } finally {
    await client.end().catch(() => {});
  }
}

// ── one statement ────────────────────────────────────────────────────────────────────────────────────────────────────

/** More than one draw may be needed for values that no constraint refuses. */
const drawsEach = 3;

/** So often a statement is tried whose parameters' types nobody says. */
const mostFailures = 20;

type Sampler = (parameters: StatementParameters) => Promise<ReadonlyMap<string, Sample>>;

async function bindOne(
  client: Client,
  statement: TrafficStatement,
  tree: Statement,
  samples: Sampler,
  wanted: number,
  seed: string,
): Promise<readonly BoundStatement[] | string> {
  if (tree.kind === 'utility' && tree.inner === undefined) return `${tree.command} is no statement on rows`;
  if (tree.kind === 'utility' && tree.command !== 'copy') return `${tree.command} is about the session`;
  const parameters = parametersOf(tree);
  const count = parameterCount(statement.text);
  const types = await typesOf(client, statement.text, parameters);
  const rows = await samples(parameters);
  const found = new Map<string, BoundStatement>();
  const refused: BoundStatement[] = [];
  let failure = 'no values';
  for (let draw = 0; draw < (count === 0 ? 1 : wanted * drawsEach) && found.size < wanted; draw += 1) {
    const draws = drawsOf(`${seed} ${statement.id} ${draw}`);
    const values = valuesFor(parameters, rows, { types }, count, draws);
    const tried = await tryForms(client, statement, tree, values, types);
    if ('failure' in tried) failure = tried.failure;
    else if (tried.sqlState !== undefined) refused.push(tried);
    else found.set(JSON.stringify([tried.text, tried.params]), tried);
    // Values do not mend what is wrong with the statement.
    if (draw + 1 >= mostFailures && found.size === 0 && refused.length === 0) break;
  }
  const all = [...found.values(), ...refused].slice(0, wanted);
  return all.length === 0 ? failure : all;
}

/** With parameters, then with the values in the text. */
async function tryForms(
  client: Client,
  { id, calls, text }: TrafficStatement,
  tree: Statement,
  values: readonly string[],
  types: ReadonlyMap<number, string>,
): Promise<BoundStatement | { readonly failure: string }> {
  const isWrite = writes(tree);
  const isCopy = tree.kind === 'utility';
  let failure = '';
  const forms = [
    { text, params: values },
    { text: withValues(text, values, types), params: [] },
  ];
  for (const form of isCopy ? forms.slice(1) : forms) {
    const state = await trial(client, form.text, form.params);
    const bound = { id, calls, ...form, isWrite };
    if (state === undefined) return bound;
    if (/^(?:22|23)/.test(state) && state !== '22P02' && state !== '22007')
      return { ...bound, sqlState: state };
    failure = state;
  }
  return { failure };
}

async function trial(client: Client, text: string, values: readonly string[]): Promise<string | undefined> {
  await client.query('BEGIN');
  try {
    await client.query(values.length === 0 ? { text } : { text, values: [...values] });
    return undefined;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === undefined) throw error;
    return code;
  } finally {
    await client.query('ROLLBACK');
  }
}

function writes(tree: Statement): boolean {
  if (tree.kind === 'utility') return false;
  if (tree.kind !== 'select') return true;
  return (
    tree.locking.length > 0 || (tree.with?.ctes.some(({ statement }) => statement.kind !== 'select') ?? false)
  );
}

// ── texts ────────────────────────────────────────────────────────────────────────────────────────────────────────────

function parameterCount(text: string): number {
  return Math.max(0, ...placesOf(text).map(({ number }) => number));
}

interface Place {
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

function placesOf(text: string): readonly Place[] {
  const places: Place[] = [];
  const scanner = scannerAt(text);
  while (nextToken(scanner)) {
    const { kind, start, end } = scanner;
    if (kind === 'param') places.push({ number: Number(text.slice(start + 1, end)), start, end });
  }
  return places;
}

function withValues(text: string, values: readonly string[], types: ReadonlyMap<number, string>): string {
  let [out, from] = ['', 0];
  for (const { number, start, end } of placesOf(text)) {
    const value = values[number - 1] ?? '';
    const type = types.get(number);
    const mayBeNumber = type === undefined || familyOf(type) === 'number';
    const isNumber = mayBeNumber && /^-?\d+(?:\.\d+)?$/.test(value);
    out += text.slice(from, start) + (isNumber ? value : quoteLiteral(value));
    from = end;
  }
  return out + text.slice(from);
}

// ── what the server says ─────────────────────────────────────────────────────────────────────────────────────────────

/** Types of the parameters: as the server takes them; of what it does not take, what the statement says. */
async function typesOf(
  client: Client,
  text: string,
  { casts }: StatementParameters,
): Promise<ReadonlyMap<number, string>> {
  const typed = text.replace(/\b(interval|date|timestamp|timestamptz|time)\s+(\$\d+)/gi, '$2::$1');
  const prepared = await preparedTypes(client, typed);
  return new Map([...casts, ...prepared]);
}

async function preparedTypes(client: Client, text: string): Promise<readonly (readonly [number, string])[]> {
  try {
    await client.query(`PREPARE lab_statement AS ${text}`);
  } catch (error) {
    if ((error as { code?: string }).code === undefined) throw error;
    return [];
  }
  const { rows } = await client.query<{ types: string[] }>(
    `SELECT parameter_types::text[] AS types FROM pg_prepared_statements WHERE name = 'lab_statement'`,
  );
  await client.query('DEALLOCATE lab_statement');
  return (rows[0]?.types ?? []).map((type, i) => [i + 1, type] as const);
}

const sampleRows = 400;

/** Rows of each relation, read once, in an order that is the same in every run. */
function sampler(client: Client): Sampler {
  const known = new Map<string, Promise<Sample | undefined>>();
  const sampleOf = async (relation: string): Promise<Sample | undefined> => {
    const { rows: columns } = await client.query<{ name: string; type: string; unique: boolean }>(
      `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
              a.attnum IN (SELECT coalesce(max(k.n) FILTER (WHERE NOT EXISTS (
                                     SELECT FROM pg_constraint f WHERE f.conrelid = a.attrelid AND f.contype = 'f' AND k.n = ANY (f.conkey))),
                                   CASE count(*) WHEN 1 THEN max(k.n) END)
                             FROM pg_index i, unnest(i.indkey::int2[]) AS k (n)
                            WHERE i.indrelid = a.attrelid AND i.indisunique GROUP BY i.indexrelid) AS unique
         FROM pg_attribute a WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
      [relation],
    );
    if (columns.length === 0) return undefined;
    const { rows } = await client.query<(string | null)[]>({
      text: `SELECT one.* FROM ${relation} AS one ORDER BY md5(one::text) LIMIT ${sampleRows}`,
      rowMode: 'array',
      types: { getTypeParser: () => (value: string | Buffer) => String(value) },
    });
    return {
      types: new Map(columns.map(({ name, type }) => [name, type])),
      unique: new Set(columns.flatMap(({ name, unique }) => (unique ? [name] : []))),
      rows: rows.map((row) => new Map(columns.map(({ name }, i) => [name, row[i] ?? null]))),
    };
  };
  return async ({ instances }) => {
    const samples = new Map<string, Sample>();
    for (const [name, path] of instances) {
      const relation = path.map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
      if (!known.has(relation)) known.set(relation, sampleOf(relation));
      const sample = await known.get(relation);
      if (sample !== undefined) samples.set(name, sample);
    }
    return samples;
  };
}
