/**
 * Values that a column may take. Takes what the server says of a column; gives values by number, the same for the same
 * column in every run. Plain types have values by construction. Where a domain, a check or a type nobody knows has a say, the
 * server is asked which of many spellings it takes: literals of the conditions first, then words, codes, numbers, addresses.
 */

import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { quoteIdentifier } from '../postgres/index.js';
import type { LabColumn, LabTable } from './describe.js';

/** The i-th value of a style, from 0; different for different i as long as the type has room. */
export type Style = (i: number) => string;

const words = [
  'oak',
  'linen',
  'brass',
  'indigo',
  'walnut',
  'felt',
  'amber',
  'slate',
  'clay',
  'willow',
  'copper',
];

function letters(i: number, length: number, first = 'A'): string {
  let left = i;
  return Array.from({ length }, () => {
    const letter = String.fromCharCode(first.charCodeAt(0) + (left % 26));
    left = Math.floor(left / 26);
    return letter;
  }).join('');
}

const word = (i: number): string =>
  `${words[i % words.length]}${i < words.length ? '' : `-${Math.floor(i / words.length)}`}`;
const hex = (name: string, i: number): string => createHash('md5').update(`${name} ${i}`).digest('hex');
const uuidOf = (digits: string): string =>
  digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');

const lastMs = Date.UTC(2026, 2, 1);
const spanSeconds = 60 * 86_400;
/** Within two months, in no order. */
const moment = (i: number): Date => new Date(lastMs - 1000 * ((i * 7919 * 61) % spanSeconds));

function stringStyles({ length = 12 }: LabColumn): readonly Style[] {
  const size = Math.min(length, 12);
  return [
    (i) => (word(i).length <= length ? word(i) : letters(i, size, 'a')),
    (i) => letters(i, size),
    (i) => letters(i, Math.min(length, 3)),
    (i) => letters(i, Math.min(length, 2)),
    (i) => letters(i, size, 'a'),
    (i) => String(i + 1).padStart(size, '0'),
    (i) => `user${i}@example.com`,
    (i) => `https://example.com/${i}`,
    (i) => `/${word(i)}`,
    (i) => `+4930${String(i).padStart(7, '0')}`,
    (i) => `#${(i % 0xffffff).toString(16).padStart(6, '0')}`,
    (i) => uuidOf(hex('text', i)),
    (i) => moment(i).toISOString().slice(0, 10),
    (i) => `${(i % 9) + 1}.${i % 10}.${i % 7}`,
    () => '',
  ];
}

function numberStyle({ baseType }: LabColumn): Style {
  const [, precision, scale] = /^numeric\((\d+),(\d+)\)$/.exec(baseType) ?? [];
  if (precision !== undefined && scale !== undefined) {
    const whole = Math.max(1, 10 ** Math.min(3, Number(precision) - Number(scale)));
    return (i) => ((i * 7.37) % whole).toFixed(Number(scale));
  }
  if (baseType === 'smallint') return (i) => String(1 + (i % 32_000));
  if (/^(?:real|double precision|numeric|money)/.test(baseType)) return (i) => ((i * 3.5) % 1000).toFixed(2);
  return (i) => String(i + 1);
}

const otherStyles: ReadonlyMap<string, (name: string) => Style> = new Map([
  [
    'uuid',
    (name: string): Style =>
      (i) =>
        uuidOf(hex(name, i)),
  ],
  ['boolean', () => (i: number) => (i % 2 === 0 ? 'true' : 'false')],
  ['date', () => (i: number) => moment(i).toISOString().slice(0, 10)],
  ['timestamp with time zone', () => (i: number) => moment(i).toISOString()],
  ['timestamp without time zone', () => (i: number) => moment(i).toISOString().slice(0, 19)],
  ['time without time zone', () => (i: number) => moment(i).toISOString().slice(11, 19)],
  ['time with time zone', () => (i: number) => moment(i).toISOString().slice(11)],
  ['interval', () => (i: number) => `${i + 1} hours`],
  ['json', () => (i: number) => `{"n": ${i}}`],
  ['jsonb', () => (i: number) => `{"n": ${i}}`],
  [
    'bytea',
    (name: string): Style =>
      (i) =>
        `\\x${hex(name, i)}`,
  ],
  ['inet', () => (i: number) => `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`],
  ['cidr', () => (i: number) => `10.${(i >> 8) & 255}.${i & 255}.0/24`],
  [
    'macaddr',
    () => (i: number) =>
      `08:00:2b:${hex('mac', i)
        .slice(0, 6)
        .replace(/..(?=.)/g, '$&:')}`,
  ],
  ['xml', () => (i: number) => `<n>${i}</n>`],
  ['tsvector', () => (i: number) => word(i)],
  ['tsquery', () => (i: number) => word(i)],
]);

/** What nobody knows may take one of these. */
const guesses: readonly Style[] = [
  '',
  '0',
  '1',
  '{}',
  '()',
  '[1,5)',
  '(0,0)',
  'a',
  '2026-01-01',
  '(,)',
  'empty',
].map((text) => () => text);

function plainStyles(table: LabTable, column: LabColumn): readonly Style[] {
  const { baseType, category, labels } = column;
  if (labels.length > 0) return [(i) => labels[i % labels.length] as string];
  const known = otherStyles.get(baseType.replace(/\(\d+\)/, ''));
  if (known !== undefined) return [known(`${table.name}.${column.name}`)];
  if (category === 'N') return [numberStyle(column)];
  if (category === 'S') return stringStyles(column);
  if (category === 'A') return [() => '{}'];
  return guesses;
}

/** Types whose plain values are right without asking. */
function isCertain({ baseType, category, labels }: LabColumn): boolean {
  return labels.length > 0 || otherStyles.has(baseType.replace(/\(\d+\)/, '')) || /^[NSA]$/.test(category);
}

// ── asking the server ────────────────────────────────────────────────────────────────────────────────────────────────

/** In a temporary function, because servers before 16 have none of their own. */
export const prepareAsking = `CREATE OR REPLACE FUNCTION pg_temp.lab_fits(value text, type text, name text, conditions text) RETURNS boolean
LANGUAGE plpgsql AS $$ DECLARE fits boolean; spelt text; BEGIN
  EXECUTE format('SELECT %L::%s::text', value, type) INTO spelt;
  EXECUTE format('SELECT %s FROM (SELECT %L::%s AS %s) AS candidate', conditions, value, type, name) INTO fits;
  RETURN fits IS NOT FALSE;
EXCEPTION WHEN others THEN RETURN false; END $$`;

async function fitting(
  client: Client,
  table: LabTable,
  column: LabColumn,
  values: readonly string[],
): Promise<ReadonlySet<string>> {
  const conditions = checksOf(table, column).map((condition) => `(${condition}) IS NOT FALSE`);
  const { rows } = await client.query<{ value: string }>(
    `SELECT value FROM unnest($1::text[]) AS value WHERE pg_temp.lab_fits(value, $2, $3, $4)`,
    [values, column.type, quoteIdentifier(column.name), conditions.join(' AND ') || 'true'],
  );
  return new Set(rows.map(({ value }) => value));
}

function checksOf({ checks }: LabTable, { name }: LabColumn): readonly string[] {
  return checks
    .filter(({ columns }) => columns.length === 1 && columns[0] === name)
    .map(({ condition }) => condition);
}

function literalsIn(text: string): readonly string[] {
  const quoted = [...text.matchAll(/'((?:[^']|'')*)'/g)].map(([, inside = '']) =>
    inside.replaceAll("''", "'"),
  );
  const numbers = [...text.matchAll(/(?<![\w'.])-?\d+(?:\.\d+)?(?![\w'.])/g)].flatMap(([number]) => [
    number,
    String(Number(number) + 1),
    String(Number(number) - 1),
  ]);
  return [...quoted, ...numbers];
}

export interface Candidates {
  readonly style: Style;
  /** How many different values there are, at least; undefined: as many as rows. */
  readonly count?: number;
}

/** Undefined when no value was found that the server takes. */
export async function candidatesOf(
  client: Client,
  table: LabTable,
  column: LabColumn,
  wanted: number,
): Promise<Candidates | undefined> {
  const styles = plainStyles(table, column);
  const conditions = [...checksOf(table, column), ...column.ofDomain];
  if (conditions.length === 0 && isCertain(column)) {
    const [style] = styles as readonly [Style, ...Style[]];
    return column.labels.length > 0 ? { style, count: column.labels.length } : { style };
  }
  const literals = [...new Set([column.fallback ?? '', ...conditions].flatMap(literalsIn))];
  const spellings = styles.map((style) => Array.from({ length: Math.max(4, wanted) }, (_, i) => style(i)));
  const fits = await fitting(client, table, column, [...new Set([...literals, ...spellings.flat()])]);
  const pools = [literals, ...spellings]
    .map((pool) => [...new Set(pool.filter((value) => fits.has(value)))])
    .filter((pool) => pool.length > 0);
  // Many words beat the two literals of `length(name) < 20 AND name <> ''`; an enumeration has no words that fit.
  const best = pools.find((pool) => pool.length >= wanted) ?? pools.sort((a, b) => b.length - a.length)[0];
  if (best === undefined) return undefined;
  return { style: (i) => best[i % best.length] as string, count: best.length };
}

/** A constant default is a value that the application's statements ask for. */
export function constantDefault({ fallback = '' }: LabColumn): string | undefined {
  const [, text] = /^'((?:[^']|'')*)'::[\w ".]+$/.exec(fallback) ?? [];
  return text?.replaceAll("''", "'");
}
