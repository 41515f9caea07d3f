/**
 * Values for the parameters of a statement, drawn from rows that are there: parameters of one instance from one row, and rows of
 * several instances that agree in columns of one name, so that the statement finds something.
 */

import type { ColumnUse, ParameterUse, StatementParameters } from './parameters.js';
import type { Draws } from './random.js';

/** A relation's columns and some of its rows, as texts. */
export interface Sample {
  readonly types: ReadonlyMap<string, string>;
  /** Columns that make a new row's unique keys new. */
  readonly unique: ReadonlySet<string>;
  readonly rows: readonly ReadonlyMap<string, string | null>[];
}

type SampleRow = Sample['rows'][number];

export interface ParameterTypes {
  /** By number, as the server or the statement says. */
  readonly types: ReadonlyMap<number, string>;
}

export function valuesFor(
  parameters: StatementParameters,
  samples: ReadonlyMap<string, Sample>,
  { types }: ParameterTypes,
  count: number,
  draws: Draws,
): readonly string[] {
  const rows = rowsThatAgree(samples, draws);
  return Array.from({ length: count }, (_, i) => {
    const uses = parameters.uses.get(i + 1) ?? [];
    const type = types.get(i + 1);
    return (
      valueOfUses(uses, samples, rows, draws, type) ??
      (type === undefined ? draws.pick(guesses) : plainValue(type, draws))
    );
  });
}

/** Where neither the statement nor the server says a type: one of these is of it. */
const guesses = ['1', 'oak', '1', '7 days', 'open', '{}'];

/** One row for each instance; a later one agrees with the earlier ones where it can. */
function rowsThatAgree(samples: ReadonlyMap<string, Sample>, draws: Draws): ReadonlyMap<string, SampleRow> {
  const chosen = new Map<string, SampleRow>();
  const said = new Map<string, string>();
  for (const [name, { rows }] of samples) {
    if (rows.length === 0) continue;
    const start = draws.below(rows.length);
    const turned = [...rows.slice(start), ...rows.slice(0, start)];
    const agreeing = turned.find((row) =>
      [...said].every(([column, value]) => row.get(column) === undefined || row.get(column) === value),
    );
    const row = agreeing ?? (turned[0] as SampleRow);
    chosen.set(name, row);
    for (const [column, value] of row) {
      if (value !== null && column.endsWith('_id') && !said.has(column)) said.set(column, value);
    }
  }
  return chosen;
}

function valueOfUses(
  uses: readonly ParameterUse[],
  samples: ReadonlyMap<string, Sample>,
  rows: ReadonlyMap<string, SampleRow>,
  draws: Draws,
  type: string | undefined,
): string | undefined {
  for (const use of uses) {
    const value = valueOfUse(use, samples, rows, draws, type);
    if (value !== undefined) return value;
  }
  return undefined;
}

const ofCalls: ReadonlyMap<string, readonly string[]> = new Map([
  ['date_trunc', ['day']],
  ['date_part', ['day']],
  ['extract', ['day']],
  ['to_char', ['YYYY-MM']],
  ['to_tsvector', ['simple']],
  ['to_tsquery', ['oak']],
  ['plainto_tsquery', ['simple', 'oak']],
  ['websearch_to_tsquery', ['simple', 'oak']],
  ['percentile_cont', ['0.5']],
  ['percentile_disc', ['0.5']],
  ['timezone', ['UTC']],
]);

function valueOfUse(
  use: ParameterUse,
  samples: ReadonlyMap<string, Sample>,
  rows: ReadonlyMap<string, SampleRow>,
  draws: Draws,
  type: string | undefined,
): string | undefined {
  if (use.kind === 'limit') return String(1 + draws.below(20));
  if (use.kind === 'offset') return String(draws.below(3));
  if (use.kind === 'argument') {
    const known = ofCalls.get(use.call);
    return known === undefined ? undefined : draws.pick(known);
  }
  const name = instanceOf(use, samples);
  const sample = name === undefined ? undefined : samples.get(name);
  if (name === undefined || sample === undefined) return undefined;
  const columnType = sample.types.get(use.column) ?? 'text';
  // `created_at > now() - $1` is compared with a column, but is none of its values.
  if (type !== undefined && !isAlike(type, columnType) && use.kind !== 'array') return undefined;
  const value = rows.get(name)?.get(use.column) ?? someValue(sample, use.column, draws);
  if (value === undefined) return undefined;
  switch (use.kind) {
    case 'equal':
    case 'compared':
      return value;
    case 'assigned':
      return sample.unique.has(use.column)
        ? fresh(value, columnType, draws)
        : (someValue(sample, use.column, draws) ?? value);
    case 'inserted':
      return sample.unique.has(use.column) ? fresh(value, columnType, draws) : value;
    case 'pattern':
      return `%${value.slice(0, 3).replaceAll(/[%_\\]/g, '')}%`;
    case 'array':
      return arrayOf([value, ...[1, 2].flatMap(() => someValue(sample, use.column, draws) ?? [])]);
  }
}

function instanceOf({ of, column }: ColumnUse, samples: ReadonlyMap<string, Sample>): string | undefined {
  if (of !== undefined && samples.get(of)?.types.has(column) === true) return of;
  return [...samples].find(([, { types }]) => types.has(column))?.[0];
}

function someValue({ rows }: Sample, column: string, draws: Draws): string | undefined {
  const start = draws.below(Math.max(1, rows.length));
  for (let i = 0; i < rows.length; i += 1) {
    const value = rows[(start + i) % rows.length]?.get(column);
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

// ── types ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const families: readonly (readonly [string, RegExp])[] = [
  ['number', /^(?:smallint|integer|bigint|numeric|real|double precision|int[248]|float[48]|oid)\b/],
  ['time', /^(?:timestamp|date|timestamptz)\b/],
  ['text', /^(?:text|character|varchar|bpchar|name|char)\b/],
  ['interval', /^(?:interval)\b/],
  ['boolean', /^bool/],
];

export function familyOf(type: string): string {
  return families.find(([, pattern]) => pattern.test(type))?.[0] ?? type;
}

/** Text takes everything; the server says text where it does not know better. */
function isAlike(type: string, columnType: string): boolean {
  const [left, right] = [familyOf(type), familyOf(columnType)];
  return left === right || left === 'text';
}

/** Like the value, and certainly not there yet. */
function fresh(value: string, type: string, draws: Draws): string {
  const number = 1_000_000_000 + draws.below(900_000_000);
  if (familyOf(type) === 'number')
    return type === 'smallint' ? String(20_000 + (number % 12_000)) : String(number);
  if (type === 'uuid') return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  if (familyOf(type) === 'text') return value.includes('@') ? `new${number}@example.com` : `new-${number}`;
  return value;
}

function plainValue(type: string, draws: Draws): string {
  if (type.endsWith('[]')) return '{}';
  switch (familyOf(type)) {
    case 'number':
      return String(1 + draws.below(5));
    case 'time':
      return `2026-02-${String(1 + draws.below(28)).padStart(2, '0')}`;
    case 'interval':
      return `${1 + draws.below(60)} days`;
    case 'boolean':
      return draws.below(2) === 0 ? 'true' : 'false';
    case 'uuid':
      return '00000000-0000-4000-8000-000000000001';
    case 'json':
    case 'jsonb':
      return '{"n": 1}';
    case 'inet':
      return '10.0.0.1';
    case 'tsquery':
      return 'oak';
    default:
      return 'oak';
  }
}

function arrayOf(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
