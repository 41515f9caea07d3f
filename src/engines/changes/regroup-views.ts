/**
 * Views that group by a primary key alone hang on that key: PostgreSQL lets it neither be changed nor be left behind. They are made
 * again with every column that they read of the table beside its key, which gives the same groups; a view keeps its rights by that.
 * Whether it still hangs on the key is asked afterwards, so that nothing but a right GROUP BY passes.
 */

import type { DeployStep, TableName } from '../../model/index.js';
import { literal, regclass } from '../sql-text.js';

export function regroupViews(table: TableName): DeployStep {
  const views = viewsOnKey(table);
  return {
    id: `regroup-views:${table}`,
    on: 'coordinator',
    title: `${table}: views that group by its primary key alone name the other columns too, so that they do not hang on the key`,
    sql: [
      'DO $regroup$',
      'DECLARE one record; query text; regrouped text;',
      'BEGIN',
      `  FOR one IN ${views} LOOP`,
      "    query := rtrim(pg_get_viewdef(one.view), ';');",
      // What stands before the key column there is the table's name in the view; nothing does where it is the only one.
      '    regrouped := coalesce(regexp_replace(query, format(\'(GROUP BY (?:[^\\n]*, )?)((?:\\w+|"[^"]+")\\.)?(%s)(?![\\w$"])\', one.key), \'\\1\\2\\3, \' || one.columns), query);',
      `    IF one.kind <> 'v' OR regrouped = query THEN RAISE EXCEPTION '% groups by the primary key of % alone: drop it, and make it again with every column in its GROUP BY', one.view, ${literal(table)}; END IF;`,
      "    EXECUTE format('CREATE OR REPLACE VIEW %s %s AS %s', one.view, one.options, regrouped);",
      '  END LOOP;',
      `  IF EXISTS (${views}) THEN RAISE EXCEPTION 'a view still hangs on the primary key of %: drop it, and make it again with every column in its GROUP BY', ${literal(table)}; END IF;`,
      'END',
      '$regroup$;',
    ].join('\n'),
    done: `SELECT NOT EXISTS (${views})`,
  };
}

/** With the first column of the key as a pattern, and the columns that are read, each behind what was found before the key. */
function viewsOnKey(table: TableName): string {
  return [
    "SELECT DISTINCT v.oid::regclass AS view, v.relkind AS kind, coalesce('WITH (' || array_to_string(v.reloptions, ', ') || ')', '') AS options,",
    "      (SELECT regexp_replace(quote_ident(attname), '([^\\w])', '\\\\\\1', 'g') FROM pg_attribute WHERE attrelid = k.conrelid AND attnum = k.conkey[1]) AS key,",
    "      (SELECT string_agg('\\2' || quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_depend u JOIN pg_attribute a ON a.attrelid = u.refobjid AND a.attnum = u.refobjsubid",
    "        WHERE u.classid = 'pg_rewrite'::regclass AND u.objid = r.oid AND u.refclassid = 'pg_class'::regclass AND u.refobjid = k.conrelid AND u.refobjsubid <> ALL (k.conkey)) AS columns",
    "    FROM pg_constraint k JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_constraint'::regclass AND d.refobjid = k.oid",
    '    JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class v ON v.oid = r.ev_class',
    `    WHERE k.conrelid = to_regclass(${regclass(table)}) AND k.contype = 'p'`,
  ].join('\n');
}
