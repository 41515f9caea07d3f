import { describe, expect, it } from 'vitest';
import { normaliseText, redactLiterals, salvageTables, splitStatements } from '../../src/syntax/index.js';
import { fixtureCases, fixtureText } from './fixture.js';

interface NormaliseCase {
  readonly sql: string;
  readonly text: string;
  readonly identity: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly truncated: boolean;
}

describe('normaliseText', () => {
  it.each(fixtureCases<NormaliseCase>('normalise/cases.json'))('$sql', ({ sql, ...expected }) => {
    expect(normaliseText(sql)).toEqual(expected);
  });

  it('keeps two uses of one parameter apart from two parameters', () => {
    const identity = (sql: string) => normaliseText(sql).identity;
    expect(identity('select $4 = $4')).not.toBe(identity('select $1 = $2'));
    expect(identity('select $4 = $4')).toBe(identity('SELECT  $1 = /* x */ $1'));
    expect(identity('select a in ($1, $2)')).not.toBe(identity('select a in ($1, $2, $3)'));
  });
});

describe('redactLiterals', () => {
  it('leaves no literal, not even one that is cut off', () => {
    expect(redactLiterals("select 'a', 1.5, E'\\'x', $1, a1 from t where b = $$c$$ and d = 'cut")).toBe(
      'select ?, ?, ?, $1, a1 from t where b = ? and d = ?',
    );
  });
});

describe('salvageTables', () => {
  it.each(fixtureCases<{ sql: string; tables: string[] }>('salvage/cases.json'))(
    '$sql',
    ({ sql, tables }) => {
      expect(salvageTables(sql).map((path) => path.join('.'))).toEqual(tables);
    },
  );
});

describe('splitStatements', () => {
  const file = fixtureText('split/file.sql');

  it('reads a file as psql does', async () => {
    await expect(`${JSON.stringify(splitStatements(file), null, 2)}\n`).toMatchFileSnapshot(
      '../../fixtures/syntax/split/statements.json',
    );
  });

  it('knows each statement’s place', () => {
    for (const { text, offset, line } of splitStatements(file)) {
      expect(file.slice(offset, offset + text.length)).toBe(text);
      expect(file.slice(0, offset).split('\n')).toHaveLength(line);
    }
  });

  it('stays linear on texts made to be slow', () => {
    const hostile = ['copy t from stdin;\n', '$a', '/*', "''", 'a\\\n', '(', '-- x\n', '$a$;'];
    for (const part of hostile) splitStatements(part.repeat(100_000));
  });
});
