import { describe, expect, it } from 'vitest';
import { loadReader, type Reader } from '../../src/syntax/index.js';
import { fixtureCases } from './fixture.js';

const readers: readonly Reader[] = [await loadReader('libpg-query'), await loadReader('pgsql-ast-parser')];
const [first] = readers;

const chain = (term: string, between: string, count: number) => Array(count).fill(term).join(between);
const nested = (open: string, inner: string, close: string, count: number) =>
  `${open.repeat(count)}${inner}${close.repeat(count)}`;

const tooDeep: Readonly<Record<string, string>> = {
  parentheses: `select ${nested('(', '1', ')', 10_000)}`,
  'terms of +': `select ${chain('1', ' + ', 10_000)}`,
  negations: `select ${'not '.repeat(10_000)}true`,
  subqueries: nested('select * from (', 'select 1', ') x', 10_000),
  calls: `select ${nested('f(', '1', ')', 10_000)}`,
  unions: chain('select 1', ' union ', 10_000),
  joins: `select * from ${chain('t', ' natural join ', 10_000)}`,
  cases: `select ${nested('case when true then ', '1', ' end', 10_000)}`,
};

describe('texts that cannot be read', () => {
  it.each(fixtureCases<{ sql: string; reason: string }>('unreadable/cases.json'))(
    '$sql',
    ({ sql, reason }) => {
      expect(first?.read(sql)).toEqual({ ok: false, reason });
    },
  );

  it.each(readers)('$name: too deep is said, and the next statement is read', (reader) => {
    for (const [name, sql] of Object.entries(tooDeep)) {
      expect([name, reader.read(sql)]).toEqual([name, { ok: false, reason: 'nested too deeply' }]);
    }
    expect(reader.read('select a from t').ok).toBe(true);
  });

  it('takes what is long but not deep', () => {
    expect(first?.read(`select * from t where ${chain('a = 1', ' or ', 10_000)}`).ok).toBe(true);
    expect(first?.read(`select * from t where a in (${chain('$1', ', ', 10_000)})`).ok).toBe(true);
    expect(first?.read(`insert into t values ${chain("(1, 'a', -2, now())", ', ', 10_000)}`).ok).toBe(true);
    expect(first?.read(`select ${chain('case when a then b else c end', ', ', 2_000)} from t`).ok).toBe(true);
    expect(first?.read(`select '${'x'.repeat(1_000_000)}'`).ok).toBe(true);
  });

  it('survives many statements that only just fit', () => {
    const fitting = [`select ${chain('1', ' + ', 290)}`, nested('select (', 'select 1', ')', 100)];
    for (let round = 0; round < 200; round += 1) {
      for (const sql of [...fitting, ...Object.values(tooDeep)]) first?.read(sql);
    }
    expect(fitting.map((sql) => first?.read(sql).ok)).toEqual([true, true]);
  });

  it('never quotes the statement’s data', () => {
    for (const reader of readers) {
      for (const sql of [
        "select 'secret' 'x",
        "selec 'secret'",
        'select "secret" secret secret',
        "x = E'secret",
      ]) {
        const result = reader.read(sql);
        expect(result.ok ? 'read' : result.reason).not.toContain('secret');
      }
    }
  });
});

describe('readMany', () => {
  it('reads each statement of a text with its place', () => {
    const results = first?.readMany('select 1;\n\nselec;\n-- c\nselect 2') ?? [];
    expect(results.map(({ text, line, result }) => [text, line, result.ok])).toEqual([
      ['select 1', 1, true],
      ['selec', 3, false],
      ['select 2', 5, true],
    ]);
  });
});

describe('placeholders of other anonymisers', () => {
  it('are parameters, numbered as they appear, where they cannot be operators', () => {
    const read = (sql: string) => JSON.stringify(first?.read(sql));
    expect(read('select a from t where b = ? and c in (?, ?)')).toBe(
      read('select a from t where b = $1 and c in ($2, $3)'),
    );
    expect(read('select a from t where b=? or c>=?::int limit ?')).toBe(
      read('select a from t where b = $1 or c >= $2::int limit $3'),
    );
    expect(read("select a from t where data ? 'k' and data ?| $1")).toContain('"name":"?"');
    expect(read('select a from t where b ?& ? and c = ?')).toBe(
      read('select a from t where b ?& $1 and c = $2'),
    );
  });
});
