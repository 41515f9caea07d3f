import { expect, it } from 'vitest';
import { otherColumns } from '../../src/fitness/columns.js';

const expected = [
  { table: 'public.users', columns: ['a', 'id', 'b', 'c'], key: 'id' },
  { table: 'public.countries', columns: ['code', 'name'] },
];

const found = (users: string, countries = 'code name'): string | undefined =>
  otherColumns(
    expected,
    new Map([
      [0, users.split(' ')],
      [1, countries.split(' ')],
    ]),
  );

it.each([
  ['the same', 'a id b c'],
  ['one more', 'a id b c d'],
  ['one more in the middle', 'a id x b c'],
  ['one less', 'a id c'],
  ['one renamed behind the key', 'a id b x'],
])('columns on their way are no reason: %s', (_name, users) => {
  expect(found(users)).toBeUndefined();
  expect(found(users, 'code')).toBeUndefined();
});

it.each([
  ['another order', 'a id c b', 'the columns of public.users are in another order there: c comes before b'],
  ['another order and one more', 'a id c x b', 'in another order'],
  ['the key further on', 'x a id b c', 'the key id of public.users is column 3 there, and 2 in the schema'],
  ['the key further ahead', 'id b c', 'the key id of public.users is column 1 there'],
])('an INSERT without a list would go wrong: %s', (_name, users, said) => {
  expect(found(users)).toContain(said);
});

it('a key that the plan adds is wherever it was added', () => {
  const added = [{ table: 'public.items', columns: ['id', 'name'], key: 'user_id' }];
  expect(otherColumns(added, new Map([[0, ['id', 'name', 'user_id']]]))).toBeUndefined();
});

it('a copy of a global table counts too, and a table that is not there does not', () => {
  expect(found('a id b c', 'name code')).toContain('public.countries');
  expect(otherColumns(expected, new Map())).toBeUndefined();
});
