/**
 * What is asked of a server's catalog, for PostgreSQL 10 to 18. Every query is run with search_path = pg_catalog, so that
 * definitions come with qualified names, and leaves out what belongs to PostgreSQL itself and to extensions.
 */

/** 18.4 is 180004. */
export type ServerVersion = number;

const notOfExtension = (alias: string, catalog: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = ${alias}.oid AND e.classid = '${catalog}'::regclass AND e.deptype = 'e')`;

const ownSchema = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

/** Relations of the application, by kind. Column by column: before PostgreSQL 12 a star leaves out `oid`. */
const relations = (kinds: string): string => `
  SELECT c.oid, relname, relkind, relpersistence, relispartition, relpartbound, relrowsecurity, relforcerowsecurity, nspname
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN (${kinds}) AND c.relpersistence <> 't' AND ${ownSchema} AND ${notOfExtension('c', 'pg_class')}`;

const tableKinds = `'r', 'p', 'f'`;
const viewKinds = `'v', 'm'`;

export const tables = `
  WITH c AS (${relations(tableKinds)})
  SELECT oid, nspname AS schema, relname AS name, relkind AS kind, relpersistence AS persistence,
         pg_get_partkeydef(oid) AS partition_key,
         CASE WHEN relispartition THEN pg_get_expr(relpartbound, oid) END AS bound,
         relrowsecurity AS row_security, relforcerowsecurity AS forced
    FROM c ORDER BY nspname::text COLLATE "C", relname::text COLLATE "C"`;

/** In the order in which they were made, for one may read another. */
export const views = `
  WITH c AS (${relations(viewKinds)})
  SELECT oid, nspname AS schema, relname AS name, relkind AS kind, pg_get_viewdef(oid) AS query FROM c ORDER BY oid`;

export const columns = (version: ServerVersion): string => `
  WITH c AS (${relations(`${tableKinds}, ${viewKinds}`)})
  SELECT a.attrelid AS owner, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS not_null,
         pg_get_expr(d.adbin, d.adrelid) AS expression, a.attidentity AS identity,
         ${version >= 120_000 ? 'a.attgenerated' : `''`} AS generated,
         con.nspname AS collation_schema, co.collname AS collation, sn.nspname AS sequence_schema, s.relname AS sequence
    FROM c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation
    LEFT JOIN pg_namespace con ON con.oid = co.collnamespace
    LEFT JOIN pg_depend p ON p.refobjid = a.attrelid AND p.refobjsubid = a.attnum AND p.deptype = 'i'
          AND p.classid = 'pg_class'::regclass AND p.refclassid = 'pg_class'::regclass AND a.attidentity <> ''
    LEFT JOIN pg_class s ON s.oid = p.objid AND s.relkind = 'S'
    LEFT JOIN pg_namespace sn ON sn.oid = s.relnamespace
   ORDER BY a.attrelid, a.attnum`;

export const parents = `
  WITH c AS (${relations(tableKinds)})
  SELECT i.inhrelid AS owner, n.nspname AS schema, p.relname AS name, c.relispartition AS partition
    FROM pg_inherits i JOIN c ON c.oid = i.inhrelid
    JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace n ON n.oid = p.relnamespace
   ORDER BY i.inhrelid, i.inhseqno`;

/** NOT NULL is the column's; a partition's copies of its parent's foreign keys say nothing new. */
export const constraints = (version: ServerVersion): string => `
  SELECT o.conrelid AS owner, o.conname AS name, o.contype AS type, pg_get_constraintdef(o.oid) AS definition FROM pg_constraint o
   WHERE o.conrelid <> 0 AND o.contype IN ('p', 'u', 'x', 'f', 'c')
     ${version >= 110_000 ? `AND (o.contype <> 'f' OR o.conparentid = 0)` : ''}
   ORDER BY o.conrelid, o.conname::text COLLATE "C"`;

export const indexes = `
  SELECT i.indrelid AS owner, c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
   WHERE NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = i.indexrelid AND o.contype IN ('p', 'u', 'x'))
   ORDER BY i.indrelid, c.relname::text COLLATE "C"`;

export const triggers = (version: ServerVersion): string => `
  SELECT tgrelid AS owner, tgname AS name, pg_get_triggerdef(oid) AS definition, tgenabled IN ('D', 'R') AS off FROM pg_trigger
   WHERE NOT tgisinternal ${version >= 130_000 ? 'AND tgparentid = 0' : ''}
   ORDER BY tgrelid, tgname::text COLLATE "C"`;

export const rules = `
  SELECT ev_class AS owner, rulename AS name, pg_get_ruledef(oid) AS definition, ev_enabled IN ('D', 'R') AS off FROM pg_rewrite
   WHERE rulename <> '_RETURN' ORDER BY ev_class, rulename::text COLLATE "C"`;

export const policies = `
  SELECT polrelid AS owner, polname AS name, polcmd AS command, polpermissive AS permissive,
         pg_get_expr(polqual, polrelid) AS "using", pg_get_expr(polwithcheck, polrelid) AS "check" FROM pg_policy
   ORDER BY polrelid, polname::text COLLATE "C"`;

export const sequences = `
  WITH c AS (${relations(`'S'`)}) SELECT nspname AS schema, relname AS name FROM c
   ORDER BY nspname::text COLLATE "C", relname::text COLLATE "C"`;

/** A table's row type and an array's type are not made by themselves. */
export const types = `
  SELECT t.oid, n.nspname AS schema, t.typname AS name, t.typtype AS kind, t.typrelid AS relation,
         format_type(nullif(t.typbasetype, 0), t.typtypmod) AS base, t.typnotnull AS not_null, t.typdefault AS "default",
         con.nspname AS collation_schema, co.collname AS collation,
         (SELECT string_agg(regexp_replace(pg_get_constraintdef(o.oid), ' NOT VALID$', ''), ' ' ORDER BY o.conname::text COLLATE "C")
            FROM pg_constraint o WHERE o.contypid = t.oid AND o.contype = 'c') AS checks
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_class c ON c.oid = t.typrelid
    LEFT JOIN pg_type b ON b.oid = t.typbasetype
    LEFT JOIN pg_collation co ON co.oid = t.typcollation AND t.typtype = 'd' AND t.typcollation <> b.typcollation
    LEFT JOIN pg_namespace con ON con.oid = co.collnamespace
   WHERE t.typtype IN ('e', 'r', 'c', 'd') AND (t.typrelid = 0 OR c.relkind = 'c') AND ${ownSchema}
     AND ${notOfExtension('t', 'pg_type')}
   ORDER BY t.oid`;

export const attributes = `
  SELECT a.attrelid AS owner, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'c'
   WHERE a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum`;

/** Bodies of languages other than SQL and PL/pgSQL would not be read. */
export const functions = (version: ServerVersion): string => `
  SELECT n.nspname AS schema, p.proname AS name, l.lanname AS language, p.provolatile AS volatility,
         ${version >= 110_000 ? 'p.prokind' : `CASE WHEN p.proisagg THEN 'a' ELSE 'f' END`} AS kind,
         pg_get_function_identity_arguments(p.oid) AS arguments, pg_get_function_result(p.oid) AS returns,
         CASE WHEN l.lanname IN ('sql', 'plpgsql') THEN p.prosrc END AS body,
         ${version >= 140_000 ? 'pg_get_function_sqlbody(p.oid)' : 'NULL'} AS sql_body
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
   WHERE ${ownSchema} AND ${notOfExtension('p', 'pg_proc')}
     AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.objid = p.oid AND i.classid = 'pg_proc'::regclass AND i.deptype = 'i')
   ORDER BY n.nspname::text COLLATE "C", p.proname::text COLLATE "C", pg_get_function_identity_arguments(p.oid) COLLATE "C"`;

export const operators = `
  SELECT n.nspname AS schema, o.oprname AS name, pn.nspname AS function_schema, p.proname AS function
    FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
    JOIN pg_proc p ON p.oid = o.oprcode JOIN pg_namespace pn ON pn.oid = p.pronamespace
   WHERE ${ownSchema} AND ${notOfExtension('o', 'pg_operator')}
   ORDER BY n.nspname::text COLLATE "C", o.oprname::text COLLATE "C", p.proname::text COLLATE "C", o.oid`;

/** What ALTER DATABASE and ALTER ROLE say, the database's own first; then what a session starts with. */
export const searchPaths = `
  SELECT setrole = 0 AS of_database, substr(setting, length('search_path=') + 1) AS path
    FROM (SELECT setrole, setdatabase, unnest(setconfig) AS setting FROM pg_db_role_setting) s
   WHERE setting LIKE 'search\\_path=%'
     AND setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
   ORDER BY setrole`;

export const sessionSearchPath = `SELECT reset_val AS path FROM pg_settings WHERE name = 'search_path'`;
