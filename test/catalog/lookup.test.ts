import { expect, test } from 'vitest';
import {
  columnOf,
  descendantsOf,
  emptyCatalog,
  familyUniqueKeys,
  isSystemRelation,
  keyTypeOf,
  lookupFunctions,
  lookupTable,
  lookupView,
  primaryKeyOf,
  readSchema,
  relationsNamed,
  resolveParent,
} from '../../src/catalog/index.js';

const catalog = await readSchema([
  {
    file: '1_children.sql',
    text: 'CREATE TABLE app.child (id int PRIMARY KEY, up int REFERENCES app.parent);',
  },
  {
    file: '2_rest.sql',
    text: `
      ALTER DATABASE d SET search_path TO app, public;
      CREATE DOMAIN app.code AS varchar(9);
      CREATE TABLE app.parent (id bigint PRIMARY KEY, code app.code, codes app.code[]);
      CREATE TABLE public.thing (a int);
      CREATE VIEW app.thing AS SELECT 1 AS b;
      CREATE TABLE app.pg_own (id int);
      CREATE TABLE app.log (id int, at date, UNIQUE (at)) PARTITION BY RANGE (at);
      CREATE TABLE app.log_1 PARTITION OF app.log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY RANGE (at);
      CREATE TABLE app.log_1_a PARTITION OF app.log_1 DEFAULT;
      CREATE UNIQUE INDEX only_here ON app.log_1_a (id);
      CREATE TABLE app.extended (more int) INHERITS (app.parent);
      CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
    `,
  },
]);

test('a foreign key finds a primary key that a later file makes', () => {
  expect(catalog.tables.get('app.child')?.foreignKeys[0]).toMatchObject({
    target: 'app.parent',
    targetColumns: ['id'],
  });
});

test('the first schema of the path that has the name wins, table or view', () => {
  expect(lookupView(catalog, ['thing'])?.name).toBe('app.thing');
  expect(lookupTable(catalog, ['thing'])).toBeUndefined();
  expect(lookupTable(catalog, ['thing'], ['public'])?.name).toBe('public.thing');
  expect(lookupTable(catalog, ['db', 'public', 'thing'])?.name).toBe('public.thing');
  expect(lookupFunctions(catalog, ['f']).length).toBe(1);
  expect(lookupFunctions(catalog, ['app', 'f'])).toEqual([]);
});

test('a name of no schema in the path means the only one there is elsewhere', () => {
  expect(lookupTable(catalog, ['parent'], ['public'])?.name).toBe('app.parent');
  expect(lookupView(catalog, ['thing'], ['elsewhere'])).toBeUndefined();
  expect(lookupTable(catalog, ['thing'], ['elsewhere'])).toBeUndefined();
  expect(lookupTable(catalog, ['elsewhere', 'parent'])).toBeUndefined();
  expect(lookupTable(catalog, ['pg_own'], ['public'])).toBeUndefined();
  expect(relationsNamed(catalog, 'thing')).toEqual(['app.thing', 'public.thing']);
});

test.each([
  [['pg_class'], true],
  [['pg_catalog', 'pg_class'], true],
  [['information_schema', 'tables'], true],
  [['public', 'pg_stat_statements'], true],
  [['pg_temp_3', 'x'], true],
  [['pg_own'], false],
  [['public', 'pg_like'], false],
  [['orders'], false],
])('%s is a system relation: %s', (path, expected) => {
  expect(isSystemRelation(catalog, path)).toBe(expected);
});

test('children belong to the top of their tree', () => {
  expect(resolveParent(catalog, 'app.log_1_a')).toBe('app.log');
  expect(resolveParent(catalog, 'app.extended')).toBe('app.parent');
  expect(resolveParent(catalog, 'app.log')).toBe('app.log');
  expect(resolveParent(catalog, 'not.there')).toBe('not.there');
  expect(descendantsOf(catalog, 'app.log').map(({ name }) => name)).toEqual(['app.log_1', 'app.log_1_a']);
  expect(familyUniqueKeys(catalog, 'app.log').map(({ columns }) => columns)).toEqual([['at'], ['id']]);
});

test('a key is hashed by the base type of its domain; arrays are no keys', () => {
  const parent = lookupTable(catalog, ['parent']);
  const typeOf = (name: string) => {
    const column = parent && columnOf(parent, name);
    return column && keyTypeOf(column);
  };
  expect([typeOf('id'), typeOf('code'), typeOf('codes')]).toEqual(['int8', 'varchar', undefined]);
  expect(parent && primaryKeyOf(parent)?.columns).toEqual(['id']);
});

test('an empty catalog looks in public', () => {
  expect(emptyCatalog().searchPath).toEqual(['public']);
});
