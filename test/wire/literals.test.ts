/** What is decided for a text without its literals is what is decided for the text itself. */

import { describe, expect, it } from 'vitest';
import { emptyConfig, initialMap, openRouter, readPlanFile } from '../../src/index.js';
import { decidesByLifting, lifted } from '../../src/wire/literals.js';

const router = await openRouter({
  plan: await readPlanFile('fixtures/wire/shop/shardplan.json'),
  schema: ['fixtures/wire/shop/schema.sql'],
  config: emptyConfig,
  map: initialMap(3),
});

const decidedByLifting = decidesByLifting(router.shape);

const taken = [
  'select name from users where id = 42',
  "select name from users where id = '42'",
  "select name from users where id = 7 and name = 'it''s'",
  'select count(*) from orders where user_id = 3 and total > 1.5 /* 7 */ order by 1 limit 5',
  "insert into users values (5, 'a', 1)",
  'update users set visits = visits + -3 where id = 9',
  'delete from orders where user_id = 1 and id in (1, 2, 3)',
  'select * from users u join orders o on o.user_id = u.id where u.id = 12 and o.id = 4',
  'select u.name from users u, orders o where u.id = 6 and o.user_id = 6',
  'select id, count(*) from (select user_id as id, total from orders where user_id = 4) s group by 1',
  "select * from devices where id = '6ecd8c99-4036-403d-bf84-cf8400f67836'",
  "select * from countries where code = 'no'",
  "select * from flags where name = 'dark' limit 1",
  'with w as (select * from users where id = 8) select * from w',
];

const left = [
  'select 1',
  'select name from users where id = 42.0',
  'select name from users where id = 99999999999999999999',
  'select name from users where id = -1',
  'select name from users where id = 1e1',
  'select name from users where id = 0x1F',
  'select name from users where id > 4',
  'select name from users where id in (1, 2)',
  'select * from devices where id = 5',
  "select * from devices where id = 'no uuid'",
  "select name from users where id = '4' '2'",
  "select name from users where id = '4'\n'2'",
  'select name from users where id = 007',
  'select u.name from users u, orders o where u.id = 6 and o.user_id = 7',
  'select s.n from (select count(*) as n from users limit 5) s where 1 = 1',
  'select id from (select id from users order by 1 limit 5) s where id = 3',
  "select * from users where id = $1 and name = 'x'",
  "set timezone to 'UTC'",
  "copy users from stdin (delimiter ',')",
];

describe('a text without its literals', () => {
  it.each(taken)('goes where the text goes: %s', (text) => {
    const found = decidedByLifting(text);
    const whole = router.shape(text).decide({ values: [] });
    expect(found?.decision).toMatchObject({ kind: whole.kind, isWrite: whole.isWrite, tables: whole.tables });
    if (whole.kind === 'one') expect(found?.decision).toMatchObject({ shard: whole.shard });
  });

  it.each(left)('is not asked for what only the text tells: %s', (text) => {
    expect(decidedByLifting(text)).toBeUndefined();
  });

  it('is one text for all values', () => {
    const shapes = new Set(
      [1, 22, 333].map((id) => lifted(`select name from users where id = ${id} -- ${id}`)?.text),
    );
    expect(shapes.size).toBe(1);
    expect(lifted("select 'a''b', 12")?.values).toEqual(["a'b", '12']);
  });
});
