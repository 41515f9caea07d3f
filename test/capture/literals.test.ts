import { loadModule } from 'libpg-query';
import { beforeAll, expect, it } from 'vitest';
import { withoutLiterals } from '../../src/capture/literals.js';

beforeAll(() => loadModule());

it.each([
  ["SELECT a FROM t WHERE b = $1 /*x='y'*/", "SELECT a FROM t WHERE b = $1 /*x='y'*/"],
  [
    "COPY (SELECT a FROM t WHERE b = 'x' AND c = 'x' AND d = 7) TO STDOUT",
    'COPY (SELECT a FROM t WHERE b = $1 AND c = $1 AND d = $2) TO STDOUT',
  ],
  [
    'DECLARE c CURSOR FOR SELECT a::numeric(9,2) FROM t WHERE b = $2 AND d = 8 ORDER BY 1',
    'DECLARE c CURSOR FOR SELECT a::numeric(9,2) FROM t WHERE b = $2 AND d = $3 ORDER BY 1',
  ],
  ["CREATE ROLE anna PASSWORD 'hunter2'", 'CREATE ROLE anna PASSWORD $1'],
  ['SET statement_timeout = 5000', 'SET statement_timeout = $1'],
  ['DO $$ secret $$', "DO ''"],
  ["no sql 'at all", 'no sql $1'],
])('%s', (text, expected) => {
  expect(withoutLiterals(text)).toBe(expected);
});
