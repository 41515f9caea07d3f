import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differences, loadReader, splitStatements } from '../../src/syntax/index.js';
import { fixtureText } from './fixture.js';
import { expression, union } from './grammar.js';

const first = await loadReader('libpg-query');
const second = await loadReader('pgsql-ast-parser');

const statements = (file: string): readonly string[] =>
  splitStatements(fixtureText(`readers/${file}`)).map((part) => part.text);

describe('both readers', () => {
  it.each(statements('both.sql'))('make one tree of: %s', (sql) => {
    const a = first.read(sql);
    const b = second.read(sql);
    expect([a.ok ? '' : a.reason, b.ok ? '' : b.reason]).toEqual(['', '']);
    if (a.ok && b.ok) expect(differences(a.statement, b.statement)).toEqual([]);
  });
});

describe('both readers, on random text', () => {
  const agree = (sql: string): void => {
    const a = first.read(sql);
    const b = second.read(sql);
    if (a.ok && b.ok) expect(differences(a.statement, b.statement)).toEqual([]);
  };

  it('group operators alike', () => {
    fc.assert(
      fc.property(expression, (sql) => agree(`select ${sql} from t where ${sql}`)),
      { numRuns: 500 },
    );
  });

  it('group unions alike', () => {
    fc.assert(
      fc.property(union, (sql) => {
        agree(sql);
        agree(`select * from (${sql}) x where a in (${sql})`);
      }),
    );
  });
});

describe('the first reader alone', () => {
  it.each(statements('first-only.sql'))('reads: %s', (sql) => {
    expect([first.read(sql).ok, second.read(sql).ok]).toEqual([true, false]);
  });
});

describe('differences', () => {
  it('names the place, and no literal', () => {
    const read = (sql: string) => {
      const result = first.read(sql);
      if (!result.ok) throw new Error(result.reason);
      return result.statement;
    };
    expect(
      differences(read("select a from t where b = 'secret'"), read("select a from u where b = 'other'")),
    ).toEqual(['select.body.from[0].name[0]: t or u', 'select.body.where.right: two values of a literal']);
    expect(differences(read('select 00.5'), read('select 0.5'))).toEqual([]);
    expect(differences(read('select 1.0'), read('select 1'))).toHaveLength(1);
  });
});
