// What everybody reads and hardly anybody changes: categories, currencies, rates, taxes, flags, promotions.
import { atNight, bound, named, plain } from '../activity.js';
import { django, prisma, rails } from '../dialects.js';

const reads = [
  plain('global', 60, (s) => django('categories', { parent_id: s.whole(1, 12) }, { orderBy: 'position' })),
  named('global', 40, 'SELECT id, slug, name FROM categories WHERE parent_id IS NULL ORDER BY position, id'),
  named(
    'global',
    26,
    `WITH RECURSIVE above AS (
  SELECT id, parent_id, name, 0 AS depth FROM categories WHERE id = $1
  UNION ALL
  SELECT c.id, c.parent_id, c.name, a.depth + 1 FROM categories c JOIN above a ON c.id = a.parent_id
)
SELECT id, name FROM above ORDER BY depth DESC`,
    (s) => [s.category()],
  ),
  bound('global', 40, prisma('currencies', { where: ['code'], one: true }), (s) => [s.currency(), 1, 0]),
  named('global', 20, 'SELECT code, symbol, minor_units FROM currencies ORDER BY code'),
  named(
    'global',
    80,
    'SELECT rate FROM exchange_rates WHERE base = $1 AND quote = $2 AND as_of <= $3 ORDER BY as_of DESC LIMIT 1',
    (s) => [s.currency(), s.currency(), s.date],
  ),
  named(
    'global',
    14,
    'SELECT q.code, q.symbol, r.rate FROM currencies q JOIN exchange_rates r ON r.quote = q.code WHERE r.base = $1 AND r.as_of = $2',
    (s) => [s.currency(), '2026-02-20'],
  ),
  named(
    'global',
    40,
    `SELECT rate FROM tax_rules WHERE country_code = $1 AND region IN ($2, '*') AND valid_from <= $3 AND (valid_to IS NULL OR valid_to > $3) ORDER BY region DESC LIMIT 1`,
    (s) => [s.country(), s.pick(['north', 'south']), s.date],
  ),
  named('global', 70, 'SELECT name, enabled, rollout_percent, rules FROM feature_flags'),
  named('global', 30, rails('feature_flags', ['name'], { limit: true, action: 'flags#show' }), (s) => [
    s.pick(['new_checkout', 'seller_chat']),
    1,
  ]),
  named(
    'global',
    50,
    `SELECT id, percent_off, amount_off FROM promotions WHERE code = $1 AND active AND now() BETWEEN starts_at AND ends_at`,
    (s) => [`SAVE${s.promotion()}`],
  ),
  named(
    'global',
    16,
    'SELECT id, code, kind, ends_at FROM promotions WHERE active ORDER BY ends_at LIMIT 20',
  ),
];

const changes = atNight([
  bound(
    'global',
    1,
    `INSERT INTO exchange_rates (base, quote, as_of, rate) SELECT base, quote, $1::date, rate FROM exchange_rates WHERE as_of = $2::date ON CONFLICT DO NOTHING`,
    (s) => [s.date, '2026-02-20'],
  ),
  named(
    'global',
    1,
    'UPDATE feature_flags SET rollout_percent = $2, updated_at = now() WHERE name = $1',
    (s) => [s.pick(['new_checkout', 'seller_chat']), s.whole(1, 100)],
  ),
  named(
    'global',
    1,
    `INSERT INTO promotions (code, kind, percent_off, starts_at, ends_at) VALUES ($1, 'percent', 10, now(), now() + interval '7 days')`,
    (s) => [`NEW${s.fresh}`],
  ),
  named('global', 1, 'UPDATE promotions SET active = false WHERE id = $1', (s) => [s.promotion()]),
  named('global', 1, 'UPDATE categories SET position = $2 WHERE id = $1', (s) => [
    s.category(),
    s.whole(1, 50),
  ]),
]);

export const catalog = [...reads, ...changes];
