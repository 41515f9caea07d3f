/** Big exports: one tree at a time, and one cost for all statements of a shape. */

import { expect, test } from 'vitest';
import { readStatements, sortStatements, statementCosts, treesOf } from '../../src/analysis/index.js';
import { emptyCatalog, readSchema } from '../../src/catalog/index.js';
import type { Placement, WorkloadStatement } from '../../src/model/index.js';
import { defaultCosts } from '../../src/routability/index.js';
import { loadReader, type Reader } from '../../src/syntax/index.js';

const reader = await loadReader('libpg-query');

function statement(id: string, text: string, calls: number): WorkloadStatement {
  const counters = { calls, totalExecMs: 0, rows: 0, walBytes: 0, blocksRead: 0, blocksHit: 0 };
  return {
    id,
    text,
    counters,
    mergedRows: 1,
    source: { file: 'export.csv', line: 2 },
    tags: {},
    truncated: false,
  };
}

const statements = [
  statement('s1', 'SELECT id FROM orders WHERE user_id = $1', 1),
  statement('s2', 'SELECT total FROM orders WHERE user_id = $1', 2),
  statement('s3', 'SELECT id FROM orders', 4),
];

test('a statement is read when it is asked for, not before', () => {
  let count = 0;
  const counting: Reader = {
    ...reader,
    read: (text) => {
      count += 1;
      return reader.read(text);
    },
  };
  const trees = treesOf(statements, counting)[Symbol.iterator]();
  expect(count).toBe(0);
  trees.next();
  expect(count).toBe(1);
});

test('statements of one shape cost once, with their weights together', () => {
  const settings = { readSql: () => undefined, readTriggerFunction: () => undefined };
  const { application } = sortStatements(readStatements(statements, reader), emptyCatalog(), settings);
  const sharded: Placement = { placement: 'sharded', key: 'user_id', group: 'g' };
  const options = new Map([['public.orders', [sharded, { placement: 'global' } as const]]]);
  const costs = statementCosts([...application].reverse(), options, defaultCosts(16), 'calls');
  expect(costs.map(({ id, weight }) => [id, weight])).toEqual([
    ['s1', 3],
    ['s3', 4],
  ]);
});

const lists = ['a', 'b', 'c', 'd', 'a, b', 'b, a', 't.a, t.d'];

/** `listed`: whether somebody looks at the columns that are listed. */
test.each([
  ['from t where a = $1', false],
  ['from t where a = $1 order by 1 limit $2 for update', false],
  ['from t join u using (a) where t.b in (select v.b from v where v.c = t.c)', false],
  ['from t where a = $1 group by 1', true],
  ['from t where a = $1 group by grouping sets ((1), (c))', true],
  ['from t where a = $1 union select c from u where c = $1', true],
  ['from t where a = $1 except select c from u', true],
])('statements that list other columns have the facts that each has alone: %s', async (rest, listed) => {
  const schema = ['t', 'u', 'v'].map(
    (name) => `create table ${name} (a int primary key, b int, c int, d int);`,
  );
  const catalog = await readSchema([{ file: 'schema.sql', text: schema.join('') }]);
  const settings = { readSql: () => undefined };
  const sorted = (some: readonly WorkloadStatement[]) =>
    sortStatements(readStatements(some, reader), catalog, settings).application.map(({ query }) => query);
  const all = lists.map((list, at) => statement(`s${at}`, `select ${list} ${rest}`, 1));
  const together = sorted([...all, ...all]);
  expect(together).toEqual([...all, ...all].flatMap((one) => sorted([one])));
  expect(new Set(together).size > 1).toBe(listed);
});
