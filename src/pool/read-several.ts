/** A read of several shards: all are asked at once, and the rows put together as the decision says. */

import type { CustomTypesConfig, QueryConfig, QueryResult } from 'pg';
import { alwaysExact, hasDigits, isIso } from '../fitness/index.js';
import type { Combine, Concatenate, Part, Several } from '../model/index.js';
import { mostParameters } from '../router/index.js';
import type { Database } from './database.js';
import { ShardwrightRefusal } from './errors.js';
import { type Asked, rowsAsked } from './statement.js';
import type { Place } from './types.js';

export interface Databases {
  /** @throws RangeError for a shard that there is none of */
  readonly at: (place: Place) => Database;
  /** How servers are set: name as PostgreSQL spells it → value. */
  readonly defaults: () => ReadonlyMap<string, string>;
}

const asText: CustomTypesConfig = { getTypeParser: () => (text: unknown) => text };

/** Rows of several shards are gathered in memory: so many at most. */
const mostGathered = 1_000_000;

export async function readSeveral(
  databases: Databases,
  decision: Several,
  asked: Asked,
): Promise<QueryResult> {
  const { parts, merge } = decision;
  const combines = merge.kind === 'combine';
  const results = await Promise.all(
    settled(parts.map((part) => databases.at(part.shard).query(partAsk(part, asked, combines)))),
  );
  if (results.reduce((sum, { rows }) => sum + rows.length, 0) > mostGathered) throw tooMany(decision);
  mustHaveSameColumns(decision, results);
  return combines
    ? combine(databases, decision, merge, results, asked)
    : concatenated(results, merge.kind === 'concatenate' ? merge : { kind: 'concatenate' });
}

/** An error is only told when all have come to an end: nothing is left running behind it. */
function settled<T>(promises: readonly Promise<T>[]): readonly Promise<T>[] {
  const all = Promise.allSettled(promises);
  return promises.map(async (promise) => {
    await all;
    return promise;
  });
}

export function partAsk(part: Part, asked: Asked, raw: boolean): QueryConfig {
  const { name, values } = asked;
  return {
    text: part.text,
    values: part.parameters.map((number) => values[number - 1]),
    ...(name === undefined || part.text !== asked.text ? {} : { name }),
    ...(raw ? { rowMode: 'array', types: asText } : rowsAsked(asked)),
  };
}

export function concatenated(
  results: readonly QueryResult[],
  { skip = 0, take = Number.POSITIVE_INFINITY, places }: Concatenate,
): QueryResult {
  const [first] = results;
  if (first === undefined) throw new RangeError('no shard was asked');
  const rows = inPlaces(results, places) ?? results.flatMap((result) => result.rows as unknown[]);
  const isCut = skip > 0 || Number.isFinite(take);
  const kept = isCut ? rows.slice(skip, skip + take) : rows;
  const counts = results.map(({ rowCount }) => rowCount);
  const counted = counts.some((count) => count === null)
    ? null
    : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  return { ...first, rows: kept, rowCount: isCut ? kept.length : counted };
}

/** Each shard returned all of its rows: they go where their values stood. */
function inPlaces(results: readonly QueryResult[], places: Concatenate['places']): unknown[] | undefined {
  if (places === undefined || results.some(({ rows }, at) => rows.length !== places[at]?.length))
    return undefined;
  const rows: unknown[] = [];
  for (const [at, result] of results.entries()) {
    for (const [index, row] of (result.rows as unknown[]).entries()) rows[places[at]?.[index] ?? 0] = row;
  }
  return rows;
}

/** From here on types are a database's own, numbered by each. */
const firstOwn = 16_384;

/** Rows of several shards are rows of one answer only when their columns are the same, in the same order. */
export function mustHaveSameColumns(decision: Several, [first, ...others]: readonly QueryResult[]): void {
  const fields = first?.fields ?? [];
  const isSame = others.every(
    (other) =>
      other.fields.length === fields.length &&
      fields.every(({ name, dataTypeID: type }, at) => {
        const field = other.fields[at];
        const alike =
          field?.dataTypeID === type || (type >= firstOwn && (field?.dataTypeID ?? 0) >= firstOwn);
        return field?.name === name && alike;
      }),
  );
  if (!isSame) throw otherColumns(decision);
}

const record = 2249;

function mustBeExact({ defaults }: Databases, { verdict, tables }: Several, oids: readonly number[]): void {
  const settings = defaults();
  const isFine = (name: string, fits: (value: string) => boolean): boolean => fits(settings.get(name) ?? '');
  if (alwaysExact(oids) || (isFine('extra_float_digits', hasDigits) && isFine('DateStyle', isIso))) return;
  throw new ShardwrightRefusal({
    sqlstate: '0A000',
    verdict,
    tables,
    reason: 'its shards write floats or dates otherwise than they are, and rows are put together by them',
    because: [],
    fix: 'set DateStyle to ISO and extra_float_digits to 1 on all servers',
  });
}

/** PostgreSQL puts the rows together, on the shard that was asked first: its types are the ones that count. */
async function combine(
  databases: Databases,
  decision: Several,
  { query, hidden }: Combine,
  results: readonly QueryResult[],
  asked: Asked,
): Promise<QueryResult> {
  const [part] = decision.parts;
  const [first] = results;
  if (part === undefined || first === undefined) throw new RangeError('no shard was asked');
  const oids = first.fields.map(({ dataTypeID }) => dataTypeID);
  if (oids.includes(record)) throw recordColumn(decision);
  mustBeExact(databases, decision, oids);
  const database = databases.at(part.shard);
  const { text, arguments: needed } = query(await database.typeNames(oids));
  if (needed.length > mostParameters) throw tooManyParameters(decision);
  const rows = results.flatMap((result) => result.rows as unknown[][]);
  const values = needed.map((one) =>
    one.kind === 'parameter' ? asked.values[one.number - 1] : rows.map((row) => row[one.at]),
  );
  const { rowMode, types } = asked;
  const result: QueryResult = await database.query({
    text,
    values,
    ...rowsAsked({ rowMode: 'array', types }),
  });
  const fields = first.fields.slice(0, oids.length - hidden);
  return {
    ...first,
    rows:
      rowMode === 'array' ? result.rows : (result.rows as unknown[][]).map((row) => namedRow(fields, row)),
    rowCount: result.rowCount,
    fields,
  };
}

/** As the driver makes them: of two columns of one name the later one stays. */
function namedRow(
  fields: readonly { readonly name: string }[],
  row: readonly unknown[],
): Record<string, unknown> {
  return Object.fromEntries(fields.map(({ name }, at) => [name, row[at]]));
}

function tooMany({ verdict, tables }: Several): ShardwrightRefusal {
  return new ShardwrightRefusal({
    sqlstate: '54000',
    verdict,
    tables,
    reason: `its shards gave more than ${mostGathered} rows, and they are gathered in memory`,
    because: [],
    fix: 'ask for the rows of one key at a time, or in portions by LIMIT',
  });
}

function tooManyParameters({ verdict, tables }: Several): ShardwrightRefusal {
  return new ShardwrightRefusal({
    sqlstate: '54000',
    verdict,
    tables,
    reason: `its parameters and columns are more than ${mostParameters} together, and its rows are put together by a statement with both`,
    because: [],
    fix: 'pass the values as an array: = ANY($1)',
  });
}

function otherColumns({ verdict, tables }: Several): ShardwrightRefusal {
  return new ShardwrightRefusal({
    sqlstate: '0A000',
    verdict,
    tables,
    reason: 'its shards give other columns, or in another order',
    because: [],
    fix: 'list the columns in the statement, and give every shard the same ones',
  });
}

function recordColumn({ verdict, tables }: Several): ShardwrightRefusal {
  return new ShardwrightRefusal({
    sqlstate: '0A000',
    verdict,
    tables,
    reason: 'a column is a whole row, which cannot be sorted or compared outside its table',
    because: [],
    fix: 'list the columns of the row',
  });
}
