// Background work: a job queue with SKIP LOCKED, and the relay that empties the outbox.
import { named, plain, transaction } from '../activity.js';

const jobs = [
  named(
    'queue',
    36,
    `INSERT INTO jobs (queue, kind, payload, run_at) VALUES ($1, $2, $3, now()) RETURNING id`,
    (s) => [s.queue(), 'send', `{"user": ${s.user}}`],
  ),
  transaction('queue', 34, async (talk, s) => {
    const taken = await talk.named(
      'queue',
      `UPDATE jobs SET state = 'running', attempts = attempts + 1, locked_by = $2, locked_at = now()
 WHERE id = (SELECT id FROM jobs WHERE queue = $1 AND state = 'ready' AND run_at <= now() ORDER BY priority DESC, run_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, kind, payload`,
      [s.queue(), `worker-${s.whole(1, 4)}`],
    );
    // Also when there was nothing to take: the number of statements must not depend on who was first.
    await talk.named(
      'queue',
      `UPDATE jobs SET state = 'done', finished_at = now(), locked_by = NULL WHERE id = $1`,
      [taken.rows[0]?.id ?? 0],
    );
  }),
  transaction('queue', 6, async (talk) => {
    await talk.plain(
      'queue',
      `SELECT "jobs".* FROM "jobs" WHERE "jobs"."state" = 'ready' AND "jobs"."queue" IN ('mail', 'search') ORDER BY "jobs"."priority" DESC LIMIT 5 FOR UPDATE SKIP LOCKED`,
    );
  }),
  named('queue', 10, 'SELECT queue, state, count(*) FROM jobs GROUP BY queue, state'),
  named(
    'queue',
    3,
    `UPDATE jobs SET state = 'ready', locked_by = NULL WHERE state = 'running' AND locked_at < now() - interval '10 minutes'`,
  ),
  plain(
    'queue',
    2,
    () => `DELETE FROM jobs WHERE state = 'done' AND finished_at < now() - interval '7 days'`,
  ),
];

const relay = [
  named(
    'reach',
    4,
    `UPDATE outbox SET published_at = now()
 WHERE id IN (SELECT id FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED)
RETURNING id, user_id, aggregate, aggregate_id, event_type, payload`,
  ),
  named('reach', 6, 'SELECT count(*) FROM outbox WHERE published_at IS NULL'),
  // Every other event of an account.
  named(
    'user',
    260,
    `INSERT INTO outbox (user_id, aggregate, aggregate_id, event_type, payload) VALUES ($1, $2, $3, $4, $5)`,
    (s) => [s.user, 'account', s.user, 'account.changed', '{"v": 1}'],
  ),
  named(
    'user',
    20,
    `SELECT e.id, e.event_type, u.locale FROM outbox e JOIN users u ON u.id = e.user_id WHERE e.user_id = $1 ORDER BY e.id DESC LIMIT 5`,
    (s) => [s.user],
  ),
];

export const queue = [...jobs, ...relay];
