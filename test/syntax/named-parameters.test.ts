import { beforeAll, describe, expect, it } from 'vitest';
import { loadReader, numberNamedParameters, type Reader } from '../../src/syntax/index.js';

let reader: Reader;
beforeAll(async () => {
  reader = await loadReader('libpg-query');
});

describe('parameters of query files', () => {
  it.each([
    [
      '@name',
      'select 1 from t where a = @a and b=@b or c = @a',
      'select 1 from t where a = $1 and b= $2 or c = $1',
    ],
    [
      'sqlc.arg',
      "select 1 from t where a = sqlc.arg(a) and b = sqlc.narg('b') and c = @a",
      'select 1 from t where a = $1 and b = $2 and c = $1',
    ],
    [
      'sqlc.slice',
      'select 1 from t where a in (sqlc.slice(ids))',
      'select 1 from t where a in ($1 /*, ... */)',
    ],
    ['sqlc.embed', 'select sqlc.embed(t) from t', 'select t.* from t'],
    [
      ':name',
      'select :a::int, x[1:n], x[a:b] from t where b = :b',
      'select $1::int, x[1:n], x[a:b] from t where b = $2',
    ],
    ["psql's variables", "select 1 from t where a = :'a'", 'select 1 from t where a = $1'],
    [
      '?',
      'select 1 from t where a = ? and b in (?, ?) limit ? offset ?',
      'select 1 from t where a = $1 and b in ($2, $3) limit $4 offset $5',
    ],
    ['? that touches', 'select 1 from t where a=? and b>=?', 'select 1 from t where a= $1 and b>= $2'],
    [
      '? beside the operators of jsonb',
      "select 1 from t where d ? 'key' and d ?| ? and e = ?",
      "select 1 from t where d ? 'key' and d ?| $1 and e = $2",
    ],
    [
      '? as JDBC writes the operators',
      'select 1 from t where d ?? ? and d ??| ?',
      'select 1 from t where d ? $1 and d ?| $2',
    ],
    [
      '$n, which is left alone',
      "select 1 from t where d ? 'key' and a = $1",
      "select 1 from t where d ? 'key' and a = $1",
    ],
    ['@name after $n', 'select 1 from t where a = $2 and b = @b', 'select 1 from t where a = $2 and b = $3'],
    [
      'operators with @',
      "select 1 from t where a <@ b and c @> d and e @@ f and g @? '$.x'",
      "select 1 from t where a <@ b and c @> d and e @@ f and g @? '$.x'",
    ],
    [
      'strings and comments',
      "select ':a @b ?' /* :c */ -- @d ?\n from t where a = :a",
      "select ':a @b ?' /* :c */ -- @d ?\n from t where a = $1",
    ],
  ])('%s', (_, written, numbered) => {
    expect(numberNamedParameters(written)).toBe(numbered);
    expect(reader.read(numbered)).toMatchObject({ ok: true });
  });
});
