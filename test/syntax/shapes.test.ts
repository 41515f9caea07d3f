import { describe, expect, it } from 'vitest';
import { splitStatements } from '../../src/syntax/index.js';
import { nextToken, scannerAt, tokenText } from '../../src/syntax/lexer.js';
import { isName, loadParser } from '../../src/syntax/libpg-query/index.js';
import { makeReader } from '../../src/syntax/reader.js';
import type { ReadResult } from '../../src/syntax/result.js';
import { fixtureText } from './fixture.js';

const parse = await loadParser();
const direct = makeReader('libpg-query', parse);

/** A reader that remembers shapes, and how often it parsed. */
function counted() {
  const parsed = { times: 0 };
  const counting = (text: string) => {
    parsed.times += 1;
    return parse(text);
  };
  return { read: makeReader('libpg-query', counting, undefined, isName).read, parsed };
}

/** Names of every kind, and what is none though it looks like one. */
const names = [
  ...['id', 'Orders', '"Mixed Case"', '"select"', 'a$1', 'count', 'epoch', 'excluded', 'old', 'row', 'name'],
  ...['pg_catalog', '"pg_catalog"', '"a""b"', 'ä', 'current_user', 'not', 'nulls', 'with', 'x'.repeat(70)],
];

/** Without the likeness, which nobody knows who reads a text alone. */
function alone(result: ReadResult): ReadResult {
  return result.ok ? { ok: true, statement: result.statement } : result;
}

function renamed(sql: string, turn: number): string {
  const scanner = scannerAt(sql);
  let text = '';
  for (let at = turn; nextToken(scanner); at += 7) {
    const token = tokenText(scanner);
    const isOne = scanner.kind === 'quotedName' || (scanner.kind === 'word' && isName(token.toLowerCase()));
    text += isOne && at % 3 === 0 ? names[at % names.length] : token;
  }
  return text;
}

describe('texts of one shape', () => {
  const texts = ['both.sql', 'first-only.sql']
    .flatMap((file) => splitStatements(fixtureText(`readers/${file}`)))
    .map(({ text }) => text);

  it('give the trees that each of them gives alone, whatever their names', () => {
    const { read } = counted();
    for (const text of texts) {
      for (const sql of [text, text, ...names.map((_, turn) => renamed(text, turn))])
        expect({ sql, ...alone(read(sql)) }).toEqual({ sql, ...direct.read(sql) });
    }
  });

  it.each([
    ['a, "B"', 'from t where a = $1'],
    ['t.a, "T" . "B",c', 'from t where a in ($1 /*, ... */)'],
    ['a, "b,c" , t . d /* a, b */, e', 'from t where a = $1'],
    ['x', 'from only s.x where s.x.y = $1 group by x having $2'],
    ['extract(epoch from b)', "from t join u using (id) where c = '1' limit $1"],
  ])('are parsed once more, as a pattern: select %s %s', (list, rest) => {
    const { read, parsed } = counted();
    for (const turn of [0, 3, 6, 9]) {
      const other = (text: string) => text.replace(/\b[a-z]\b/g, (name) => `${name}${turn}`);
      const columns = list.startsWith('extract') ? list : `${list}${', t.more'.repeat(turn)}`;
      const sql = other(`select ${columns} ${rest}`);
      expect(alone(read(sql))).toEqual(direct.read(sql));
    }
    expect(parsed.times).toBe(3);
  });

  it.each([
    ['a word that is no name', 'select %s from t', 'a', 'current_user'],
    ['a keyword that a name follows', 'select a from t where b is json format %s', 'a', 'json'],
    ['the schema of what is built in', 'select %s.lower(a) from t', 's', 'pg_catalog'],
    ['a name that is cut', 'select %s from t', 'a', 'x'.repeat(64)],
    ['names that touch', 'select %s from t', 'a "b"', '"a""b"'],
    ['the old row by another name', 'update t set a = $1 returning with (old as o) %s.a', 'p', 'o'],
    ['a scanner that looks ahead', 'select t.%s in ($1) from t', 'a', 'not'],
  ])('are told from others: %s', (_, sql, one, other) => {
    const { read } = counted();
    for (const name of [one, one, other]) {
      const text = sql.replaceAll('%s', name);
      expect({ text, ...alone(read(text)) }).toEqual({ text, ...direct.read(text) });
    }
  });

  it('keep one node in two places one', () => {
    const { read } = counted();
    const sql = (table: string) => `update t set (a, b) = (select c, d from ${table})`;
    for (const table of ['u', 'v', 'w']) {
      const result = read(sql(table));
      const [first, second] =
        result.ok && result.statement.kind === 'update' ? result.statement.assignments : [];
      const sources = [first, second].map((one) => one?.value.kind === 'other' && one.value.args[0]);
      expect(sources[0]).toBe(sources[1]);
    }
  });

  it('are alike when they differ in the columns that they list alone', () => {
    const { read } = counted();
    const likeness = (sql: string) => {
      const result = read(sql);
      return result.ok ? result.likeness : undefined;
    };
    for (const text of ['select a from t where b = $1', 'select c from u where d = $1']) likeness(text);
    for (const text of ['select a from t order by b', 'select c from u order by d']) likeness(text);
    const one = likeness('select a, t.b from t where b = $1');
    expect(one).toBeDefined();
    expect(likeness('select x from t where b = $1')).toBe(one);
    expect(likeness('select a, t.b from u where b = $1')).not.toBe(one);
    expect(likeness('select a, t.b from t where a = $1')).not.toBe(one);
    expect(likeness('select a, t.b from t order by b')).not.toBe(one);
    expect(likeness('select a, b as c from t where b = $1')).toBeUndefined();
  });
});
