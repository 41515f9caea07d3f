/** Each engine's rules, statement by statement. A rule that is loosened lets a wrong one pass for supported here. */

import { describe, expect, it } from 'vitest';
import { deployment } from '../../src/engines/index.js';
import type { Engine, OutcomeKind } from '../../src/model/index.js';
import { outcomeOf, shop } from './deployments.js';

type Case = readonly [sql: string, outcome: OutcomeKind, rule: string];

const cases: Readonly<Record<Engine, readonly Case[]>> = {
  pgdog: [
    ['select * from orders where user_id = $1', 'supported', 'by-key'],
    ['select * from orders o join users u on u.id = o.user_id where o.user_id = $1', 'supported', 'by-key'],
    [
      'select * from orders where user_id = $1 union all select * from orders where user_id = $2',
      'wrong',
      'first-key-wins',
    ],
    [
      'select * from users u where exists (select from orders o where o.user_id = $1)',
      'wrong',
      'joins-own-rows',
    ],
    [
      'select * from users u left join orders o on o.user_id = u.id and o.user_id = $1',
      'wrong',
      'first-key-wins',
    ],
    ['select id, user_id = $1 as mine from orders where total > $2', 'wrong', 'first-key-wins'],
    ['select * from orders where user_id = $1 + 1', 'wrong', 'computed-key'],
    ['select * from orders where user_id = $1 or total = $2', 'supported', 'all-shards'],
    ['select * from orders where not (user_id = $1)', 'supported', 'all-shards'],
    ['select * from orders where user_id in ($1, $2)', 'supported', 'by-list'],
    ['select * from orders where user_id in ($1 /*, ... */)', 'supported', 'by-list'],
    ['select * from orders where user_id = any ($1)', 'supported', 'all-shards'],
    ['select count(*) from orders', 'supported', 'all-shards'],
    ['select coalesce(sum(total), 0) from orders', 'wrong', 'joins-own-rows'],
    ['select user_id, count(*) from orders group by user_id having count(*) > 3', 'wrong', 'merge-fault'],
    ['select exists (select from orders where total = $1)', 'wrong', 'joins-own-rows'],
    ['select exists (select from orders o where o.user_id = $1)', 'supported', 'by-key'],
    ['select * from orders order by lower(note)', 'wrong', 'merge-fault'],
    ['select * from orders, users u where user_id = $1 and u.id = user_id', 'with-settings', 'key-not-seen'],
    [
      'select count(*) + 1 from orders, users u where user_id = $1 and u.id = user_id',
      'wrong',
      'merge-fault',
    ],
    [
      'select (select count(*) from orders, users u where user_id = $1 and u.id = user_id)',
      'wrong',
      'one-shard-in-turn',
    ],
    ['insert into orders (user_id, total) values ($1, $2)', 'supported', 'by-key'],
    ['insert into orders (user_id, total) values ($1, $2), ($3, $4)', 'with-settings', 'rows-split'],
    ['insert into orders (total) values ($1)', 'refused', 'row-anywhere'],
    ['update orders set user_id = $1 where user_id = $2', 'refused', 'key-updated'],
    ['update countries set name = $1', 'with-settings', 'all-shards-write'],
    ['update countries set name = name || now()::text', 'wrong', 'copies-differ'],
    ['select * from countries', 'supported', 'any-shard'],
    ['prepare p (bigint) as select * from orders where user_id = $1', 'with-settings', 'prepared-in-sql'],
    ['copy (select * from orders where user_id = 7) to stdout', 'with-settings', 'key-not-seen'],
    ['copy (select count(*) from orders) to stdout', 'wrong', 'merge-fault'],
    ['copy orders to stdout', 'supported', 'all-shards'],
    ['select title from order_items where order_id = $1', 'supported', 'all-shards'],
    ['select title from order_items where order_id = $1 order by lower(title)', 'wrong', 'merge-fault'],
    [
      'select i.title from order_items i join order_items j on j.order_id = i.order_id where i.order_id = $1',
      'wrong',
      'first-key-wins',
    ],
    ['copy countries to stdout', 'wrong', 'every-copy'],
    ['declare c cursor for select * from countries', 'wrong', 'every-copy'],
    ['explain select * from countries', 'supported', 'any-shard'],
    ['select * from countries where code = $1 for update', 'wrong', 'locks-one-copy'],
    ['select * from big_orders where user_id = $1', 'wrong', 'hidden-tables'],
    ['select * from big_orders', 'wrong', 'hidden-tables'],
    ['select * from big_orders b join users u on u.id = b.user_id where u.id = $1', 'supported', 'by-key'],
    ['explain select * from orders where user_id = $1', 'supported', 'by-key'],
    [
      'update orders o set note = $2 from users u where u.id = $1 and o.user_id = u.id',
      'with-settings',
      'key-not-seen',
    ],
    ['select * from flags', 'with-settings', 'other-database'],
    ['select * from flags f join users u on u.id = f.user_id', 'refused', 'two-databases'],
    [
      'merge into orders o using users u on o.user_id = u.id and u.id = $1 when matched then delete',
      'wrong',
      'merge-everywhere',
    ],
  ],
  spqr: [
    ['select * from orders where user_id = $1', 'supported', 'by-key'],
    ['select * from orders where user_id = $1 or total = $2', 'wrong', 'key-pins-not-all'],
    [
      'select * from users u left join orders o on o.user_id = u.id and o.user_id = $1',
      'wrong',
      'key-pins-not-all',
    ],
    ['select * from orders where user_id = $1 or user_id = $2', 'refused', 'several-keys'],
    ['select * from orders where user_id = $1 or user_id = $2 or total = $3', 'wrong', 'key-pins-not-all'],
    ['select count(*) from orders', 'refused', 'blocked'],
    ['insert into orders (total) values ($1)', 'refused', 'no-key'],
    ['insert into orders (user_id, total) values ($1, $2)', 'supported', 'by-key'],
    ['select * from orders where user_id in ($1, $2)', 'refused', 'blocked'],
    ['update countries set name = $1', 'with-settings', 'all-shards-write'],
    ['insert into countries select gen_random_uuid()::text, $1', 'wrong', 'copies-differ'],
  ],
  citus: [
    ['select * from orders where user_id = $1', 'supported', 'router'],
    ['select * from orders where total = $1 for update', 'refused', 'locking'],
    ['select * from orders where user_id = $1 for update', 'supported', 'router'],
    [
      'select user_id, total, count(*) from orders group by rollup (user_id, total)',
      'refused',
      'grouping-sets',
    ],
    ['select count(*) from orders', 'supported', 'all-shards'],
    ['select * from orders o join devices d on d.agent = o.note', 'with-settings', 'repartition'],
    ['insert into orders (total) values ($1)', 'refused', 'no-key'],
    ['update orders set user_id = $1 where user_id = $2', 'refused', 'key-updated'],
    [
      'update orders set total = d.seen_at::text::numeric from devices d where d.agent = orders.note',
      'refused',
      'write-across',
    ],
    ['select * from flags', 'supported', 'local'],
    ['update countries set name = $1', 'supported', 'reference-write'],
    // Each seen on Citus 13.2.
    [
      'select u.email, (select count(*) from orders o where o.user_id = u.id) from users u where u.id = $1',
      'with-settings',
      'key-not-seen',
    ],
    [
      'select u.email, (select count(*) from orders o where o.user_id = $1) from users u where u.id = $1',
      'supported',
      'router',
    ],
    [
      'select * from users u where u.id = $1 and exists (select from orders o where o.user_id = u.id)',
      'supported',
      'router',
    ],
    [
      'select * from users u cross join lateral (select total from orders o where o.user_id = u.id limit 1) l where u.id = $1',
      'with-settings',
      'key-not-seen',
    ],
    ['select * from orders where user_id is not distinct from 42', 'with-settings', 'key-not-seen'],
    [
      'select o.total from orders o join order_items i on i.order_id = o.id where o.user_id = $1',
      'refused',
      'key-not-stated',
    ],
    [
      'insert into pages (slug, body) values ($1, $2) on conflict (slug) do update set rank = extract(epoch from now())',
      'refused',
      'computed-on-conflict',
    ],
    [
      'insert into pages (slug, body) values ($1, $2) on conflict (slug) do update set body = excluded.body',
      'supported',
      'router',
    ],
    ['update pages set body = gen_random_uuid()::text where slug = $1', 'refused', 'volatile-in-write'],
    ['delete from pages where slug = $1 and rank < random()', 'refused', 'volatile-in-write'],
    ['delete from pages where slug = $1 returning now()', 'refused', 'computed-on-conflict'],
    ['update devices set seen_at = now() where device = $1', 'supported', 'router'],
    [
      'merge into pages p using (values ($1, $2)) v (slug, body) on p.slug = v.slug and p.slug = $1 when matched then update set body = v.body',
      'refused',
      'merge-of-values',
    ],
    [
      'insert into orders (user_id, total) select user_id, 0 from orders where total > $1',
      'supported',
      'all-shards',
    ],
  ],
  vitess: [
    ['select * from orders where user_id = $1', 'supported', 'equal-unique'],
    ['insert into orders (user_id, total) values ($1, $2) returning id', 'refused', 'not-mysql'],
    ['select * from orders where note ilike $1', 'refused', 'not-mysql'],
    ['select count(*) from orders', 'supported', 'scatter'],
    ['select * from orders o join devices d on d.agent = o.note', 'with-settings', 'join-in-vtgate'],
    ['insert into orders (total) values ($1)', 'refused', 'no-key'],
  ],
  postgres: [
    ['select * from orders where user_id = $1', 'supported', 'pruned'],
    ['select count(*) from orders', 'with-settings', 'append'],
    [
      'insert into users (id, email, country) values ($1, $2, $3) on conflict (id) do nothing',
      'refused',
      'on-conflict',
    ],
    ['update orders set user_id = $1 where user_id = $2', 'refused', 'key-updated'],
    ['update orders set total = 0', 'with-settings', 'several-commits'],
    ['select * from countries', 'supported', 'local'],
  ],
};

describe.each(Object.entries(cases) as [Engine, readonly Case[]][])('%s', (engine, list) => {
  it.each(list)('%s', async (sql, outcome, rule) => {
    const found = await outcomeOf(engine, sql);
    expect([found.outcome, found.rule], `${found.verdict}: ${found.reason}`).toEqual([outcome, rule]);
  });
});

describe('where no constraint can tell the shard of a key', () => {
  it.each([
    ['pgdog', 'insert into orders (total) values ($1)', 'row-anywhere'],
    ['postgres', 'update orders set user_id = $1 where user_id = $2', 'key-updated'],
  ] as const)('%s: %s is wrong without an error', async (engine, sql, rule) => {
    const input = await shop([sql]);
    const map = { ...input.map, pins: [{ group: 'users.bigint', key: '1', shard: 2 }] };
    expect(deployment(engine, { ...input, map }).statements[0]).toMatchObject({ outcome: 'wrong', rule });
  });
});
