import { expect, test } from 'vitest';
import { readSchema } from '../../src/catalog/index.js';

const statements: readonly (readonly [
  body: string,
  newColumns: readonly string[] | 'any',
  oldRow: boolean,
])[] = [
  ['NEW.at := now();', ['at'], false],
  ['NEW."at" = now(); new.b[1] := 2;', ['at', 'b'], false],
  ['IF NEW.a = 1 THEN INSERT INTO t VALUES (NEW.b, NEW.c); END IF;', [], false],
  ["v := '--'; NEW.k := 7;", ['k'], false],
  ['SELECT 1, 7 INTO v, NEW.k;', ['k'], false],
  ['INSERT INTO t VALUES (1) RETURNING a, b INTO v, NEW.k;', ['k'], false],
  ['FOR NEW.k IN SELECT 7 LOOP NULL; END LOOP;', ['k'], false],
  ['FOR v, NEW.k IN SELECT 1, 7 LOOP NULL; END LOOP;', ['k'], false],
  ['FOREACH NEW.k IN ARRAY ARRAY[7] LOOP NULL; END LOOP;', ['k'], false],
  ['FETCH c INTO v, NEW.k;', ['k'], false],
  ['GET DIAGNOSTICS NEW.k = ROW_COUNT;', ['k'], false],
  ['other.k := 7;', ['k'], false],
  ['"new".k := 7;', ['k'], false],
  ['NEW := ROW(7);', 'any', false],
  ['SELECT * INTO NEW FROM t;', 'any', false],
  ['FOR NEW IN SELECT * FROM t LOOP NULL; END LOOP;', 'any', false],
  ['OLD.k := 7;', [], true],
  ['SELECT * INTO OLD FROM t;', [], true],
  ['CALL p(NEW.k);', 'any', true],
  ["EXECUTE 'SELECT 1';", 'any', true],
  ['RETURN v;', 'any', true],
  ['RETURN (NEW);', [], false],
  ['RETURN OLD;', [], false],
  ['DECLARE new t; BEGIN new.k := 7; END;', 'any', true],
  ['this is no code', 'any', true],
];

test.each(statements)('%s', async (body, newColumns, oldRow) => {
  const text = `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE v int; c refcursor; other ALIAS FOR NEW; BEGIN ${body} RETURN NEW; END $$;`;
  const { functions } = await readSchema([{ file: 'schema.sql', text }]);
  expect(functions.get('public.f')?.[0]?.rowTargets).toEqual({ newColumns, oldRow });
});
