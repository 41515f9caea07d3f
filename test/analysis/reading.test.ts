/** Big exports: one tree at a time, and one cost for all statements of a shape. */

import { expect, test } from 'vitest';
import { readStatements, sortStatements, statementCosts, treesOf } from '../../src/analysis/index.js';
import { emptyCatalog } from '../../src/catalog/index.js';
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
