/** What is found without the lexer is what the lexer finds. */

import { describe, expect, it } from 'vitest';
import { lifted } from '../../src/wire/literals.js';
import { valuesBy } from '../../src/wire/same-but-literals.js';

function same(first: string, second: string): boolean {
  const pattern = lifted(first)?.pattern;
  return pattern !== undefined && valuesBy(pattern, second) !== undefined;
}

const first = "select a1 from t where id = 5 and name = 'x' /* 7 */ limit 3;";

describe('a text like one that was read', () => {
  it.each([
    "select a1 from t where id = 0 and name = '' /* 7 */ limit 10;",
    "select a1 from t where id = 123456789012345678 and name = 'x -- $1 /* ;' /* 7 */ limit 3;",
  ])('is alike: %s', (text) => {
    expect(same(first, text)).toBe(true);
    const [pattern, found] = [lifted(first)?.pattern, lifted(text)];
    expect(valuesBy(pattern as NonNullable<typeof pattern>, text)).toEqual(found?.values);
  });

  it.each([
    ['another number of digits than a bigint has', first.replace('5', '1234567890123456789')],
    ['a number that is not written as it is told', first.replace('5', '007')],
    ['a fraction', first.replace('5', '5.5')],
    ['an exponent', first.replace('5', '5e1')],
    ['a number in another base', first.replace('5', '0x1')],
    ['digits in groups', first.replace('5', '1_000')],
    ['a sign', first.replace('5', '-5')],
    ['a parameter', first.replace('5', '$1')],
    ['a string for a number', first.replace('5', "'5'")],
    ['a number for a string', first.replace("'x'", '5')],
    ['a quote in a string', first.replace("'x'", "'it''s'")],
    ['a string that goes on', first.replace("'x'", "'x'\n'y'")],
    ['an escape string', first.replace("'x'", "E'x'")],
    ['a string without an end', first.replace("'x'", "'x")],
    ['another comment', first.replace('7', '8')],
    ['another name', first.replace('a1', 'a2')],
    ['more behind it', `${first} select 2`],
    ['less', first.slice(0, -1)],
    ['nothing', ''],
  ])('is not: %s', (_, text) => {
    expect(same(first, text)).toBe(false);
  });

  it('is not looked for where what follows a literal might be part of it', () => {
    for (const text of [
      'select 1e',
      'select 0x from t',
      'select 5.',
      'select 1_',
      "select 'a'b",
      "select 'a'::text",
    ]) {
      expect(lifted(text)?.pattern, text).toBeUndefined();
    }
  });
});

const between = [
  ...[
    ' ',
    '\n',
    ' \n ',
    ',',
    ')',
    ';',
    '.',
    '..',
    '-',
    '--',
    '-- 5\n',
    '/*',
    '*/',
    '/* 5 */',
    '::',
    '(',
    '=',
  ],
  ...[
    '$',
    '$$',
    '$a$',
    'a',
    'a1',
    'e',
    'E',
    'x',
    'X',
    'n',
    'b',
    'U&',
    'u&',
    '_',
    'é',
    '"',
    '"5"',
    '<',
    '@',
    '',
  ],
];
const literals = [
  ...["'", "''", "'a'", "'5'", "'a''b'", "'\n'", "'--'", "'/*'", "'$a$'", "'\\'", "'a' 'b'", "'a'\n'b'"],
  ...['0', '5', '07', '12', '1.5', '.5', '5.', '1e5', '0x1F', '0b1', '1_0', '99999999999999999999'],
];

/** Numbers that are alike for one seed (mulberry32). */
function randomFrom(start: number): (below: number) => number {
  let state = start >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

it('texts of whatever a lexer stumbles over have the values that it finds', () => {
  const random = randomFrom(7);
  const one = (of: readonly string[]): string => of[random(of.length)] ?? '';
  let alike = 0;
  for (let round = 0; round < 60_000; round += 1) {
    const parts = Array.from({ length: 1 + random(4) }, () => [one(between), one(literals), one(between)]);
    const text = `select ${parts.flat().join('')}`;
    const first = lifted(text);
    if (first?.pattern === undefined) continue;
    for (let i = 0; i < 6; i += 1) {
      const other = `select ${parts.map(([a, literal, b]) => `${a}${random(3) > 0 ? one(literals) : literal}${b}`).join('')}`;
      const values = valuesBy(first.pattern, other);
      if (values === undefined || other === text) continue;
      alike += 1;
      const found = lifted(other);
      expect({ text, other, values: found?.values, as: found?.text }).toEqual({
        ...{ text, other, values, as: first.text },
      });
    }
  }
  expect(alike).toBeGreaterThan(1000);
});
