// The marketplace's first rows, made inside the database by arithmetic: no randomness, the same every time.
// The formulas are those of scene.js.
import { countries, currencies, flags, sizes } from './scene.js';

const start = "timestamptz '2026-01-05 08:00+00'";
const { users, shops } = sizes;
const orders = users * sizes.ordersPerUser;
const listings = shops * sizes.listingsPerShop;
const userOf = (id) => `1 + (${id} - 1) % ${users}`;
const shopOfListing = (id) => `1 + (${id} - 1) % ${shops}`;
const shopOfOrder = (id) => `1 + (${id} * 7) % ${shops}`;
const series = (count, name = 'i') => `generate_series(1::bigint, ${count}) AS ${name}`;
const pickOf = (list, id) =>
  `(ARRAY[${list.map((entry) => `'${entry}'`).join(',')}])[1 + ${id} % ${list.length}]`;

const small = [
  `INSERT INTO currencies SELECT c, c || ' currency', c, 2 FROM unnest(ARRAY['${currencies.join("','")}']) AS c`,
  `INSERT INTO exchange_rates SELECT b.code, q.code, date '2026-01-01' + d, 1 + (d % 7) / 100.0
     FROM currencies b CROSS JOIN currencies q CROSS JOIN generate_series(0, 58) AS d WHERE b.code <> q.code`,
  `INSERT INTO categories (id, parent_id, slug, name, path)
     SELECT i, CASE WHEN i > 12 THEN 1 + (i - 13) % 12 END, 'category-' || i, 'Category ' || i, '/' || i
       FROM generate_series(1, ${sizes.categories}) AS i`,
  `INSERT INTO tax_rules (country_code, region, rate, valid_from)
     SELECT c, r, 0.05 + length(r) / 100.0, date '2020-01-01'
       FROM unnest(ARRAY['${countries.join("','")}']) AS c CROSS JOIN unnest(ARRAY['*','north','south','east','west']) AS r`,
  `INSERT INTO feature_flags (name, enabled, rollout_percent)
     SELECT f, true, 50 FROM unnest(ARRAY['${flags.join("','")}']) AS f`,
  `INSERT INTO promotions (id, code, kind, percent_off, currency, starts_at, ends_at, active)
     SELECT i, 'SAVE' || i, 'percent', 5 + i % 20, 'EUR', ${start}, ${start} + interval '1 year', i % 4 <> 0
       FROM ${series(sizes.promotions)}`,
];

const people = [
  `INSERT INTO users (id, email, username, display_name, password_hash, locale, preferred_currency, country_code, created_at)
     SELECT i, 'user' || i || '@example.com', 'user' || i, 'User ' || i, md5(i::text), 'en', ${pickOf(currencies, 'i')},
            ${pickOf(countries, 'i')}, ${start} FROM ${series(users)}`,
  `INSERT INTO addresses (id, user_id, recipient, line1, city, region, postal_code, country_code, is_default)
     SELECT i, ${userOf('i')}, 'User', i || ' High Street', 'Springfield', ${pickOf(['north', 'south', 'east', 'west'], 'i')},
            lpad((i % 99999)::text, 5, '0'), ${pickOf(countries, 'i')}, i <= ${users} FROM ${series(users * sizes.addressesPerUser)}`,
  `INSERT INTO sessions (id, user_id, token_hash, user_agent, created_at, last_used_at, expires_at)
     SELECT md5('session ' || i)::uuid, ${userOf('i')}, md5('token ' || i), 'browser', ${start}, ${start},
            ${start} + interval '1 year' FROM ${series(users * sizes.sessionsPerUser)}`,
];

const selling = [
  `INSERT INTO shops (id, owner_id, slug, name, country_code, currency, created_at)
     SELECT i, i, 'shop-' || i, 'Shop ' || i, ${pickOf(countries, 'i')}, ${pickOf(currencies, 'i')}, ${start} FROM ${series(shops)}`,
  `INSERT INTO listings (id, shop_id, category_id, sku, title, status, price, currency, created_at)
     SELECT i, ${shopOfListing('i')}, 1 + i % ${sizes.categories}, 'sku-' || i,
            ${pickOf(['oak', 'linen', 'brass', 'indigo', 'walnut'], 'i')} || ' ' || ${pickOf(['chair', 'lamp', 'bowl'], 'i')},
            'active', 5 + i % 90, 'EUR', ${start} + i * interval '1 minute' FROM ${series(listings)}`,
  `INSERT INTO listing_images SELECT ${shopOfListing('i')}, i, p, '/images/' || i || '-' || p, 1200, 900
     FROM ${series(listings)} CROSS JOIN generate_series(1, 2) AS p`,
  `INSERT INTO inventory (shop_id, listing_id, location, on_hand)
     SELECT ${shopOfListing('i')}, i, 'main', 100000 FROM ${series(listings)}`,
  `INSERT INTO payouts (shop_id, period_start, period_end, amount, currency, status, paid_at)
     SELECT s, date '2026-01-05' + w * 7, date '2026-01-11' + w * 7, 100 + s, 'EUR', 'paid', ${start}
       FROM ${series(shops, 's')} CROSS JOIN generate_series(0, 6) AS w`,
  `INSERT INTO reviews (shop_id, listing_id, user_id, rating, title, body)
     SELECT ${shopOfListing('l')}, l, 1 + (l * 31 + k * 577) % ${users}, 1 + (l + k) % 5, 'Fine', 'As described.'
       FROM ${series(listings, 'l')} CROSS JOIN generate_series(1, 2) AS k`,
];

const buying = [
  `INSERT INTO carts (id, user_id, status, currency, promotion_id)
     SELECT i, i, 'open', 'EUR', CASE WHEN i % 5 = 0 THEN 1 + i % ${sizes.promotions} END FROM ${series(users)}`,
  `INSERT INTO cart_items (user_id, cart_id, listing_id, shop_id, title, quantity, unit_price)
     SELECT u, u, l, ${shopOfListing('l')}, 'Item', 1, 10
       FROM (SELECT u, 1 + (u * 13 + k * 101) % ${listings} AS l FROM ${series(users, 'u')} CROSS JOIN generate_series(1, 3) AS k) AS d`,
  `INSERT INTO orders (id, user_id, shop_id, shipping_address_id, status, currency, subtotal, total, idempotency_key, placed_at)
     SELECT i, ${userOf('i')}, ${shopOfOrder('i')}, ${userOf('i')}, ${pickOf(['paid', 'shipped', 'delivered', 'pending'], 'i')}::order_status,
            'EUR', 10 + i % 300, 15 + i % 300, md5('order ' || i)::uuid, ${start} + i * interval '7 minutes' FROM ${series(orders)}`,
  `INSERT INTO order_items (order_id, line_no, listing_id, title, quantity, unit_price)
     SELECT i, n, 1 + (i * 3 + n * 19) % ${listings}, 'Item', n, 10 + n FROM ${series(orders)} CROSS JOIN generate_series(1, 2) AS n`,
  `INSERT INTO payments (id, user_id, order_id, provider, provider_ref, status, amount, currency, created_at)
     SELECT i, ${userOf('i')}, i, 'acquirer', 'ref-' || i, 'captured', 15 + i % 300, 'EUR', ${start} FROM ${series(orders)}`,
  `INSERT INTO refunds (user_id, payment_id, amount, reason, status)
     SELECT ${userOf('i')}, i, 5, 'damaged', 'paid' FROM ${series(orders)} WHERE i % 12 = 0`,
  `INSERT INTO ledger_entries (user_id, entry_no, order_id, account, amount, balance_after, currency)
     SELECT ${userOf('i')}, 1 + (i - 1) / ${users}, i, ${pickOf(['wallet', 'credit'], 'i')}, 5, 5, 'EUR' FROM ${series(orders)}`,
  `INSERT INTO shipments (id, user_id, order_id, shop_id, carrier, tracking_code, status, shipped_at)
     SELECT i, ${userOf('i')}, i, ${shopOfOrder('i')}, 'post', 'track-' || i, 'moving', ${start} FROM ${series(orders)}`,
];

const talking = [
  `INSERT INTO conversations (id, user_id, shop_id, subject)
     SELECT i, ${userOf('i')}, 1 + (i * 11) % ${shops}, 'Question' FROM ${series(users * sizes.conversationsPerUser)}`,
  `INSERT INTO messages (user_id, conversation_id, sender, body, sent_at)
     SELECT ${userOf('i')}, i, ${pickOf(['buyer', 'seller'], 'n')}, 'Hello', ${start} + n * interval '1 hour'
       FROM ${series(users * sizes.conversationsPerUser)} CROSS JOIN generate_series(1, 4) AS n`,
  `INSERT INTO notifications (user_id, id, kind, created_at)
     SELECT ${userOf('i')}, i, ${pickOf(['order', 'message', 'offer'], 'i')}, ${start} FROM ${series(users * sizes.notificationsPerUser)}`,
  `INSERT INTO follows (follower_id, shop_id)
     SELECT u, 1 + (u * 3 + k * 17) % ${shops} FROM ${series(users, 'u')} CROSS JOIN generate_series(1, 3) AS k`,
  `INSERT INTO favorites (user_id, listing_id)
     SELECT u, 1 + (u * 7 + k * 211) % ${listings} FROM ${series(users, 'u')} CROSS JOIN generate_series(1, 3) AS k`,
  `INSERT INTO search_log (visitor_id, user_id, query, result_count)
     SELECT md5('visitor ' || 1 + i % ${sizes.visitors})::uuid, CASE WHEN i % 3 > 0 THEN 1 + i % ${users} END, 'oak chair', 20 FROM ${series(6000)}`,
  `INSERT INTO audit_log (user_id, action, entity, entity_id, occurred_at)
     SELECT ${userOf('i')}, 'login', 'session', i, ${start} + i * interval '9 minutes' FROM ${series(6000)}`,
  `INSERT INTO jobs (queue, kind, state, run_at) SELECT ${pickOf(['mail', 'thumbnails', 'payouts', 'search', 'exports'], 'i')}, 'seeded', 'ready', ${start} FROM ${series(400)}`,
  `INSERT INTO outbox (user_id, aggregate, aggregate_id, event_type, published_at)
     SELECT ${userOf('i')}, 'order', i, 'order.placed', ${start} FROM ${series(2000)}`,
];

/** Sequences stand behind the ids that were given above. */
const sequences = `
  DO $$
  DECLARE t record; top bigint;
  BEGIN
    FOR t IN SELECT table_name AS name FROM information_schema.columns
              WHERE table_schema = 'public' AND column_name = 'id' AND data_type IN ('bigint', 'integer')
                AND pg_get_serial_sequence(table_name, 'id') IS NOT NULL
    LOOP
      EXECUTE format('SELECT coalesce(max(id), 0) FROM public.%I', t.name) INTO top;
      PERFORM setval(pg_get_serial_sequence(t.name, 'id'), top + 1000);
    END LOOP;
  END $$`;

/** Statements to run in this order, as the owner of the tables. */
export const seedStatements = [...small, ...people, ...selling, ...buying, ...talking, sequences, 'ANALYZE'];
