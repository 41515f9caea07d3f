import { expect, test } from 'vitest';
import { inferCatalog } from '../../src/catalog/index.js';
import { loadReader, type Statement } from '../../src/syntax/index.js';

const reader = await loadReader('libpg-query');

function statementsOf(sql: string): readonly Statement[] {
  return reader.readMany(sql).map(({ result }) => {
    if (!result.ok) throw new Error(result.reason);
    return result.statement;
  });
}

function columnsOf(sql: string): Record<string, string> {
  const { tables } = inferCatalog(statementsOf(sql));
  return Object.fromEntries(
    [...tables].map(([name, table]) => [name, table.columns.map((column) => column.name).join()]),
  );
}

test.each([
  [
    'the only table owns plain columns',
    'SELECT a, b AS c FROM t WHERE d = $1 ORDER BY c',
    { 'public.t': 'a,b,d' },
  ],
  [
    'a join leaves plain columns open',
    'SELECT x, o.id FROM orders o JOIN s.users AS u ON u.id = o.user_id',
    { 'public.orders': 'id,user_id', 's.users': 'id' },
  ],
  [
    'insert list and conflict',
    'INSERT INTO t (a, b) VALUES ($1, $2) ON CONFLICT (a) DO UPDATE SET c = excluded.d WHERE t.e > 1 RETURNING f',
    { 'public.t': 'a,b,c,d,e,f' },
  ],
  [
    'insert from a query',
    'INSERT INTO t (a) SELECT x FROM s WHERE y = 1',
    { 'public.s': 'x,y', 'public.t': 'a' },
  ],
  [
    'update set',
    'UPDATE t SET a = s.b FROM src s WHERE t.id = s.id',
    { 'public.src': 'b,id', 'public.t': 'a,id' },
  ],
  ['delete using', 'DELETE FROM t USING u WHERE t.x = u.y', { 'public.t': 'x', 'public.u': 'y' }],
  [
    'merge',
    'MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN UPDATE SET b = s.b WHEN NOT MATCHED THEN INSERT (a, c) VALUES (s.a, 1)',
    { 'public.s': 'a,b', 'public.t': 'a,b,c' },
  ],
  [
    'a CTE is no table, but hides one only below it',
    'WITH t AS (SELECT a FROM t) SELECT b FROM t',
    { 'public.t': 'a' },
  ],
  [
    'a recursive CTE sees itself',
    'WITH RECURSIVE r AS (SELECT id FROM n UNION ALL SELECT n.up FROM n JOIN r ON r.id = n.id) SELECT * FROM r',
    { 'public.n': 'id,up' },
  ],
  [
    'outer columns inside',
    'SELECT 1 FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.x = a.y AND z = 1)',
    { 'public.a': 'y', 'public.b': 'x' },
  ],
  [
    'derived tables and functions are not tables',
    'SELECT d.q, g FROM (SELECT q FROM t) d, generate_series(1, 2) g',
    { 'public.t': 'q' },
  ],
  ['whole rows and system columns are not columns', 'SELECT t, ctid, t.xmin FROM t', { 'public.t': '' }],
  ['system catalogs are not tables', 'SELECT relname FROM pg_class c, information_schema.tables i', {}],
  [
    'copy and truncate',
    'COPY t (a, b) FROM stdin; TRUNCATE u; COPY (SELECT x FROM v) TO stdout',
    { 'public.t': 'a,b', 'public.u': '', 'public.v': 'x' },
  ],
  ['folded and quoted names', 'SELECT "A" FROM "Mixed" WHERE B = 1', { 'public.Mixed': 'A,b' }],
])('%s', (_rule, sql, expected) => {
  expect(columnsOf(sql)).toEqual(expected);
});

test('an inferred catalog says that it is one, whatever the order of statements', () => {
  const statements = statementsOf('SELECT a FROM t; SELECT b FROM s; SELECT c FROM t');
  const catalog = inferCatalog(statements);
  expect(catalog.origin).toBe('inferred');
  expect([...catalog.tables.values()].every((table) => !table.columnsComplete)).toBe(true);
  expect(JSON.stringify([...inferCatalog([...statements].reverse()).tables])).toBe(
    JSON.stringify([...catalog.tables]),
  );
});
