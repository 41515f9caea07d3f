/**
 * Shard-key values: which types can be keys, and what value a literal means for such a type.
 * Takes PostgreSQL type names and literal texts, gives `KeyValue`s; whatever is not certain is `undefined`, because a
 * guessed value would name a wrong shard. Follows the input functions of PostgreSQL's int.c, uuid.c and date.c.
 */

/** Types whose equal values have equal hashes and may therefore share a key domain. */
export type KeyFamily = 'integer' | 'text' | 'uuid' | 'date';

export type KeyValue =
  | { readonly family: 'integer'; readonly value: bigint }
  | { readonly family: 'text'; readonly value: string }
  /** 16 bytes. */
  | { readonly family: 'uuid'; readonly bytes: Uint8Array }
  /** Days since 2000-01-01. */
  | { readonly family: 'date'; readonly days: number };

const integerBits: ReadonlyMap<string, number> = new Map([
  ['smallint', 16],
  ['int2', 16],
  ['smallserial', 16],
  ['serial2', 16],
  ['integer', 32],
  ['int', 32],
  ['int4', 32],
  ['serial', 32],
  ['serial4', 32],
  ['bigint', 64],
  ['int8', 64],
  ['bigserial', 64],
  ['serial8', 64],
]);

const textTypes: ReadonlySet<string> = new Set(['text', 'varchar', 'character varying']);

/**
 * The family of a type by its name as DDL or the catalog spells it (`int4`, `pg_catalog.int8`, `character varying(20)`).
 * `undefined` for every other type: character(n), numeric, float, citext, timestamps, jsonb, arrays, domains, enums.
 * Text under a nondeterministic collation hashes otherwise; the caller has to know that from the schema.
 */
export function keyFamilyOf(typeName: string): KeyFamily | undefined {
  const { name, length } = readTypeName(typeName);
  if (textTypes.has(name)) return name === 'text' && length !== undefined ? undefined : 'text';
  if (length !== undefined) return undefined;
  if (integerBits.has(name)) return 'integer';
  return name === 'uuid' || name === 'date' ? name : undefined;
}

/**
 * The value that a literal's text has in a key column of the named type, or `undefined` when it has none or when it is
 * not certain: out of range, fractional, not a calendar day, longer than `varchar(n)`. `literalText` is the text inside
 * the quotes, or the number as written. Nothing is rounded or cut as an assignment would.
 */
export function canonicalKeyValue(
  family: KeyFamily,
  typeName: string,
  literalText: string,
): KeyValue | undefined {
  if (keyFamilyOf(typeName) !== family) return undefined;
  switch (family) {
    case 'integer':
      return integerValue(typeName, literalText);
    case 'text':
      return textValue(typeName, literalText);
    case 'uuid':
      return uuidValue(literalText);
    case 'date':
      return dateValue(literalText);
  }
}

/** A key value as PostgreSQL prints it; two values of one family are equal when their texts are. */
export function keyText(value: KeyValue): string {
  switch (value.family) {
    case 'integer':
      return value.value.toString();
    case 'text':
      return value.value;
    case 'uuid':
      return uuidText(value.bytes);
    case 'date':
      return dateText(value.days);
  }
}

interface TypeName {
  readonly name: string;
  readonly length?: number;
}

/** A schema has few types, and each key that is looked up asks for one of them. */
const typeNames = new Map<string, TypeName>();
const mostTypeNames = 1000;

/** A type's name without schema and spelling differences, and the length in parentheses if there is one. */
function readTypeName(typeName: string): TypeName {
  const known = typeNames.get(typeName);
  if (known !== undefined) return known;
  if (typeNames.size >= mostTypeNames) typeNames.clear();
  const read = parseTypeName(typeName);
  typeNames.set(typeName, read);
  return read;
}

function parseTypeName(typeName: string): TypeName {
  const plain = typeName
    .trim()
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/^pg_catalog\./, '');
  const match = /^([a-z0-9_ ]+?) ?\( ?(\d+) ?\)$/.exec(plain);
  if (match === null) return { name: plain };
  return { name: match[1] ?? plain, length: Number(match[2]) };
}

/** Without the white space that PostgreSQL's input functions for numbers and dates skip. */
function trimmed(text: string): string {
  return text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '');
}

const shortDigits = /^[0-9]{1,9}$/;

function integerValue(typeName: string, text: string): KeyValue | undefined {
  const bits = integerBits.get(readTypeName(typeName).name);
  // Most keys are short and plain, and fit every type but the smallest.
  if (bits !== undefined && bits > 16 && shortDigits.test(text)) {
    return { family: 'integer', value: BigInt(Number(text)) };
  }
  const digits = /^([+-]?)0*(\d{1,19})$/.exec(trimmed(text));
  if (digits === null || bits === undefined) return undefined;
  const value = BigInt(`${digits[1] === '-' ? '-' : ''}${digits[2]}`);
  return BigInt.asIntN(bits, value) === value ? { family: 'integer', value } : undefined;
}

function textValue(typeName: string, text: string): KeyValue | undefined {
  // PostgreSQL's UTF-8 text holds neither NUL nor half of a surrogate pair.
  if (text.includes('\0') || /\p{Surrogate}/u.test(text)) return undefined;
  const { length } = readTypeName(typeName);
  if (length !== undefined && [...text].length > length) return undefined;
  return { family: 'text', value: text };
}

const uuidDigits = '(?:[0-9a-f]{4}-?){7}[0-9a-f]{4}';
const uuidSpelling = new RegExp(`^(?:${uuidDigits}|\\{${uuidDigits}\\})$`, 'i');

function uuidValue(text: string): KeyValue | undefined {
  if (!uuidSpelling.test(text)) return undefined;
  const digits = text.replace(/[{}-]/g, '');
  const bytes = Uint8Array.from({ length: 16 }, (_, i) =>
    Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  );
  return { family: 'uuid', bytes };
}

function uuidText(bytes: Uint8Array): string {
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Milliseconds of 2000-01-01, PostgreSQL's day zero, since the Unix epoch. */
const dayZeroMs = 946_684_800_000;
const dayMs = 86_400_000;

function dateValue(text: string): KeyValue | undefined {
  const day = trimmed(text);
  // The year 0000 is a day for ISO 8601, an error for PostgreSQL.
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || day.startsWith('0000')) return undefined;
  const days = (Date.parse(`${day}T00:00:00Z`) - dayZeroMs) / dayMs;
  // Date.parse takes 2023-02-29 for the first of March; a day that does not come back is none.
  return Number.isInteger(days) && dateText(days) === day ? { family: 'date', days } : undefined;
}

function dateText(days: number): string {
  return new Date(dayZeroMs + days * dayMs).toISOString().slice(0, 10);
}
