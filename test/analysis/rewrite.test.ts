/** Rewritten statements: what is added, where, and when nothing may be. */

import { describe, expect, it } from 'vitest';
import { rewrite, rewriting } from '../../src/analysis/rewrite.js';
import { readSchema } from '../../src/catalog/index.js';
import { classifyStatement } from '../../src/routability/index.js';
import { resolveStatement } from '../../src/sql/index.js';
import { loadReader } from '../../src/syntax/index.js';
import { placementsOf } from '../routability/house.js';

const schema = `
  create table users (id bigint primary key, email text unique);
  create table orders (id bigint primary key, user_id bigint not null references users, status text);
  create table shops (id bigint primary key);
  create table follows (id bigint primary key, user_id bigint not null references users, followed_id bigint not null references users, shop_id bigint references shops);
  create table payments (id bigint primary key, order_id bigint not null references orders, user_id bigint not null references users, ref text);
  create table order_items (order_id bigint not null references orders, line_no int not null, title text, primary key (order_id, line_no));`;
const by = (key: string) => ({ placement: 'sharded', key, keyType: 'bigint', group: 'users' });
const plan = placementsOf({
  'public.users': by('id'),
  'public.orders': by('user_id'),
  'public.follows': by('user_id'),
  'public.shops': { ...by('id'), group: 'shops' },
  'public.payments': by('user_id'),
  'public.order_items': { ...by('user_id'), addKey: { path: ['order_id -> public.orders.id'] } },
});

describe('a rewritten statement', async () => {
  const reader = await loadReader('libpg-query');
  const catalog = await readSchema([{ file: 'schema.sql', text: schema }]);
  const settings = { readSql: () => undefined };
  const world = rewriting(reader, catalog, plan, settings);
  const rewritten = (sql: string) => {
    const read = reader.read(sql);
    if (!read.ok) throw new Error(read.reason);
    const before = classifyStatement(resolveStatement(read.statement, catalog, settings), plan);
    return rewrite(world, sql, before)?.text;
  };

  it.each([
    [
      'select * from orders o where o.id = $1 limit $2',
      'select * from orders o where o.id = $1 AND o.user_id = $3 limit $2',
    ],
    [
      'UPDATE orders SET status = $1 WHERE id = $2 RETURNING id',
      'UPDATE orders SET status = $1 WHERE id = $2 AND orders.user_id = $3 RETURNING id',
    ],
    ['delete from payments where id = $1', 'delete from payments where id = $1 AND payments.user_id = $2'],
    [
      'select 1 from orders where id = $1 and status = $2 or id = $1 order by id',
      'select 1 from orders where (id = $1 and status = $2 or id = $1) AND orders.user_id = $3 order by id',
    ],
    [
      'select * from orders o join payments p on p.order_id = o.id where o.user_id = $1',
      'select * from orders o join payments p on p.order_id = o.id AND p.user_id = o.user_id where o.user_id = $1',
    ],
    [
      'select * from orders o left join payments p on p.order_id = o.id where o.id = $1 -- ü',
      'select * from orders o left join payments p on p.order_id = o.id AND p.user_id = o.user_id where o.id = $1 AND o.user_id = $2 -- ü',
    ],
    [
      'insert into order_items (order_id, line_no, title) values ($1, $2, $3), ($1, $4, (select $5::text))',
      'insert into order_items (order_id, line_no, title, user_id) values ($1, $2, $3, $6), ($1, $4, (select $5::text), $6)',
    ],
    [
      'select * from order_items where order_id = $1',
      'select * from order_items where order_id = $1 AND order_items.user_id = $2',
    ],
    [
      'select * from orders o, payments p where o.user_id = $1 and p.user_id = $4 and o.id = p.order_id',
      'select * from orders o, payments p where o.user_id = $1 and p.user_id = $1 and o.id = p.order_id',
    ],
  ])('%s', (sql, expected) => {
    expect(rewritten(sql)).toBe(expected);
  });

  it.each([
    // Not a question about one row: with a key it would be another question.
    'select * from orders where status = $1 limit 10',
    'select count(*) from orders',
    // A shop is followed by many, and so is a user: the rows of one parent have many keys.
    'select count(*) from follows where shop_id = $1',
    'select * from follows where followed_id = $1',
    'select * from users u join follows f on f.followed_id = u.id where u.id = $1',
    'select * from users where id in ($1, $2)',
    // Tied in WHERE the outer join would lose its rows, and USING has no place for it.
    'select * from payments p left join orders o using (id) where p.user_id = $1',
    // The key is changed, not looked for.
    'update orders set user_id = $1 where id = $2',
    // No list of columns to add one to.
    'insert into order_items values ($1, $2, $3)',
    'select * from orders where user_id = $1',
  ])('is not offered for %s', (sql) => {
    expect(rewritten(sql)).toBeUndefined();
  });
});
