/** Names that belong to PostgreSQL and its monitoring extensions, never to an application. */

const systemSchemas = new Set(['pg_catalog', 'information_schema', 'pg_toast', 'pg_temp']);

/** Views that extensions put wherever they are installed. */
const extensionViews = new Set([
  'pg_stat_statements',
  'pg_stat_statements_info',
  'pg_stat_kcache',
  'pg_stat_kcache_detail',
  'pg_stat_monitor',
  'pg_qualstats',
  'pg_wait_sampling_current',
  'pg_wait_sampling_history',
  'pg_wait_sampling_profile',
  'pg_buffercache',
  'hypopg_list_indexes',
]);

export function isSystemName(path: readonly string[]): boolean {
  const name = path.at(-1) ?? '';
  const schema = path.at(-2);
  if (extensionViews.has(name)) return true;
  if (schema !== undefined) return systemSchemas.has(schema) || /^pg_(toast_)?temp_\d+$/.test(schema);
  return name.startsWith('pg_');
}
