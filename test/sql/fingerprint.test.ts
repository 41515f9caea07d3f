// What a fingerprint survives, and what it must not: properties over the marketplace's statements, and cases for names.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSchema } from '../../src/catalog/index.js';
import type { Catalog } from '../../src/model/index.js';
import { fingerprintOf } from '../../src/sql/index.js';
import { loadReader, nextToken, type Reader, scannerAt, tokenText } from '../../src/syntax/index.js';
import { openExport, readWorkload } from '../../src/workload/index.js';

const marketplace = fileURLToPath(new URL('../../fixtures/marketplace/', import.meta.url));
let reader: Reader;
let catalog: Catalog;
let texts: readonly string[];

beforeAll(async () => {
  reader = await loadReader('libpg-query');
  const file = `${marketplace}schema.sql`;
  catalog = await readSchema([{ file, text: readFileSync(file, 'utf8') }]);
  const days = readdirSync(marketplace).filter((name) => name.startsWith('day-'));
  const inputs = days.map((name) => openExport({ path: `${marketplace}${name}` }));
  const { statements } = await readWorkload(inputs, { sum: false });
  texts = statements.map(({ text }) => text).filter((text) => reader.read(text).ok);
});

function fingerprint(sql: string): string {
  const read = reader.read(sql);
  if (!read.ok) throw new Error(`${read.reason}: ${sql}`);
  return fingerprintOf(read.statement, catalog);
}

const blanks = [' ', '\n\t', ' /* by hand */ ', ' -- why\n'];

/** The same tokens otherwise laid out: blanks, comments, capitals; parameters by other numbers. */
function relaid(sql: string, choices: readonly number[]): string {
  const scanner = scannerAt(sql);
  let at = 0;
  const choice = (among: number) => (choices[at++ % choices.length] ?? 0) % among;
  let previous = '';
  let text = '';
  while (nextToken(scanner)) {
    const token = tokenText(scanner);
    // libpg-query takes a comment between the words of NOT IN for a syntax error.
    if (scanner.kind === 'blank') text += blanks[choice(previous === 'word' ? 2 : 4)];
    else if (scanner.kind === 'word') text += choice(2) === 0 ? token : token.toUpperCase();
    else if (scanner.kind === 'param') text += `$${Number(token.slice(1)) * 3 + 7}`;
    else text += token;
    previous = scanner.kind;
  }
  return text;
}

describe('the fingerprint of a statement', () => {
  it('survives another layout, letter case, comments and numbers of parameters', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: texts.length - 1 }),
        fc.array(fc.nat({ max: 7 }), { minLength: 5, maxLength: 40 }),
        (number, choices) => {
          const sql = texts[number] as string;
          expect(fingerprint(relaid(sql, choices))).toBe(fingerprint(sql));
        },
      ),
      { numRuns: 400 },
    );
  });

  it('tells nearly all statements of the marketplace apart', () => {
    const byFingerprint = new Map<string, string[]>();
    for (const text of texts) {
      const key = fingerprint(text);
      byFingerprint.set(key, [...(byFingerprint.get(key) ?? []), text]);
    }
    // Those that share one differ in lengths of lists or in names alone.
    const shared = [...byFingerprint.values()].filter(({ length }) => length > 1);
    expect(shared.flat().length).toBeLessThan(texts.length / 10);
  });

  it.each([
    [
      'aliases',
      'select o.id from orders o where o.user_id = $1',
      'select x.id from orders as x where x.user_id = $1',
    ],
    [
      'an alias or none',
      'select o.id from orders o where o.user_id = $1',
      'select id from orders where user_id = $1',
    ],
    ['the schema', 'select id from orders', 'select id from public.orders'],
    [
      'the table as a qualifier',
      'select orders.id from orders',
      'select public.orders.id from public.orders',
    ],
    ['literals', "select id from orders where status = 'open'", 'select id from orders where status = $1'],
    [
      'a sign',
      'select id from orders where total_cents > -5',
      'select id from orders where total_cents > $1',
    ],
    [
      'lengths of lists',
      'select id from orders where id in ($1, $2)',
      'select id from orders where id in ($1, $2, $3, $4, $5)',
    ],
    [
      'a list that the server squashed',
      'select id from orders where id in ($1 /*, ... */) and user_id = $2',
      'select id from orders where id in (1, 2, 3) and user_id = 4',
    ],
    [
      'lengths of arrays',
      'select id from orders where id = any(array[$1, $2])',
      'select id from orders where id = any(array[$1])',
    ],
    [
      'numbers of rows',
      'insert into follows (follower_id, shop_id) values ($1, $2)',
      'insert into follows (follower_id, shop_id) values ($1, $2), ($3, $4)',
    ],
    [
      'names of outputs',
      'select count(*) as n from orders group by user_id order by n',
      'select count(*) as total from orders group by user_id order by total',
    ],
    [
      'names inside a derived table',
      'select d.n from (select count(*) as n from orders) d',
      'select x.total from (select count(*) as total from orders) x',
    ],
    [
      'names of CTEs',
      'with a as (select id as i from orders) select a.i from a',
      'with recent as (select id as number from orders) select recent.number from recent',
    ],
    [
      'names of windows',
      'select sum(id) over w from orders window w as (partition by user_id)',
      'select sum(id) over mine from orders window mine as (partition by user_id)',
    ],
    [
      'names in a function of FROM',
      'select g.n from generate_series(1, 5) as g (n)',
      'select s.i from generate_series(1, 7) as s (i)',
    ],
    [
      'the target of an UPDATE',
      'update orders o set status = $1 where o.id = $2',
      'update orders set status = $1 where id = $2',
    ],
    ['!= and <>', 'select id from orders where id != $1', 'select id from orders where id <> $1'],
  ])('survives %s', (_, left, right) => {
    expect(fingerprint(left)).toBe(fingerprint(right));
  });

  it.each([
    ['the table', 'select id from orders', 'select id from users'],
    ['the schema of another table', 'select id from orders', 'select id from archive.orders'],
    ['the column', 'select id from orders where user_id = $1', 'select id from orders where shop_id = $1'],
    ['the operator', 'select id from orders where user_id = $1', 'select id from orders where user_id > $1'],
    [
      'a condition left out',
      'select id from orders where user_id = $1 and id = $2',
      'select id from orders where id = $1',
    ],
    [
      'which relation a column is of',
      'select 1 from orders a join orders b on a.id = b.id where a.user_id = $1',
      'select 1 from orders a join orders b on a.id = b.id where b.user_id = $1',
    ],
    [
      'one parameter or two',
      'select 1 from orders where user_id = $1 and shop_id = $1',
      'select 1 from orders where user_id = $1 and shop_id = $2',
    ],
    [
      'the kind of join',
      'select 1 from orders a join users b on b.id = a.user_id',
      'select 1 from orders a left join users b on b.id = a.user_id',
    ],
    ['a limit', 'select id from orders', 'select id from orders limit $1'],
    ['what is grouped by', 'select 1 from orders group by user_id', 'select 1 from orders group by shop_id'],
    [
      'which output orders',
      'select id as a, user_id as b from orders order by a',
      'select id as a, user_id as b from orders order by b',
    ],
    ['a lock', 'select id from orders', 'select id from orders for update'],
    [
      'the target of ON CONFLICT',
      'insert into users (id, email) values ($1, $2) on conflict (id) do nothing',
      'insert into users (id, email) values ($1, $2) on conflict (email) do nothing',
    ],
    [
      'the proposed row or the one there',
      'insert into users (id, email) values ($1, $2) on conflict (id) do update set email = excluded.email',
      'insert into users (id, email) values ($1, $2) on conflict (id) do update set email = users.email',
    ],
    [
      'what is set',
      'update orders set status = $1 where id = $2',
      'update orders set currency = $1 where id = $2',
    ],
    ['IN and NOT IN', 'select id from orders where id in ($1)', 'select id from orders where id not in ($1)'],
    [
      'which CTE is read',
      'with a as (select 1), b as (select 2) select * from a',
      'with a as (select 1), b as (select 2) select * from b',
    ],
    [
      'a list with a column in it',
      'select id from orders where id in ($1, $2)',
      'select id from orders where id in ($1, user_id)',
    ],
  ])('changes with %s', (_, left, right) => {
    expect(fingerprint(left)).not.toBe(fingerprint(right));
  });
});
