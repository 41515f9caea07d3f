// The sellers' side: a shop service on Hibernate, a listing page on TypeORM, stock and payouts by hand.
import { atNight, bound, named, plain, since, transaction } from '../activity.js';
import { hibernate, typeorm } from '../dialects.js';

const shops = [
  named('shop', 120, hibernate('shops', ['id']), (s) => [s.shop]),
  bound('shop', 60, typeorm('shops', 'Shop', ['id']), (s) => [s.shop]),
  named('shop', 70, 'UPDATE shops SET last_active_at = now() WHERE id = $1', (s) => [s.shop]),
  named('shop', 8, 'UPDATE shops SET description = $2, name = $3 WHERE id = $1', (s) => [
    s.shop,
    s.word(),
    `Shop ${s.word()}`,
  ]),
  named(
    'shop',
    40,
    `SELECT s.id, s.name, s.currency, count(l.id) AS listings, count(l.id) FILTER (WHERE l.status = 'active') AS active
  FROM shops s LEFT JOIN listings l ON l.shop_id = s.id
 WHERE s.id = $1 GROUP BY s.id, s.name, s.currency`,
    (s) => [s.shop],
  ),
  bound('reach', 20, typeorm('shops', 'Shop', ['slug']), (s) => [`shop-${s.shop}`]),
  named(
    'shop',
    3,
    `INSERT INTO shops (id, owner_id, slug, name, country_code, currency) VALUES ($1, $2, $3, $4, $5, 'EUR')`,
    (s) => [s.fresh, s.user, `shop-${s.fresh}`, s.word(), s.country()],
  ),
];

const listings = [
  bound('shop', 190, typeorm('listings', 'Listing', ['shop_id', 'id']), (s) => [s.shop, s.listing()]),
  named(
    'shop',
    90,
    hibernate('listings', ['shop_id', 'status'], { orderBy: 'created_at', fetch: true }),
    (s) => [s.shop, 'active', 40],
  ),
  named('shop', 110, hibernate('listing_images', ['shop_id', 'listing_id']), (s) => [s.shop, s.listing()]),
  named(
    'shop',
    40,
    'SELECT id, shop_name, title, price, category_name FROM active_listings WHERE shop_id = $1 ORDER BY created_at DESC LIMIT 24',
    (s) => [s.shop],
  ),
  named(
    'shop',
    60,
    `SELECT l.id, l.title, l.price, c.name AS category, img.url
  FROM listings l
  JOIN categories c ON c.id = l.category_id
  LEFT JOIN listing_images img ON img.shop_id = l.shop_id AND img.listing_id = l.id AND img.position = 1
 WHERE l.shop_id = $1 AND l.id = $2`,
    (s) => [s.shop, s.listing()],
  ),
  named('shop', 22, 'UPDATE listings SET price = $3 WHERE shop_id = $1 AND id = $2 RETURNING price', (s) => [
    s.shop,
    s.listing(),
    s.price(),
  ]),
  named(
    'shop',
    6,
    `UPDATE listings SET status = 'sold_out' WHERE shop_id = $1 AND id = $2 AND status = 'active'`,
    (s) => [s.shop, s.listing()],
  ),
  transaction('shop', 9, async (talk, s) => {
    const made = await talk.named(
      'shop',
      `INSERT INTO listings (shop_id, category_id, sku, title, status, price, currency) VALUES ($1, $2, $3, $4, 'active', $5, 'EUR') RETURNING id`,
      [s.shop, s.category(), `sku-${s.fresh}`, `${s.word()} ${s.word()}`, s.price()],
    );
    const { id } = made.rows[0];
    await talk.named(
      'shop',
      'INSERT INTO listing_images (shop_id, listing_id, position, url, width, height) VALUES ($1, $2, 1, $3, 800, 600)',
      [s.shop, id, `/images/${s.fresh}`],
    );
    await talk.named(
      'shop',
      `INSERT INTO inventory (shop_id, listing_id, location, on_hand) VALUES ($1, $2, 'main', $3)`,
      [s.shop, id, 10],
    );
  }),
  bound(
    'shop',
    14,
    `SELECT l.id, l.title FROM listings l WHERE l.shop_id = $1 AND l.search @@ plainto_tsquery('simple', $2) ORDER BY l.id LIMIT 20`,
    (s) => [s.shop, s.word()],
  ),
  plain(
    'shop',
    24,
    (s) =>
      `select id, title, price from listings where shop_id = ${s.shop} and id in (${s.several(2, 18, s.listing).join(', ')})`,
  ),
];

const stock = [
  named(
    'shop',
    90,
    'SELECT location, on_hand, reserved, on_hand - reserved AS free FROM inventory WHERE shop_id = $1 AND listing_id = $2',
    (s) => [s.shop, s.listing()],
  ),
  named(
    'shop',
    60,
    'SELECT l.id, l.title, sum(i.on_hand - i.reserved) AS free FROM listings l JOIN inventory i ON i.shop_id = l.shop_id AND i.listing_id = l.id WHERE l.shop_id = $1 GROUP BY l.id, l.title',
    (s) => [s.shop],
  ),
  named(
    'shop',
    44,
    `INSERT INTO inventory (shop_id, listing_id, location, on_hand) VALUES ($1, $2, 'main', $3)
ON CONFLICT (shop_id, listing_id, location) DO UPDATE SET on_hand = inventory.on_hand + excluded.on_hand, updated_at = now()`,
    (s) => [s.shop, s.listing(), s.whole(1, 40)],
  ),
  named(
    'shop',
    5,
    `MERGE INTO inventory AS i
USING (VALUES ($1::bigint, $2::bigint, $3::integer)) AS v (shop_id, listing_id, counted)
   ON i.shop_id = $1 AND i.shop_id = v.shop_id AND i.listing_id = v.listing_id AND i.location = 'main'
 WHEN MATCHED THEN UPDATE SET on_hand = v.counted`,
    (s) => [s.shop, s.listing(), 500],
  ),
  named(
    'shop',
    12,
    'SELECT listing_id, i.on_hand, img.url FROM inventory i LEFT JOIN listing_images img USING (shop_id, listing_id) WHERE i.shop_id = $1 AND i.on_hand < 5',
    (s) => [s.shop],
  ),
];

const reviews = [
  named(
    'shop',
    110,
    hibernate('reviews', ['shop_id', 'listing_id'], { orderBy: 'created_at', fetch: true }),
    (s) => [s.shop, s.listing(), 10],
  ),
  named(
    'shop',
    40,
    'SELECT avg(rating) AS average, count(*) AS reviews FROM reviews WHERE shop_id = $1',
    (s) => [s.shop],
  ),
  named(
    'shop',
    34,
    'SELECT l.title, r.rating, r.title AS headline, r.body FROM reviews r JOIN listings l ON l.shop_id = r.shop_id AND l.id = r.listing_id WHERE r.shop_id = $1 ORDER BY r.created_at DESC LIMIT 20',
    (s) => [s.shop],
  ),
  // Its trigger counts the review on the listing, in the same shop.
  named(
    'shop',
    34,
    'INSERT INTO reviews (shop_id, listing_id, user_id, rating, title, body) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (shop_id, listing_id, user_id) DO NOTHING',
    (s) => [s.shop, s.listing(), s.user, s.whole(1, 5), s.word(), 'Fine.'],
  ),
  named('shop', 9, 'UPDATE reviews SET seller_reply = $3 WHERE shop_id = $1 AND id = $2', (s) => [
    s.shop,
    s.whole(1, 4000),
    'Thank you.',
  ]),
  named(
    'reach',
    14,
    'SELECT shop_id, listing_id, rating, created_at FROM reviews WHERE user_id = $1 ORDER BY created_at DESC',
    (s) => [s.user],
  ),
];

const payouts = [
  named('shop', 26, hibernate('payouts', ['shop_id'], { orderBy: 'period_start', fetch: true }), (s) => [
    s.shop,
    12,
  ]),
  named(
    'shop',
    30,
    'SELECT s.name, s.currency, p.period_start, p.amount, p.status FROM payouts p JOIN shops s ON s.id = p.shop_id WHERE p.shop_id = $1 ORDER BY p.period_start DESC LIMIT 4',
    (s) => [s.shop],
  ),
  named(
    'shop',
    14,
    `INSERT INTO payouts (shop_id, period_start, period_end, amount, currency) VALUES ($1, $2, $2::date + 6, $3, 'EUR') ON CONFLICT (shop_id, period_start) DO UPDATE SET amount = excluded.amount`,
    (s) => [s.shop, '2026-03-02', s.price()],
  ),
];

const dashboards = [
  named('reach', 50, hibernate('orders', ['shop_id'], { orderBy: 'placed_at', fetch: true }), (s) => [
    s.shop,
    25,
  ]),
  named(
    'reach',
    24,
    `SELECT count(*) AS orders, sum(total) AS revenue FROM orders WHERE shop_id = $1 AND placed_at >= $2`,
    (s) => [s.shop, '2026-02-01'],
  ),
  named(
    'reach',
    10,
    `SELECT s.name, o.id, o.total FROM orders o JOIN shops s ON s.id = o.shop_id WHERE o.user_id = $1 ORDER BY o.placed_at DESC LIMIT 10`,
    (s) => [s.user],
  ),
  named(
    'reach',
    12,
    `SELECT id, shop_id, title, price FROM listings WHERE category_id = $1 AND status = 'active' ORDER BY created_at DESC LIMIT 48`,
    (s) => [s.category()],
  ),
  bound(
    'reach',
    8,
    `SELECT id, shop_id, title FROM listings WHERE search @@ plainto_tsquery('simple', $1) AND status = 'active' LIMIT 40`,
    (s) => [s.word()],
  ),
];

/** A seller's download: rows in portions. */
const download = transaction('shop', 3, async (talk, s) => {
  await talk.plain(
    'shop',
    `DECLARE stock_export NO SCROLL CURSOR FOR SELECT l.sku, l.title, l.price FROM listings l WHERE l.shop_id = ${s.shop} ORDER BY l.id`,
  );
  await talk.plain('noise', 'FETCH 10 FROM stock_export');
  await talk.plain('noise', 'FETCH 10 FROM stock_export');
  await talk.plain('noise', 'CLOSE stock_export');
});

const releases = since(5, [
  named(
    'shop',
    40,
    'SELECT l.id, l.title, l.review_count FROM listings l WHERE l.shop_id = $1 AND l.review_count > 0 ORDER BY l.review_count DESC LIMIT 8',
    (s) => [s.shop],
  ),
]);

const nightly = atNight([
  named('shop', 5, `DELETE FROM listing_images WHERE shop_id = $1 AND position > 8`, (s) => [s.shop]),
]);

export const selling = [
  ...shops,
  ...listings,
  ...stock,
  ...reviews,
  ...payouts,
  ...dashboards,
  download,
  ...releases,
  ...nightly,
];
