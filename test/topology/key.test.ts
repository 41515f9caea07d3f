import { expect, test } from 'vitest';
import { canonicalKeyValue, type KeyFamily, keyFamilyOf, keyText } from '../../src/topology/index.js';

const families: readonly (readonly [KeyFamily | undefined, readonly string[]])[] = [
  [
    'integer',
    ['int', 'int4', 'INTEGER', 'bigint', 'int8', 'smallint', 'int2', 'serial', 'bigserial', 'serial8'],
  ],
  ['integer', ['pg_catalog.int8', ' Integer ']],
  [
    'text',
    [
      'text',
      'varchar',
      'varchar(20)',
      'character varying',
      'character  varying (255)',
      'CHARACTER VARYING(3)',
    ],
  ],
  ['uuid', ['uuid', 'UUID']],
  ['date', ['date']],
  [
    undefined,
    ['character(3)', 'char', 'char(1)', 'bpchar', '"char"', 'name', 'citext', 'numeric', 'numeric(10,0)'],
  ],
  [
    undefined,
    ['real', 'double precision', 'timestamp with time zone', 'timestamptz(3)', 'jsonb', 'oid', 'bytea'],
  ],
  [undefined, ['integer[]', '_int4', 'text[]', 'int(11)', 'text(5)', 'app.uuid', '']],
];

test.each(families)('family %s: %j', (family, names) => {
  for (const name of names) expect(keyFamilyOf(name), name).toBe(family);
});

function canonical(type: string, text: string): string | undefined {
  const family = keyFamilyOf(type);
  const value = family && canonicalKeyValue(family, type, text);
  return value && keyText(value);
}

test.each([
  ['integer', '42', '42'],
  ['integer', ' +42 ', '42'],
  ['bigint', '-0', '0'],
  ['bigint', '00000000000000000000000000005', '5'],
  ['smallint', '-32768', '-32768'],
  ['int4', '2147483647', '2147483647'],
  ['bigint', '-9223372036854775808', '-9223372036854775808'],
  ['text', ' a ', ' a '],
  ['text', '', ''],
  ['varchar(2)', '🚀🚀', '🚀🚀'],
  ['uuid', '{A0EEBC99-9C0B4EF8-BB6D6BB9-BD380A11}', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ['uuid', 'a0eebc999c0b4ef8bb6d6bb9bd380a11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ['uuid', 'a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ['date', ' 2024-02-29 ', '2024-02-29'],
  ['date', '0099-12-31', '0099-12-31'],
])("%s '%s' is the value %s", (type, text, expected) => {
  expect(canonical(type, text)).toBe(expected);
});

test.each([
  ['smallint', '32768'],
  ['int4', '-2147483649'],
  ['bigint', '9223372036854775808'],
  ['bigint', '1.0'],
  ['bigint', '1e3'],
  ['bigint', ''],
  ['bigint', '- 5'],
  ['text', 'a\0b'],
  ['text', '\ud800'],
  ['varchar(2)', 'abc'],
  ['varchar(2)', 'ab '],
  ['uuid', ' a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ['uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11-'],
  ['uuid', '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ['uuid', 'a0eebc999c0b4ef8bb6d6bb9bd380a1-1'],
  ['date', '2023-02-29'],
  ['date', '2024-13-01'],
  ['date', '0000-01-01'],
  ['date', '01/02/2024'],
  ['date', 'today'],
  ['date', 'infinity'],
  ['numeric', '5'],
])("%s '%s' has no certain value", (type, text) => {
  expect(canonical(type, text)).toBeUndefined();
});

test('a value is not read for another family than its type has', () => {
  expect(canonicalKeyValue('text', 'integer', '42')).toBeUndefined();
});
