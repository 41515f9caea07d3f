/**
 * The last step of a table: the parent takes its place, in one transaction that holds writers off, compares both row by row (counts
 * and a sum of hashes), and carries over what hangs on the table: the numbers of its identity columns, its owner and rights, and the
 * views that read it.
 */

import type { DeployStep, TableName } from '../../model/index.js';
import type { ShardedTable } from '../input.js';
import { literal, quoted, regclass, relation, splitName } from '../sql-text.js';
import { BEFORE, flatName, isParent, kept, staged } from './names.js';

export function takePlace({ name }: ShardedTable): DeployStep {
  const { schema, name: table } = splitName(name);
  return {
    id: `take-place:${name}`,
    on: 'coordinator',
    title: `${name}: the parent takes its place if both have the same rows; the table is kept as ${BEFORE}.${flatName(name)}`,
    sql: [
      'DO $place$',
      'DECLARE',
      '  source regclass; differ bigint; one record; numbers text; last bigint; called boolean;',
      '  views text[] := ARRAY[]::text[]; serials text[] := ARRAY[]::text[]; statement text;',
      'BEGIN',
      `  LOCK TABLE ${relation(name)} IN ACCESS EXCLUSIVE MODE;`,
      `  source := ${regclass(name)}::regclass;`,
      ...comparison(name),
      ...viewsTaken,
      ...numbersTaken(name),
      `  ALTER TABLE ${relation(name)} SET SCHEMA ${quoted(BEFORE)};`,
      ...renamed(BEFORE, table, flatName(name)),
      `  ALTER TABLE ${staged(name)} SET SCHEMA ${quoted(schema)};`,
      ...renamed(schema, flatName(name), table),
      '  FOREACH statement IN ARRAY serials LOOP EXECUTE statement; END LOOP;',
      ...rightsGiven(name),
      '  FOREACH statement IN ARRAY views LOOP EXECUTE statement; END LOOP;',
      'END',
      '$place$;',
    ].join('\n'),
    done: `SELECT ${isParent(name)} AND to_regclass(${literal(kept(name))}) IS NOT NULL`,
  };
}

function renamed(schema: string, from: string, to: string): readonly string[] {
  return from === to ? [] : [`  ALTER TABLE ${quoted(schema)}.${quoted(from)} RENAME TO ${quoted(to)};`];
}

/** Columns are matched by name: one that was added may stand elsewhere. */
function comparison(name: TableName): readonly string[] {
  const side = (from: string): string =>
    `SELECT count(*) AS rows, coalesce(sum(hashtextextended(to_jsonb(r)::text, 0)::numeric), 0) AS hashes FROM ${from} AS r`;
  return [
    '  SELECT count(*) INTO differ',
    `    FROM (${side(relation(name))}) AS before,`,
    `         (${side(staged(name))}) AS after`,
    '    WHERE before.rows <> after.rows OR before.hashes <> after.hashes;',
    `  IF differ <> 0 THEN RAISE EXCEPTION 'the shards do not have the rows of %: it was written to since they were copied', ${literal(name)}; END IF;`,
  ];
}

/** A view reads the table that it was made on, by whatever name: its text is taken before, and made again after. */
const viewsTaken: readonly string[] = [
  '  FOR one IN',
  '    SELECT DISTINCT c.oid::regclass AS view, c.relkind AS kind, c.reloptions AS options FROM pg_depend d',
  "      JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass JOIN pg_class c ON c.oid = r.ev_class",
  "      WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = source AND c.oid <> source",
  '  LOOP',
  "    IF one.kind <> 'v' THEN RAISE EXCEPTION '% reads %: drop it, and make it again afterwards', one.view, source; END IF;",
  "    views := views || format('CREATE OR REPLACE VIEW %s %s AS %s', one.view, 'WITH (' || array_to_string(one.options, ', ') || ')', pg_get_viewdef(one.view));",
  '  END LOOP;',
];

/** Identity columns go on with their numbers; the sequence of a serial column goes over to the parent. */
function numbersTaken(name: TableName): readonly string[] {
  const target = insideFormat(staged(name));
  const place = insideFormat(relation(name));
  return [
    '  FOR one IN SELECT attname, attidentity, pg_get_serial_sequence(source::text, attname) AS numbers FROM pg_attribute',
    '    WHERE attrelid = source AND attnum > 0 AND NOT attisdropped AND pg_get_serial_sequence(source::text, attname) IS NOT NULL',
    '  LOOP',
    "    IF one.attidentity = '' THEN",
    "      EXECUTE format('ALTER SEQUENCE %s OWNED BY NONE', one.numbers);",
    `      serials := serials || format('ALTER SEQUENCE %s OWNED BY ${place}.%I', one.numbers, one.attname);`,
    '    ELSE',
    "      EXECUTE format('SELECT last_value, is_called FROM %s', one.numbers) INTO last, called;",
    `      EXECUTE format('ALTER TABLE ${target} ALTER COLUMN %I ADD GENERATED %s AS IDENTITY', one.attname, CASE one.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END);`,
    `      PERFORM setval(pg_get_serial_sequence(${literal(staged(name))}, one.attname), last, called);`,
    '    END IF;',
    '  END LOOP;',
  ];
}

function rightsGiven(name: TableName): readonly string[] {
  const target = insideFormat(relation(name));
  return [
    '  FOR one IN SELECT a.privilege_type, a.is_grantable, a.grantee FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = source AND a.grantee <> c.relowner',
    '  LOOP',
    `    EXECUTE format('GRANT %s ON ${target} TO %s%s', one.privilege_type, CASE one.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(one.grantee)) END, CASE WHEN one.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END);`,
    '  END LOOP;',
    '  FOR one IN SELECT b.attname, a.privilege_type, a.is_grantable, a.grantee FROM pg_attribute b, aclexplode(b.attacl) a WHERE b.attrelid = source AND b.attnum > 0 AND NOT b.attisdropped',
    '  LOOP',
    `    EXECUTE format('GRANT %s (%I) ON ${target} TO %s%s', one.privilege_type, one.attname, CASE one.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(one.grantee)) END, CASE WHEN one.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END);`,
    '  END LOOP;',
    `  EXECUTE format('ALTER TABLE ${target} OWNER TO %I', (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = source));`,
  ];
}

function insideFormat(name: string): string {
  return name.replaceAll("'", "''").replaceAll('%', '%%');
}
