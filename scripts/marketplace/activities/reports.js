// Reports and nightly batches: few calls, many rows, and every shard of a sharded database.
import { as, atNight, named, plain, sequence, transaction } from '../activity.js';

const daily = [
  plain(
    'report',
    2,
    () =>
      `SELECT date_trunc('day', placed_at) AS day, currency, count(*) AS orders, sum(total) AS revenue FROM orders WHERE placed_at >= '2026-01-01' GROUP BY 1, 2 ORDER BY 1, 2`,
  ),
  plain(
    'report',
    2,
    () =>
      `SELECT shop_id, count(*) AS orders, sum(total) AS revenue, rank() OVER (ORDER BY sum(total) DESC) AS place FROM orders GROUP BY shop_id ORDER BY revenue DESC LIMIT 50`,
  ),
  plain('report', 1, () => `SELECT status, count(*), avg(total) FROM orders GROUP BY status`),
  plain(
    'report',
    1,
    () =>
      `SELECT c.path, count(DISTINCT o.user_id) AS buyers, sum(i.line_total) AS revenue FROM order_items i JOIN orders o ON o.id = i.order_id JOIN listings l ON l.id = i.listing_id JOIN categories c ON c.id = l.category_id GROUP BY c.path ORDER BY revenue DESC`,
  ),
  plain(
    'report',
    1,
    () =>
      `SELECT country_code, count(*) AS people, count(*) FILTER (WHERE last_seen_at > now() - interval '30 days') AS active FROM users GROUP BY country_code ORDER BY people DESC`,
  ),
  plain(
    'report',
    1,
    () =>
      `SELECT u.country_code, count(o.id) AS orders FROM users u JOIN orders o ON o.user_id = u.id GROUP BY u.country_code`,
  ),
  plain(
    'report',
    1,
    () =>
      `WITH firsts AS (SELECT user_id, min(placed_at) AS first FROM orders GROUP BY user_id) SELECT date_trunc('week', first) AS cohort, count(*) FROM firsts GROUP BY 1 ORDER BY 1`,
  ),
  plain(
    'report',
    1,
    () => `SELECT currency, account, sum(amount) FROM ledger_entries GROUP BY ROLLUP (currency, account)`,
  ),
  plain(
    'report',
    1,
    () =>
      `SELECT query, count(*) AS times FROM search_log WHERE searched_at > now() - interval '1 day' GROUP BY query HAVING count(*) > 1 ORDER BY times DESC LIMIT 100`,
  ),
  plain(
    'report',
    1,
    () =>
      `SELECT s.country_code, avg(r.rating) AS rating, count(*) FROM reviews r JOIN shops s ON s.id = r.shop_id GROUP BY s.country_code`,
  ),
  plain(
    'report',
    1,
    () =>
      `SELECT status, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY delivered_at - shipped_at) FROM shipments GROUP BY status`,
  ),
  plain(
    'report',
    1,
    () =>
      `SELECT p.status, sum(p.amount) FROM payouts p WHERE p.period_start >= date '2026-01-01' GROUP BY p.status`,
  ),
  plain(
    'report',
    1,
    () =>
      `SELECT l.shop_id, l.id FROM listings l WHERE NOT EXISTS (SELECT 1 FROM inventory i WHERE i.shop_id = l.shop_id AND i.listing_id = l.id AND i.on_hand > 0) LIMIT 100`,
  ),
  plain('report', 1, () => `SELECT count(*) FROM users u WHERE u.id NOT IN (SELECT o.user_id FROM orders o)`),
  plain(
    'report',
    1,
    () =>
      `SELECT user_id, entry_no, balance_after - lag(balance_after) OVER (PARTITION BY user_id ORDER BY entry_no) AS step FROM ledger_entries ORDER BY user_id, entry_no LIMIT 1000`,
  ),
  plain(
    'report',
    1,
    () =>
      `COPY (SELECT id, user_id, shop_id, total, placed_at FROM orders WHERE placed_at >= '2026-02-01') TO STDOUT WITH (FORMAT csv)`,
  ),
  plain('report', 1, () => `COPY (SELECT u.id, u.email FROM users u WHERE u.id = 42) TO STDOUT`),
  plain(
    'report',
    1,
    () =>
      `SELECT refunds.reason, count(*), sum(refunds.amount) FROM refunds INNER JOIN payments ON payments.id = refunds.payment_id AND payments.user_id = refunds.user_id GROUP BY refunds.reason`,
  ),
];

const byHand = [
  plain(
    'user',
    2,
    (s) =>
      `EXPLAIN (FORMAT JSON) SELECT * FROM orders WHERE user_id = ${s.user} ORDER BY placed_at DESC LIMIT 10`,
  ),
  sequence('user', 2, async (talk, s) => {
    await talk.plain('noise', 'DEALLOCATE ALL');
    await talk.plain(
      'user',
      'PREPARE find_order (bigint, bigint) AS SELECT id, status, total FROM orders WHERE user_id = $1 AND id = $2',
    );
    for (const order of [s.order(), s.order(), s.order()]) {
      await talk.plain('user', `EXECUTE find_order(${s.user}, ${order})`);
    }
    await talk.plain('noise', 'DEALLOCATE find_order');
  }),
  transaction('report', 1, async (talk) => {
    await talk.plain('noise', 'SET LOCAL statement_timeout = 60000');
    await talk.plain(
      'report',
      `CREATE TEMPORARY TABLE big_spenders ON COMMIT DROP AS SELECT user_id, sum(total) AS spent FROM orders GROUP BY user_id HAVING sum(total) > 900`,
    );
  }),
];

const batches = atNight([
  named(
    'report',
    1,
    `UPDATE carts SET status = 'abandoned' WHERE status = 'open' AND updated_at < $1`,
    () => ['2026-01-01'],
  ),
  named('report', 1, `DELETE FROM carts WHERE status = 'abandoned' AND updated_at < $1`, () => [
    '2025-06-01',
  ]),
  named(
    'report',
    1,
    `INSERT INTO notifications (user_id, kind) SELECT follower_id, 'offer' FROM follows WHERE shop_id = $1`,
    (s) => [s.shop],
  ),
  named(
    'report',
    1,
    `UPDATE shops SET sales_count = totals.orders FROM (SELECT shop_id, count(*) AS orders FROM orders GROUP BY shop_id) AS totals WHERE totals.shop_id = shops.id`,
  ),
  named(
    'report',
    1,
    `UPDATE shops SET rating_avg = (SELECT avg(r.rating) FROM reviews r WHERE r.shop_id = shops.id) WHERE shops.last_active_at IS NOT NULL`,
  ),
  named('report', 1, `DELETE FROM outbox WHERE published_at < now() - interval '3 days'`),
  named('report', 1, `DELETE FROM search_log WHERE searched_at < now() - interval '90 days'`),
]);

// PREPARE and EXECUTE need a session of their own kind; the driver's names must not be dropped under it.
export const reports = [...daily, ...as('desk', byHand), ...batches];
