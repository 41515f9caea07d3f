// What a database hears besides its application: health checks, dashboards, drivers asking for types, pools.
import { as, plain, sequence } from '../activity.js';

const checks = [
  plain('noise', 500, () => 'SELECT 1'),
  plain(
    'noise',
    96,
    () =>
      `SELECT pid, usename, state, wait_event_type, wait_event, now() - query_start AS running FROM pg_stat_activity WHERE state <> 'idle' AND pid <> pg_backend_pid()`,
  ),
  plain(
    'noise',
    96,
    () =>
      `SELECT datname, numbackends, xact_commit, xact_rollback, blks_read, blks_hit, deadlocks FROM pg_stat_database WHERE datname = current_database()`,
  ),
  plain(
    'noise',
    24,
    () =>
      `SELECT relname, n_live_tup, n_dead_tup, last_autovacuum FROM pg_stat_user_tables ORDER BY n_dead_tup DESC LIMIT 20`,
  ),
  plain(
    'noise',
    24,
    () => `SELECT locktype, relation::regclass, mode, granted FROM pg_locks WHERE NOT granted`,
  ),
  plain(
    'noise',
    24,
    () =>
      `SELECT queryid, calls, total_exec_time FROM pg_stat_statements ORDER BY total_exec_time DESC LIMIT 20`,
  ),
  plain('noise', 24, () => 'SELECT pg_database_size(current_database())'),
  plain('noise', 24, () => 'SHOW transaction_isolation'),
  plain('noise', 6, () => 'SHOW server_version'),
  plain(
    'noise',
    12,
    () =>
      `SELECT c.oid, c.relname, a.attname, t.typname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid JOIN pg_catalog.pg_type t ON t.oid = a.atttypid WHERE c.relkind = 'r' AND a.attnum > 0 AND c.relname = 'orders'`,
  ),
  plain(
    'noise',
    6,
    () =>
      `SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'`,
  ),
  sequence('noise', 20, async (talk) => {
    await talk.plain('noise', `SET application_name = 'dashboard'`);
    await talk.plain('noise', 'SELECT version()');
    await talk.plain('noise', 'DISCARD ALL');
  }),
];

export const monitoring = as('desk', checks);
