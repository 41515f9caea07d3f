/**
 * Sizes and column statistics → the rows of stats.csv. Of most common values only the frequencies are asked for: the values
 * themselves, and the bounds of histograms, never leave the server.
 */

import type { Row, Session } from '../postgres/index.js';

export interface CapturedStatistics {
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
}

export const statisticsColumns = [
  ...['table', 'column', 'row_count', 'total_bytes', 'n_distinct', 'null_frac', 'most_common_freqs'],
] as const;

const ownTables = `c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = c.oid AND e.classid = 'pg_class'::regclass AND e.deptype = 'e')`;

const sizes = (bytes: string): string => `
  SELECT n.nspname AS schema, c.relname AS name, NULL AS "column", c.reltuples::bigint AS row_count, ${bytes} AS total_bytes,
         NULL AS n_distinct, NULL AS null_frac, NULL AS most_common_freqs
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${ownTables}
   ORDER BY n.nspname::text COLLATE "C", c.relname::text COLLATE "C"`;

/** Asks for a lock that any long ALTER TABLE holds off. */
const exactBytes = 'pg_total_relation_size(c.oid)';

/** As VACUUM and ANALYZE have counted the pages; no lock is needed. */
const countedBytes = `current_setting('block_size')::bigint * (c.relpages + coalesce(
  (SELECT sum(i.relpages) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = c.oid), 0)
  + coalesce((SELECT t.relpages FROM pg_class t WHERE t.oid = c.reltoastrelid), 0))`;

const columnStatistics = `
  SELECT s.schemaname AS schema, s.tablename AS name, s.attname AS "column", NULL AS row_count, NULL AS total_bytes,
         s.n_distinct, s.null_frac, array_to_string(s.most_common_freqs, ' ') AS most_common_freqs
    FROM pg_stats s JOIN pg_class c ON c.relname = s.tablename JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = s.schemaname
   WHERE ${ownTables}
   ORDER BY s.schemaname::text COLLATE "C", s.tablename::text COLLATE "C", s.attname::text COLLATE "C", s.inherited`;

/** pg_stats shows only columns that the role may select. */
const hiddenTables = `
  SELECT count(*) AS tables FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE ${ownTables} AND c.reltuples > 0 AND NOT has_any_column_privilege(c.oid, 'SELECT')`;

/** @throws UserError not-allowed, server-failed */
export async function readStatistics(session: Session): Promise<CapturedStatistics> {
  const exact = await session.attempt(sizes(exactBytes));
  const tables = exact ?? (await session.query('reading sizes', sizes(countedBytes)));
  const columns = await session.query('reading pg_stats', columnStatistics);
  const [hidden] = await session.query('asking for privileges', hiddenTables);
  return {
    rows: [...tables, ...columns],
    notes: [...(exact === undefined ? [lockedNote] : []), ...hiddenNote(Number(hidden?.tables ?? 0))],
  };
}

const lockedNote = 'a table is locked: sizes are what VACUUM and ANALYZE counted last';

function hiddenNote(tables: number): readonly string[] {
  if (tables === 0) return [];
  const what = tables === 1 ? '1 table' : `${tables} tables`;
  return [`pg_stats hides the columns of ${what}: GRANT pg_read_all_data to the role, or SELECT on them`];
}
