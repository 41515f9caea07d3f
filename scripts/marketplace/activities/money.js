// Payments, refunds, the wallet's ledger and shipments. A separate settlement program signs in as a role of its own,
// whose statements the exporting role may not read.
import { as, bound, named, plain, transaction } from '../activity.js';
import { django, hibernate, prisma } from '../dialects.js';

const payments = [
  named('user', 120, hibernate('payments', ['user_id'], { orderBy: 'created_at', fetch: true }), (s) => [
    s.user,
    20,
  ]),
  named('user', 220, hibernate('payments', ['user_id', 'order_id']), (s) => [s.user, s.order()]),
  named(
    'user',
    110,
    'SELECT o.id, o.total, p.status, p.amount FROM orders o JOIN payments p ON p.order_id = o.id AND p.user_id = o.user_id WHERE o.user_id = $1 AND o.id = $2',
    (s) => [s.user, s.order()],
  ),
  named('user', 60, `UPDATE payments SET status = $3 WHERE user_id = $1 AND order_id = $2`, (s) => [
    s.user,
    s.order(),
    'settled',
  ]),
  named('reach', 45, 'SELECT id, user_id, order_id, status FROM payments WHERE provider_ref = $1', (s) => [
    `ref-${s.order()}`,
  ]),
  named('user', 50, hibernate('refunds', ['user_id'], { orderBy: 'created_at' }), (s) => [s.user]),
  named(
    'user',
    50,
    'SELECT r.id, r.amount, r.status, p.provider FROM refunds r JOIN payments p ON p.id = r.payment_id AND p.user_id = r.user_id WHERE r.user_id = $1',
    (s) => [s.user],
  ),
  named(
    'user',
    26,
    `INSERT INTO refunds (user_id, payment_id, amount, reason) VALUES ($1, $2, $3, $4) RETURNING id`,
    (s) => [s.user, s.order(), '4.50', s.word()],
  ),
  named(
    'user',
    20,
    `UPDATE refunds SET status = 'paid' FROM payments p WHERE refunds.user_id = $1 AND p.user_id = refunds.user_id AND p.id = refunds.payment_id AND p.status = 'captured'`,
    (s) => [s.user],
  ),
  // The application knows that both are the same buyer; the text does not say so.
  plain(
    'reach',
    24,
    (s) =>
      `SELECT "orders"."id", "payments"."amount" FROM "orders" INNER JOIN "payments" ON ("orders"."id" = "payments"."order_id") WHERE ("orders"."user_id" = ${s.user} AND "payments"."user_id" = ${s.user} AND "payments"."status" = 'captured')`,
  ),
];

const ledger = [
  named(
    'user',
    150,
    `INSERT INTO ledger_entries (user_id, entry_no, account, amount, balance_after, currency, memo)
SELECT $1, coalesce(max(l.entry_no), 0) + 1, $2, $3, coalesce(sum(l.amount), 0) + $3, 'EUR', $4
  FROM ledger_entries l WHERE l.user_id = $1`,
    (s) => [s.user, 'wallet', s.price(), s.word()],
  ),
  named(
    'user',
    280,
    'SELECT balance_after, currency FROM ledger_entries WHERE user_id = $1 AND account = $2 ORDER BY entry_no DESC LIMIT 1',
    (s) => [s.user, 'wallet'],
  ),
  bound('user', 110, prisma('ledger_entries', { where: ['user_id'], orderBy: 'entry_no' }), (s) => [
    s.user,
    50,
    0,
  ]),
  named(
    'user',
    50,
    'SELECT account, sum(amount) AS balance FROM ledger_entries WHERE user_id = $1 GROUP BY account HAVING sum(amount) <> 0',
    (s) => [s.user],
  ),
  named(
    'user',
    40,
    'SELECT l.entry_no, l.amount, o.total FROM ledger_entries l LEFT JOIN orders o ON o.id = l.order_id AND o.user_id = l.user_id WHERE l.user_id = $1 ORDER BY l.entry_no DESC LIMIT 20',
    (s) => [s.user],
  ),
  plain(
    'user',
    8,
    (s) =>
      `SELECT date_trunc('month', created_at) AS month, sum(amount) FILTER (WHERE amount > 0) AS credits, sum(amount) FILTER (WHERE amount < 0) AS debits FROM ledger_entries WHERE user_id = ${s.user} GROUP BY 1 ORDER BY 1`,
  ),
];

const shipments = [
  plain('user', 240, (s) => django('shipments', { user_id: s.user, order_id: s.order() })),
  named(
    'user',
    110,
    'SELECT o.id, o.status, s.carrier, s.tracking_code, s.status AS shipment_status FROM orders o JOIN shipments s ON s.user_id = o.user_id AND s.order_id = o.id WHERE o.user_id = $1 ORDER BY o.placed_at DESC LIMIT 10',
    (s) => [s.user],
  ),
  named(
    'user',
    100,
    `UPDATE shipments SET status = $3, delivered_at = now() WHERE user_id = $1 AND id = $2`,
    (s) => [s.user, s.order(), 'delivered'],
  ),
  named(
    'user',
    60,
    `INSERT INTO shipments (user_id, order_id, shop_id, carrier, tracking_code) VALUES ($1, $2, $3, 'post', $4) RETURNING id`,
    (s) => [s.user, s.order(), s.anyShop(), `track-new-${s.fresh}`],
  ),
  named('reach', 16, 'SELECT id, user_id, status FROM shipments WHERE tracking_code = $1', (s) => [
    `track-${s.order()}`,
  ]),
  named(
    'reach',
    20,
    hibernate('shipments', ['shop_id', 'status'], { orderBy: 'created_at', fetch: true }),
    (s) => [s.shop, 'created', 20],
  ),
];

/** Settlement: the exporting role sees these as "<insufficient privilege>". */
const settlement = as('billing', [
  named('user', 190, 'SELECT id, amount, status FROM payments WHERE user_id = $1 AND order_id = $2', (s) => [
    s.user,
    s.order(),
  ]),
  named(
    'user',
    90,
    `SELECT sum(amount) FROM ledger_entries WHERE user_id = $1 AND account = 'credit'`,
    (s) => [s.user],
  ),
  named('user', 60, 'SELECT r.id, r.amount FROM refunds r WHERE r.user_id = $1 AND r.status = $2', (s) => [
    s.user,
    'requested',
  ]),
  plain(
    'report',
    2,
    () => `SELECT currency, count(*), sum(amount) FROM payments WHERE status = 'captured' GROUP BY currency`,
  ),
  transaction('shop', 20, async (talk, s) => {
    await talk.named(
      'shop',
      'SELECT id, status FROM payouts WHERE shop_id = $1 ORDER BY period_start DESC LIMIT 1 FOR UPDATE',
      [s.shop],
    );
    await talk.named(
      'shop',
      `UPDATE payouts SET status = 'paid', paid_at = now() WHERE shop_id = $1 AND status = 'scheduled'`,
      [s.shop],
    );
  }),
]);

export const money = [...payments, ...ledger, ...shipments, ...settlement];
