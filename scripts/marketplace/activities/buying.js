// Carts and orders: a storefront on Django (literals in the text), an order service with hand-written SQL.
import { bound, named, plain, since, transaction, upTo } from '../activity.js';
import { django, prisma } from '../dialects.js';
import { shopOfListing, uuidOf } from '../scene.js';

const carts = [
  plain('user', 600, (s) => django('carts', { user_id: s.user, status: 'open' }, { limit: 21 })),
  plain('user', 700, (s) =>
    django('cart_items', { user_id: s.user, cart_id: s.user }, { orderBy: 'added_at' }),
  ),
  plain(
    'user',
    300,
    (s) => `SELECT COUNT(*) AS "__count" FROM "cart_items" WHERE "cart_items"."user_id" = ${s.user}`,
  ),
  named(
    'user',
    300,
    `INSERT INTO cart_items (user_id, cart_id, listing_id, shop_id, title, quantity, unit_price)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (user_id, cart_id, listing_id) DO UPDATE SET quantity = cart_items.quantity + excluded.quantity`,
    (s) => {
      const listing = s.anyListing();
      return [s.user, s.user, listing, shopOfListing(listing), s.word(), s.whole(1, 3), s.price()];
    },
  ),
  plain(
    'user',
    110,
    (s) =>
      `UPDATE "cart_items" SET "quantity" = ${s.whole(1, 5)} WHERE ("cart_items"."user_id" = ${s.user} AND "cart_items"."cart_id" = ${s.user} AND "cart_items"."listing_id" = ${s.anyListing()})`,
  ),
  plain(
    'user',
    80,
    (s) =>
      `DELETE FROM "cart_items" WHERE ("cart_items"."user_id" = ${s.user} AND "cart_items"."cart_id" = ${s.user} AND "cart_items"."listing_id" = ${s.anyListing()})`,
  ),
  named(
    'user',
    220,
    'SELECT sum(quantity * unit_price) AS subtotal, count(*) AS lines FROM cart_items WHERE user_id = $1 AND cart_id = $2',
    (s) => [s.user, s.user],
  ),
  named(
    'user',
    240,
    `SELECT c.id, c.currency, i.listing_id, i.title, i.quantity, i.unit_price
  FROM carts c LEFT JOIN cart_items i ON i.user_id = c.user_id AND i.cart_id = c.id
 WHERE c.user_id = $1 AND c.status = 'open'`,
    (s) => [s.user],
  ),
  named(
    'user',
    90,
    `SELECT c.id, p.code, p.percent_off, p.amount_off FROM carts c JOIN promotions p ON p.id = c.promotion_id
 WHERE c.user_id = $1 AND p.active AND p.ends_at > now()`,
    (s) => [s.user],
  ),
  named(
    'user',
    70,
    `SELECT sum(i.quantity * i.unit_price * coalesce(r.rate, 1)) AS shown
  FROM carts c
  JOIN cart_items i ON i.user_id = c.user_id AND i.cart_id = c.id
  LEFT JOIN exchange_rates r ON r.base = c.currency AND r.quote = $2 AND r.as_of = $3
 WHERE c.user_id = $1`,
    (s) => [s.user, 'USD', '2026-02-20'],
  ),
  named(
    'user',
    110,
    `INSERT INTO carts (user_id, currency) VALUES ($1, $2) ON CONFLICT (user_id) WHERE status = 'open' DO UPDATE SET updated_at = now() RETURNING id`,
    (s) => [s.user, s.currency()],
  ),
  named(
    'user',
    30,
    'UPDATE carts SET promotion_id = $3, updated_at = now() WHERE user_id = $1 AND id = $2',
    (s) => [s.user, s.user, s.promotion()],
  ),
  named(
    'user',
    14,
    'UPDATE carts SET updated_at = now() FROM cart_items i WHERE carts.user_id = $1 AND i.user_id = carts.user_id AND i.cart_id = carts.id AND i.listing_id = $2',
    (s) => [s.user, s.anyListing()],
  ),
  named(
    'user',
    10,
    'DELETE FROM cart_items USING carts WHERE carts.user_id = $1 AND cart_items.user_id = carts.user_id AND cart_items.cart_id = carts.id AND carts.status = $2',
    (s) => [s.user, 'abandoned'],
  ),
  // What the cart page asks of the catalog: the buyer's rows meet the sellers'.
  named(
    'reach',
    40,
    `SELECT i.listing_id, l.status, l.price, i.unit_price FROM cart_items i JOIN listings l ON l.id = i.listing_id AND l.shop_id = i.shop_id
 WHERE i.user_id = $1 AND i.cart_id = $2`,
    (s) => [s.user, s.user],
  ),
];

const orderLines = `SELECT o.id, o.status, o.total, i.line_no, i.title, i.quantity, i.unit_price
  FROM orders o JOIN order_items i ON i.order_id = o.id
 WHERE o.user_id = $1 AND o.id = $2
 ORDER BY i.line_no`;

const orders = [
  bound('user', 480, prisma('orders', { where: ['user_id'], orderBy: 'placed_at' }), (s) => [s.user, 20, 0]),
  bound('user', 600, prisma('orders', { where: ['id', 'user_id'], one: true }), (s) => [
    s.order(),
    s.user,
    1,
    0,
  ]),
  named('user', 460, orderLines, (s) => [s.user, s.order()]),
  named(
    'user',
    220,
    'SELECT order_id, status, placed_at, total, currency, line_count, unit_count FROM order_summaries WHERE user_id = $1 ORDER BY placed_at DESC LIMIT 10',
    (s) => [s.user],
  ),
  plain(
    'user',
    160,
    (s) =>
      `SELECT "orders"."id", "orders"."total", "order_items"."title", "order_items"."line_total" FROM "orders" LEFT OUTER JOIN "order_items" ON ("orders"."id" = "order_items"."order_id") WHERE "orders"."user_id" = ${s.user} ORDER BY "orders"."placed_at" DESC LIMIT 60`,
  ),
  // Nothing here says whose order it is.
  named(
    'reach',
    70,
    'SELECT line_no, listing_id, title, quantity, unit_price, line_total FROM order_items WHERE order_id = $1 ORDER BY line_no',
    (s) => [s.order()],
  ),
  named('user', 80, 'SELECT status, count(*) FROM orders WHERE user_id = $1 GROUP BY status', (s) => [
    s.user,
  ]),
  plain('user', 80, (s) => django('orders', { user_id: s.user, id: s.several(2, 8, s.order) })),
  named(
    'user',
    60,
    'SELECT id, total, status FROM orders WHERE user_id = $1 AND id = ANY($2::bigint[])',
    (s) => [s.user, s.several(1, 6, s.order)],
  ),
  named(
    'user',
    140,
    `SELECT o.id, o.status, a.recipient, a.line1, a.city, a.country_code FROM orders o LEFT JOIN addresses a ON a.user_id = o.user_id AND a.id = o.shipping_address_id WHERE o.user_id = $1 AND o.id = $2`,
    (s) => [s.user, s.order()],
  ),
  named(
    'user',
    70,
    `SELECT o.id, o.total, last_payment.status, last_payment.amount
  FROM orders o
  LEFT JOIN LATERAL (SELECT p.status, p.amount FROM payments p WHERE p.user_id = o.user_id AND p.order_id = o.id ORDER BY p.created_at DESC LIMIT 1) last_payment ON true
 WHERE o.user_id = $1 ORDER BY o.placed_at DESC LIMIT 20`,
    (s) => [s.user],
  ),
  named(
    'user',
    24,
    'SELECT id, placed_at, total, sum(total) OVER (PARTITION BY user_id ORDER BY placed_at) AS running FROM orders WHERE user_id = $1',
    (s) => [s.user],
  ),
  named(
    'user',
    60,
    `SELECT EXISTS (SELECT 1 FROM orders o JOIN order_items i ON i.order_id = o.id WHERE o.user_id = $1 AND i.listing_id = $2 AND o.status = 'delivered')`,
    (s) => [s.user, s.anyListing()],
  ),
  named(
    'user',
    40,
    `SELECT o.id, t.rate, round(o.subtotal * t.rate, 2) AS tax
  FROM orders o
  JOIN addresses a ON a.user_id = o.user_id AND a.id = o.shipping_address_id
  JOIN tax_rules t ON t.country_code = a.country_code AND t.region = a.region
 WHERE o.user_id = $1 AND o.id = $2 AND t.valid_to IS NULL`,
    (s) => [s.user, s.order()],
  ),
  named(
    'user',
    26,
    `WITH recent AS (SELECT id, shop_id, total FROM orders WHERE user_id = $1 ORDER BY placed_at DESC LIMIT 5)
SELECT r.id, r.shop_id, r.total, c.symbol FROM recent r CROSS JOIN currencies c WHERE c.code = $2`,
    (s) => [s.user, 'EUR'],
  ),
  named(
    'user',
    20,
    `SELECT id, total FROM orders WHERE user_id = $1 AND status = 'pending' UNION ALL SELECT id, total FROM orders WHERE user_id = $1 AND status = 'paid'`,
    (s) => [s.user],
  ),
  named(
    'user',
    20,
    'SELECT DISTINCT ON (i.listing_id) i.listing_id, i.title, o.placed_at FROM orders o JOIN order_items i ON i.order_id = o.id WHERE o.user_id = $1 ORDER BY i.listing_id, o.placed_at DESC',
    (s) => [s.user],
  ),
  named(
    'user',
    110,
    `UPDATE orders SET status = 'shipped', updated_at = now() WHERE user_id = $1 AND id = $2`,
    (s) => [s.user, s.order()],
  ),
  named(
    'user',
    60,
    `UPDATE orders SET status = $3, updated_at = now() WHERE user_id = $1 AND id = $2 AND status <> 'cancelled' RETURNING id, status`,
    (s) => [s.user, s.order(), 'delivered'],
  ),
  named(
    'user',
    12,
    `UPDATE order_items SET quantity = $4 FROM orders o WHERE o.user_id = $1 AND o.id = $2 AND order_items.order_id = o.id AND order_items.line_no = $3`,
    (s) => [s.user, s.order(), 1, 2],
  ),
];

const checkoutByHand = transaction('user', 90, async (talk, s) => {
  const key = uuidOf(`order ${s.fresh}`);
  const listing = s.anyListing();
  const total = s.price();
  await talk.named(
    'user',
    'SELECT id, currency, promotion_id FROM carts WHERE user_id = $1 AND id = $2 FOR UPDATE',
    [s.user, s.user],
  );
  const placed = await talk.named(
    'user',
    `INSERT INTO orders (user_id, shop_id, shipping_address_id, status, currency, subtotal, total, idempotency_key)
VALUES ($1, $2, $3, 'pending', $4, $5, $5, $6) RETURNING id`,
    [s.user, shopOfListing(listing), s.address(), 'EUR', total, key],
  );
  const order = placed.rows[0].id;
  await talk.named(
    'user',
    `INSERT INTO order_items (order_id, line_no, listing_id, title, quantity, unit_price) VALUES ($1, 1, $2, $3, 1, $4)`,
    [order, listing, s.word(), total],
  );
  const paid = await talk.named(
    'user',
    `INSERT INTO payments (user_id, order_id, provider, provider_ref, amount, currency) VALUES ($1, $2, 'acquirer', $3, $4, 'EUR') RETURNING id`,
    [s.user, order, `new-${s.fresh}`, total],
  );
  await talk.named(
    'user',
    `UPDATE payments SET status = 'captured', captured_at = now() WHERE user_id = $1 AND id = $2`,
    [s.user, paid.rows[0].id],
  );
  await talk.named(
    'user',
    `INSERT INTO outbox (user_id, aggregate, aggregate_id, event_type, payload) VALUES ($1, 'order', $2, 'order.placed', $3)`,
    [s.user, order, '{"v": 1}'],
  );
  // Last, because other buyers wait for this row.
  await talk.named(
    'shop',
    'UPDATE inventory SET reserved = reserved + 1, updated_at = now() WHERE shop_id = $1 AND listing_id = $2',
    [shopOfListing(listing), listing],
  );
});

const placeInOneStatement = named(
  'user',
  50,
  `WITH placed AS (
  INSERT INTO orders (user_id, shop_id, status, currency, subtotal, total, idempotency_key)
  VALUES ($1, $2, 'paid', 'EUR', $3, $3, $4)
  RETURNING id, user_id
)
INSERT INTO outbox (user_id, aggregate, aggregate_id, event_type)
SELECT placed.user_id, 'order', placed.id, 'order.paid' FROM placed`,
  (s) => [s.user, s.anyShop(), s.price(), uuidOf(`quick ${s.fresh}`)],
);

const fromCart = transaction('user', 24, async (talk, s) => {
  const placed = await talk.named(
    'user',
    `INSERT INTO orders (user_id, shop_id, currency, subtotal, total, idempotency_key)
SELECT c.user_id, $3, c.currency, 20, 20, $4 FROM carts c WHERE c.user_id = $1 AND c.id = $2 RETURNING id`,
    [s.user, s.user, s.anyShop(), uuidOf(`cart ${s.fresh}`)],
  );
  await talk.named(
    'user',
    `INSERT INTO order_items (order_id, line_no, listing_id, title, quantity, unit_price)
SELECT o.id, row_number() OVER (ORDER BY i.listing_id), i.listing_id, i.title, i.quantity, i.unit_price
  FROM orders o JOIN cart_items i ON i.user_id = o.user_id
 WHERE o.user_id = $1 AND o.id = $2 AND i.cart_id = $3`,
    [s.user, placed.rows[0].id, s.user],
  );
});

/** The release of the fourth day asks for fewer columns. */
const releases = [
  ...upTo(3, [
    named('user', 150, 'SELECT * FROM orders WHERE user_id = $1 ORDER BY placed_at DESC LIMIT 5', (s) => [
      s.user,
    ]),
  ]),
  ...since(4, [
    named(
      'user',
      150,
      'SELECT id, shop_id, status, total, placed_at FROM orders WHERE user_id = $1 ORDER BY placed_at DESC LIMIT 5',
      (s) => [s.user],
    ),
  ]),
  ...since(4, [
    named(
      'user',
      90,
      'SELECT o.id, i.title FROM orders AS o INNER JOIN order_items AS i ON o.id = i.order_id WHERE o.user_id = $1 ORDER BY o.placed_at DESC LIMIT 3',
      (s) => [s.user],
    ),
  ]),
];

export const buying = [...carts, ...orders, checkoutByHand, placeInOneStatement, fromCart, ...releases];
