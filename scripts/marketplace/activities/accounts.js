// People and their sessions, addresses, notifications and audit trail: an account service on Prisma, sign-in by hand.
import { bound, named, plain, sequence, transaction } from '../activity.js';
import { prisma, rails } from '../dialects.js';

const profile = [
  bound('user', 900, prisma('users', { where: ['id'], one: true }), (s) => [s.user, 1, 0]),
  bound('user', 300, prisma('addresses', { where: ['user_id'], orderBy: 'created_at' }), (s) => [
    s.user,
    20,
    0,
  ]),
  bound('user', 180, prisma('addresses', { where: ['id', 'user_id'], one: true }), (s) => [
    s.address(),
    s.user,
    1,
    0,
  ]),
  named(
    'user',
    240,
    `SELECT u.id, u.display_name, u.locale, u.preferred_currency,
       (SELECT count(*) FROM notifications n WHERE n.user_id = u.id AND n.read_at IS NULL) AS unread,
       (SELECT count(*) FROM favorites f WHERE f.user_id = u.id) AS favorites
  FROM users u WHERE u.id = $1`,
    (s) => [s.user],
  ),
  named(
    'user',
    90,
    `SELECT a.*, u.display_name FROM addresses a JOIN users u ON u.id = a.user_id WHERE a.user_id = $1 AND a.is_default`,
    (s) => [s.user],
  ),
  bound(
    'user',
    40,
    `UPDATE "public"."users" SET "display_name" = $1, "updated_at" = $2 WHERE ("public"."users"."id" = $3 AND 1=1) RETURNING "public"."users"."id", "public"."users"."display_name"`,
    (s) => [`User ${s.word()}`, s.date, s.user],
  ),
  named('user', 18, 'UPDATE users SET locale = $2, preferred_currency = $3 WHERE id = $1', (s) => [
    s.user,
    'de',
    s.currency(),
  ]),
  named('user', 8, 'UPDATE users SET password_hash = $2 WHERE id = $1', (s) => [s.user, `hash-${s.fresh}`]),
  named('user', 4, 'UPDATE users SET email = $2 WHERE id = $1 RETURNING email', (s) => [
    s.user,
    `new-${s.fresh}@example.com`,
  ]),
  named('user', 12, 'UPDATE users SET marketing_opt_in = NOT marketing_opt_in WHERE id = $1', (s) => [
    s.user,
  ]),
  // The id comes from an id service, so that it is known before the row exists.
  bound(
    'user',
    26,
    `INSERT INTO "public"."users" ("id","email","username","display_name","password_hash","preferred_currency","country_code") VALUES ($1,$2,$3,$4,$5,$6,$7) RETURNING "public"."users"."id"`,
    (s) => [s.fresh, `u${s.fresh}@example.com`, `u${s.fresh}`, 'New', 'hash', s.currency(), s.country()],
  ),
  named('reach', 14, 'SELECT EXISTS (SELECT 1 FROM users WHERE username = $1)', (s) => [`user${s.user}`]),
  ...[2, 4, 7].map((count) =>
    bound('reach', 16, prisma('users', { where: [`id in ${count}`] }), (s) => [
      ...s.several(count, count, s.anyUser),
      count,
      0,
    ]),
  ),
  named('reach', 40, 'SELECT id, display_name, username FROM users WHERE id = ANY($1)', (s) => [
    s.several(2, 12, s.anyUser),
  ]),
];

const addresses = [
  bound(
    'user',
    36,
    `INSERT INTO "public"."addresses" ("user_id","recipient","line1","city","region","postal_code","country_code") VALUES ($1,$2,$3,$4,$5,$6,$7) RETURNING "public"."addresses"."id"`,
    (s) => [s.user, 'User', `${s.fresh} Mill Lane`, 'Springfield', 'north', '10115', s.country()],
  ),
  named('user', 30, 'UPDATE addresses SET is_default = (id = $2) WHERE user_id = $1', (s) => [
    s.user,
    s.address(),
  ]),
  named(
    'user',
    14,
    'UPDATE addresses SET line1 = $3, postal_code = $4 WHERE user_id = $1 AND id = $2',
    (s) => [s.user, s.address(), s.word(), '20095'],
  ),
  named('user', 9, 'DELETE FROM addresses WHERE user_id = $1 AND id = $2', (s) => [s.user, s.spareAddress()]),
];

const sessions = [
  named(
    'user',
    1350,
    `-- name: CheckSession :one
SELECT s.id, s.user_id, s.expires_at, u.status, u.locale
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.user_id = $1 AND s.id = $2 AND s.expires_at > now()`,
    (s) => [s.user, s.session()],
  ),
  named(
    'user',
    320,
    'UPDATE sessions SET last_used_at = now(), ip_address = $3 WHERE user_id = $1 AND id = $2',
    (s) => [s.user, s.session(), '192.0.2.7'],
  ),
  named('user', 420, 'UPDATE users SET last_seen_at = now() WHERE id = $1', (s) => [s.user]),
  named(
    'user',
    50,
    'SELECT id, user_agent, ip_address, last_used_at FROM sessions WHERE user_id = $1 ORDER BY last_used_at DESC',
    (s) => [s.user],
  ),
  bound('reach', 120, prisma('users', { where: ['email'], one: true }), (s) => [
    `user${s.user}@example.com`,
    1,
    0,
  ]),
  transaction('user', 120, async (talk, s) => {
    const id = [s.user, `token-${s.fresh}`, 'browser'];
    await talk.named(
      'user',
      `INSERT INTO sessions (user_id, token_hash, user_agent, expires_at) VALUES ($1, $2, $3, now() + interval '30 days') RETURNING id`,
      id,
    );
    await talk.named(
      'user',
      `INSERT INTO audit_log (user_id, action, entity, occurred_at) VALUES ($1, 'login', 'session', $2)`,
      [s.user, `${s.date} 12:00+00`],
    );
  }),
  named('user', 20, 'DELETE FROM sessions WHERE user_id = $1 AND expires_at < $2', (s) => [s.user, s.date]),
  named('user', 6, 'DELETE FROM sessions WHERE user_id = $1 AND id <> $2', (s) => [s.user, s.session()]),
];

const notifications = [
  named(
    'user',
    700,
    rails('notifications', ['user_id'], {
      orderBy: 'created_at',
      limit: true,
      action: 'notifications#index',
    }),
    (s) => [s.user, 20],
  ),
  named(
    'user',
    800,
    `SELECT COUNT(*) FROM "notifications" WHERE "notifications"."user_id" = $1 AND "notifications"."read_at" IS NULL /*action='badge',application='Market',controller='notifications'*/`,
    (s) => [s.user],
  ),
  named(
    'user',
    140,
    `UPDATE "notifications" SET "read_at" = $1 WHERE "notifications"."user_id" = $2 AND "notifications"."id" = $3`,
    (s) => [s.date, s.user, s.notification()],
  ),
  named(
    'user',
    36,
    `UPDATE "notifications" SET "read_at" = $1 WHERE "notifications"."user_id" = $2 AND "notifications"."read_at" IS NULL`,
    (s) => [s.date, s.user],
  ),
  named(
    'user',
    360,
    `INSERT INTO "notifications" ("user_id", "kind", "payload") VALUES ($1, $2, $3) RETURNING "id"`,
    (s) => [s.user, 'order', '{"v": 1}'],
  ),
  named(
    'user',
    110,
    `SELECT n.id, n.kind, n.payload, u.locale FROM notifications n INNER JOIN users u ON u.id = n.user_id
 WHERE u.id = $1 AND n.read_at IS NULL ORDER BY n.id DESC LIMIT 50`,
    (s) => [s.user],
  ),
  plain(
    'user',
    30,
    (s) =>
      `SELECT "notifications"."id" FROM "notifications" WHERE "notifications"."user_id" = ${s.user} AND "notifications"."id" IN (${s.several(2, 9, s.notification).join(', ')})`,
  ),
  named(
    'user',
    16,
    `DELETE FROM "notifications" WHERE "notifications"."user_id" = $1 AND "notifications"."created_at" < $2 AND "notifications"."read_at" IS NOT NULL`,
    (s) => [s.user, '2026-01-01'],
  ),
  bound('reach', 12, `INSERT INTO notifications (user_id, kind) VALUES ($1, 'gift'), ($2, 'gift')`, (s) => [
    s.anyUser(),
    s.anyUser(),
  ]),
];

const audit = [
  named(
    'user',
    130,
    `INSERT INTO audit_log (user_id, action, entity, entity_id, detail, occurred_at) VALUES ($1, $2, $3, $4, $5, $6)`,
    (s) => [s.user, 'view', 'order', s.order(), '{}', `${s.date} 09:00+00`],
  ),
  named(
    'user',
    50,
    'SELECT action, entity, entity_id, occurred_at FROM audit_log WHERE user_id = $1 AND occurred_at >= $2 ORDER BY occurred_at DESC LIMIT 50',
    (s) => [s.user, '2026-02-01'],
  ),
  named(
    'user',
    34,
    `WITH changed AS (
  UPDATE users SET country_code = $2 WHERE id = $1 RETURNING id
)
INSERT INTO audit_log (user_id, action, entity, entity_id) SELECT id, 'move', 'user', id FROM changed`,
    (s) => [s.user, s.country()],
  ),
  named(
    'user',
    24,
    'SELECT u.username, a.action, a.occurred_at FROM users u LEFT JOIN audit_log a ON a.user_id = u.id AND a.occurred_at > $2 WHERE u.id = $1',
    (s) => [s.user, '2026-02-20'],
  ),
  sequence('reach', 3, (talk, s) =>
    talk.plain(
      'reach',
      `SELECT * FROM audit_log WHERE entity = 'order' AND entity_id = ${s.order()} ORDER BY occurred_at`,
    ),
  ),
];

export const accounts = [...profile, ...addresses, ...sessions, ...notifications, ...audit];
