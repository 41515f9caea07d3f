import { describe, expect, it } from 'vitest';
import {
  type Expr,
  exprChildren,
  loadReader,
  printExpr,
  type Statement,
  selectsInside,
  splitStatements,
  walkStatements,
} from '../../src/syntax/index.js';
import { fixtureCases, fixtureText } from './fixture.js';

const reader = await loadReader('libpg-query');

function read(sql: string): Statement {
  const result = reader.read(sql);
  if (!result.ok) throw new Error(result.reason);
  return result.statement;
}

function expression(sql: string): Expr {
  const statement = read(`select ${sql}`);
  const body = statement.kind === 'select' ? statement.body : undefined;
  const item = body?.kind === 'core' ? body.output[0] : undefined;
  if (item === undefined) throw new Error('not an expression');
  return item.expr;
}

describe('printExpr', () => {
  it.each(fixtureCases<{ sql: string; printed: string }>('expressions/cases.json'))(
    '$sql',
    ({ sql, printed }) => {
      expect(printExpr(expression(sql))).toBe(printed);
    },
  );
});

describe('the neutral tree', () => {
  it('is as accepted', async () => {
    const trees = splitStatements(fixtureText('trees/statements.sql')).map(({ text }) => ({
      sql: text.split('\n'),
      tree: read(text),
    }));
    await expect(`${JSON.stringify(trees, null, 1)}\n`).toMatchFileSnapshot(
      '../../fixtures/syntax/trees/trees.json',
    );
  });

  it('writes grouping sets out', () => {
    const sets = (groupBy: string): readonly string[] => {
      const statement = read(`select 1 from t group by ${groupBy}`);
      const body = statement.kind === 'select' ? statement.body : undefined;
      const found = body?.kind === 'core' ? body.groupBy?.sets : undefined;
      return (found ?? []).map((set) => set.map(printExpr).join(' '));
    };
    expect(sets('a, (b, c)')).toEqual(['a b c']);
    expect(sets('a, rollup(b, (c, d))')).toEqual(['a b c d', 'a b', 'a']);
    expect(sets('cube(a, b)')).toEqual(['a b', 'a', 'b', '']);
    expect(sets('grouping sets ((a), rollup(b), ())')).toEqual(['a', 'b', '', '']);
    expect(sets('()')).toEqual(['']);
    // Too many to write out: the whole list and the empty set stand for all.
    expect(sets('cube(a, b, c, d, e, f, g)')).toEqual(['a b c d e f g', '']);
    expect(sets('rollup(a, b, c), rollup(d, e, f), rollup(g, h, i, j)')).toEqual(['a b c d e f g h i j', '']);
  });

  it('knows a squashed list by its own mark only, also behind characters of several bytes', () => {
    const squashed = (sql: string) => {
      const expr = expression(sql);
      return expr.kind === 'inList' || expr.kind === 'array' ? expr.squashed : undefined;
    };
    expect(squashed("'é€' in ($1 /*, ... */)")).toBe(true);
    expect(squashed('a not in ($1 /*, ... */ )')).toBe(true);
    expect(squashed('array[$1 /*, ... */]')).toBe(true);
    expect(squashed('a in ($1) /*, ... */')).toBe(false);
    expect(squashed('a in (f(array[$1 /*, ... */]))')).toBe(false);
    expect(squashed('a in ($1 /* ... */)')).toBe(false);
  });

  it('hides no column and no subquery', () => {
    const hidden = [
      ...['xmlelement(name x, xmlattributes(H as a), H)', 'json_object(H : H)', 'json_array(H, H)'],
      ...[
        "json_value(H, '$' passing H as x default H on empty)",
        'json_serialize(H returning text)',
        'H is json',
      ],
      ...[
        'case when H then H else H end',
        '(H).x',
        'a[H:H]',
        'row(H, H)',
        'array[H]',
        'f(H order by H)',
        'f(x => H)',
      ],
      ...[
        'f(H) filter (where H) over (partition by H order by H rows H preceding)',
        'grouping(H)',
        'coalesce(H, H)',
      ],
      ...[
        'H in (H, H)',
        'H between H and H',
        'H is distinct from H',
        'H collate "C"',
        'H::int',
        'H = any (array[H])',
      ],
      ...['(H, H) in (select 1, 2)', 'extract(year from H)', 'overlay(H placing H from H)', 'nullif(H, H)'],
    ];
    for (const sql of hidden) {
      const count = (part: Expr): number =>
        part.kind === 'subquery' && part.form === 'scalar'
          ? 1
          : exprChildren(part).reduce((sum, child) => sum + count(child), 0);
      const whole = expression(sql.replace(/\bH\b/g, '(select 1)'));
      expect([sql, count(whole)]).toEqual([sql, sql.match(/\bH\b/g)?.length ?? 0]);
      expect(selectsInside(whole).length).toBeGreaterThanOrEqual(count(whole));
    }
  });

  it('is walked whole', () => {
    const sql = fixtureText('trees/walked.sql');
    const seen: string[] = [];
    walkStatements(read(sql), (statement) => {
      if (statement.kind !== 'select' || statement.body.kind !== 'core') return;
      const [item] = statement.body.from;
      if (item?.kind === 'table') seen.push(item.name.join('.'));
    });
    const named = [...new Set(sql.match(/\bt\d+\b/g))];
    expect(seen.sort()).toEqual(named.sort());
  });
});
