// Conversations and messages (Rails), follows and favorites (hand-written), searches.
import { bound, named, plain, transaction } from '../activity.js';
import { rails } from '../dialects.js';

const conversations = [
  named(
    'user',
    280,
    rails('conversations', ['user_id'], {
      orderBy: 'last_message_at',
      limit: true,
      action: 'conversations#index',
    }),
    (s) => [s.user, 30],
  ),
  named(
    'user',
    460,
    rails('messages', ['user_id', 'conversation_id'], {
      orderBy: 'sent_at',
      limit: true,
      action: 'messages#index',
    }),
    (s) => [s.user, s.conversation(), 50],
  ),
  named(
    'user',
    120,
    rails('conversations', ['user_id', 'id'], { limit: true, action: 'conversations#show' }),
    (s) => [s.user, s.conversation(), 1],
  ),
  transaction('user', 220, async (talk, s) => {
    const conversation = s.conversation();
    await talk.named(
      'user',
      `INSERT INTO "messages" ("user_id", "conversation_id", "sender", "body") VALUES ($1, $2, $3, $4) RETURNING "id" /*action='create',application='Market',controller='messages'*/`,
      [s.user, conversation, 'buyer', s.word()],
    );
    await talk.named(
      'user',
      `UPDATE "conversations" SET "last_message_at" = $1, "unread_count" = COALESCE("unread_count", 0) + 1 WHERE "conversations"."user_id" = $2 AND "conversations"."id" = $3`,
      [`${s.date} 10:00+00`, s.user, conversation],
    );
  }),
  named(
    'user',
    80,
    `UPDATE "messages" SET "read_at" = $1 WHERE "messages"."user_id" = $2 AND "messages"."conversation_id" = $3 AND "messages"."read_at" IS NULL`,
    (s) => [s.date, s.user, s.conversation()],
  ),
  named(
    'user',
    60,
    `UPDATE "conversations" SET "unread_count" = 0 WHERE "conversations"."user_id" = $1 AND "conversations"."id" = $2`,
    (s) => [s.user, s.conversation()],
  ),
  named(
    'user',
    26,
    `INSERT INTO conversations (user_id, shop_id, subject) VALUES ($1, $2, $3) RETURNING id`,
    (s) => [s.user, s.anyShop(), s.word()],
  ),
  named(
    'user',
    120,
    `SELECT c.id, c.subject, m.body, m.sent_at
  FROM conversations c
 CROSS JOIN LATERAL (SELECT body, sent_at FROM messages WHERE messages.user_id = c.user_id AND messages.conversation_id = c.id ORDER BY sent_at DESC LIMIT 1) m
 WHERE c.user_id = $1 ORDER BY m.sent_at DESC LIMIT 20`,
    (s) => [s.user],
  ),
  named(
    'user',
    50,
    `SELECT c.id, count(m.id) FILTER (WHERE m.read_at IS NULL) AS unread FROM conversations c LEFT JOIN messages m ON m.user_id = c.user_id AND m.conversation_id = c.id WHERE c.user_id = $1 GROUP BY c.id`,
    (s) => [s.user],
  ),
  bound(
    'user',
    10,
    `SELECT id, conversation_id, body FROM messages WHERE user_id = $1 AND body ILIKE '%' || $2 || '%' ORDER BY sent_at DESC LIMIT 20`,
    (s) => [s.user, s.word()],
  ),
  // The seller's inbox: conversations lie with their buyers.
  named(
    'reach',
    40,
    rails('conversations', ['shop_id'], {
      orderBy: 'last_message_at',
      limit: true,
      action: 'seller/inbox#index',
    }),
    (s) => [s.shop, 30],
  ),
];

const follows = [
  named(
    'user',
    150,
    'SELECT shop_id, created_at FROM follows WHERE follower_id = $1 ORDER BY created_at DESC',
    (s) => [s.user],
  ),
  named('user', 240, 'SELECT EXISTS (SELECT 1 FROM follows WHERE follower_id = $1 AND shop_id = $2)', (s) => [
    s.user,
    s.anyShop(),
  ]),
  named(
    'user',
    60,
    'INSERT INTO follows (follower_id, shop_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    (s) => [s.user, s.anyShop()],
  ),
  named('user', 20, 'DELETE FROM follows WHERE follower_id = $1 AND shop_id = $2', (s) => [
    s.user,
    s.anyShop(),
  ]),
  named(
    'user',
    50,
    'SELECT u.username, count(f.shop_id) AS following FROM users u LEFT JOIN follows f ON f.follower_id = u.id WHERE u.id = $1 GROUP BY u.id, u.username',
    (s) => [s.user],
  ),
  named(
    'user',
    30,
    'SELECT f.shop_id FROM follows f WHERE f.follower_id = $1 AND EXISTS (SELECT 1 FROM orders o WHERE o.user_id = f.follower_id AND o.shop_id = f.shop_id)',
    (s) => [s.user],
  ),
  named('reach', 10, 'SELECT count(*) FROM follows WHERE shop_id = $1', (s) => [s.shop]),
  named(
    'reach',
    16,
    `SELECT l.id, l.title, l.price FROM follows f JOIN listings l ON l.shop_id = f.shop_id WHERE f.follower_id = $1 AND l.status = 'active' ORDER BY l.created_at DESC LIMIT 30`,
    (s) => [s.user],
  ),
];

const favorites = [
  named(
    'user',
    180,
    'SELECT listing_id, note FROM favorites WHERE user_id = $1 ORDER BY created_at DESC LIMIT 40',
    (s) => [s.user],
  ),
  named('user', 240, 'SELECT 1 AS one FROM favorites WHERE user_id = $1 AND listing_id = $2 LIMIT 1', (s) => [
    s.user,
    s.anyListing(),
  ]),
  plain(
    'user',
    60,
    (s) =>
      `SELECT "favorites"."listing_id" FROM "favorites" WHERE ("favorites"."user_id" = ${s.user} AND "favorites"."listing_id" IN (${s.several(2, 24, s.anyListing).join(', ')}))`,
  ),
  named(
    'user',
    110,
    'INSERT INTO favorites (user_id, listing_id, note) VALUES ($1, $2, $3) ON CONFLICT (user_id, listing_id) DO UPDATE SET note = excluded.note',
    (s) => [s.user, s.anyListing(), s.word()],
  ),
  named('user', 30, 'DELETE FROM favorites WHERE user_id = $1 AND listing_id = $2', (s) => [
    s.user,
    s.anyListing(),
  ]),
  named(
    'user',
    40,
    'SELECT u.display_name, f.listing_id, f.note FROM users u INNER JOIN favorites f ON f.user_id = u.id WHERE u.id = $1 ORDER BY f.created_at DESC',
    (s) => [s.user],
  ),
  named(
    'user',
    30,
    'SELECT f.listing_id, i.quantity FROM favorites f LEFT JOIN cart_items i ON i.user_id = f.user_id AND i.listing_id = f.listing_id WHERE f.user_id = $1',
    (s) => [s.user],
  ),
  named(
    'reach',
    18,
    `SELECT f.listing_id, l.title, l.price, l.status FROM favorites f JOIN listings l ON l.id = f.listing_id WHERE f.user_id = $1 ORDER BY f.created_at DESC LIMIT 40`,
    (s) => [s.user],
  ),
  named('reach', 6, 'SELECT count(*) FROM favorites WHERE listing_id = $1', (s) => [s.anyListing()]),
];

const searches = [
  named(
    'visitor',
    340,
    `INSERT INTO search_log (visitor_id, user_id, query, filters, result_count) VALUES ($1, $2, $3, $4, $5)`,
    (s) => [s.visitor(), s.whole(0, 2) > 0 ? s.user : null, s.word(), '{}', s.whole(0, 200)],
  ),
  named(
    'visitor',
    60,
    'SELECT query, max(searched_at) AS last FROM search_log WHERE visitor_id = $1 GROUP BY query ORDER BY last DESC LIMIT 8',
    (s) => [s.visitor()],
  ),
  named(
    'visitor',
    40,
    'UPDATE search_log SET clicked_listing_id = $2 WHERE visitor_id = $1 AND clicked_listing_id IS NULL AND query = $3',
    (s) => [s.visitor(), s.anyListing(), s.word()],
  ),
];

export const talking = [...conversations, ...follows, ...favorites, ...searches];
