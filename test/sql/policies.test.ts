import { expect, it } from 'vitest';
import { readSchema } from '../../src/catalog/index.js';
import { classifyStatement } from '../../src/routability/index.js';
import { resolveStatement } from '../../src/sql/index.js';
import { loadReader } from '../../src/syntax/index.js';
import { placementsOf } from '../routability/house.js';

const schema = `
  CREATE TABLE notes (user_id bigint, body text);
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON notes USING (user_id = current_setting('app.user')::bigint);
  CREATE TABLE rough (user_id bigint, body text);
  ALTER TABLE rough ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON rough USING (user_id = current_setting('app.user')::float8);
  CREATE VIEW all_notes AS SELECT * FROM notes;
  CREATE FUNCTION note_count() RETURNS bigint LANGUAGE sql SECURITY DEFINER STABLE AS $$ SELECT count(*) FROM notes $$;
  CREATE FUNCTION own_count() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT count(*) FROM notes $$;`;
const placement = { placement: 'sharded', key: 'user_id', keyType: 'bigint', group: 'users' };
const placements = placementsOf({ 'public.notes': placement, 'public.rough': placement });

it.each([
  ['select * from notes', 'single-shard'],
  ['select own_count()', 'single-shard'],
  // A view and a SECURITY DEFINER function read with their owners' rights, which policies may not hold for.
  ['select * from all_notes', 'scatter'],
  ['select note_count()', 'cross-shard'],
  // Several integers are equal to one float.
  ['select * from rough', 'scatter'],
])('%s: %s where policies hold', async (sql, verdict) => {
  const reader = await loadReader('libpg-query');
  const catalog = await readSchema([{ file: 'schema.sql', text: schema }]);
  const readSql = (text: string) => {
    const result = reader.read(text);
    return result.ok ? result.statement : undefined;
  };
  const statement = readSql(sql);
  if (statement === undefined) throw new Error(sql);
  const query = resolveStatement(statement, catalog, { readSql, assumeRls: true });
  expect(classifyStatement(query, placements).verdict).toBe(verdict);
});
