/** The DDL that a design document prints is run by a real server, on the schema that it is for. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { documentExports, emptyConfig, readPlanFile } from '../../../src/index.js';
import { ddlOf } from '../../../src/report/document/ddl.js';
import { factsOf } from '../../../src/report/document/facts.js';
import { dsnOf, run, type Server, serverWith } from '../../capture/server.js';
import { request } from '../../pipeline/requests.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
let server: Server;
beforeAll(async () => {
  server = await serverWith();
});
afterAll(() => server?.stop());

it('runs for the marketplace', async () => {
  const keys = await primaryKeysAfter(
    'marketplace',
    'fixtures/marketplace',
    'reports/marketplace/shardplan.json',
  );
  expect(keys.get('audit_log')).toBe('user_id, id, occurred_at');
  expect(keys.get('audit_log_2026_01')).toBe('user_id, id, occurred_at');
});

it('runs on partitions of partitions, keys that are referred to or may be null, and words of SQL', async () => {
  const folder = 'fixtures/document/widened';
  const keys = await primaryKeysAfter('widened', folder, `${folder}/shardplan.json`);
  const wide = 'tenant_id, region, number';
  expect(keys).toEqual(
    new Map([
      ['accounts', wide],
      ['events', `${wide}, at`],
      ['events_2026', `${wide}, at`],
      ['events_2026_eu', `${wide}, at`],
      ['events_2026_rest', `${wide}, at`],
      ['events_rest', `${wide}, at`],
      ['notes', 'id'],
      ['"order"', 'id'],
      ['tenants', 'id'],
      ['tickets', 'id'],
      ['tickets_by_code', 'code'],
      ['"user"', 'tenant_id, "with", region'],
    ]),
  );
});

it('loses no key and no value of the rows that are there', async () => {
  const folder = 'fixtures/document/widened';
  const order = '00000000-0000-4000-8000-000000000001';
  const tickets = ['00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000003'];
  const dsn = await afterDdl('filled', folder, `${folder}/shardplan.json`, [
    `INSERT INTO tenants VALUES (7, 'a')`,
    `INSERT INTO "order" VALUES ('${order}', 7)`,
    `INSERT INTO tickets VALUES ('${tickets[0]}', 7, '${order}', 'A-1'), ('${tickets[1]}', 7, NULL, NULL)`,
  ]);
  expect(await rowsOf(dsn, 'SELECT code, tenant_id FROM tickets_by_code')).toEqual([
    { code: 'A-1', tenant_id: '7' },
  ]);
  await run(dsn, `DELETE FROM "order"`);
  expect(await rowsOf(dsn, 'SELECT tenant_id, order_id FROM tickets ORDER BY id')).toEqual([
    { tenant_id: '7', order_id: null },
    { tenant_id: '7', order_id: null },
  ]);
});

/** Valid primary keys by table, once all DDL has run in the order of the document; what says that it comes after others runs last. */
async function primaryKeysAfter(
  database: string,
  folder: string,
  plan: string,
): Promise<ReadonlyMap<string, string>> {
  return primaryKeys(await afterDdl(database, folder, plan, []));
}

/** The address of a database with the schema and the rows, on which all DDL has run. */
async function afterDdl(
  database: string,
  folder: string,
  plan: string,
  rows: readonly string[],
): Promise<string> {
  const steps = await stepsOf(folder, plan);
  const isLast = (step: string): boolean => step.includes('-- after the foreign keys');
  const underLock = steps.filter((step) => /ADD CONSTRAINT \S+ PRIMARY KEY \(/.test(step));
  expect(underLock.filter((step) => !step.includes('ALTER TABLE ONLY'))).toEqual([]);
  await run(dsnOf(server, 'postgres'), `CREATE DATABASE ${database}`);
  const dsn = dsnOf(server, database);
  const schema = readFileSync(`${root}${folder}/schema.sql`, 'utf8');
  // psql's own commands are none of the server's.
  await run(dsn, schema.replace(/^\\.*$/gm, ''), ...rows);
  await run(
    dsn,
    'SET search_path TO public',
    ...steps.filter((step) => !isLast(step)),
    ...steps.filter(isLast),
  );
  return dsn;
}

async function stepsOf(folder: string, plan: string): Promise<readonly string[]> {
  const made = await documentExports(
    request([`${root}${folder}`], { config: emptyConfig }),
    await readPlanFile(`${root}${plan}`),
  );
  const facts = factsOf(made);
  return facts.groups.flatMap(({ tables }) => tables.flatMap((table) => ddlOf(facts, table)));
}

async function primaryKeys(dsn: string): Promise<ReadonlyMap<string, string>> {
  const rows = await rowsOf<{ name: string; key: string }>(
    dsn,
    `SELECT indrelid::regclass::text AS name, substring(pg_get_constraintdef(c.oid) FROM '\\((.*)\\)') AS key
     FROM pg_index JOIN pg_constraint c ON conindid = indexrelid AND contype = 'p'
     JOIN pg_class t ON t.oid = indrelid AND relnamespace = 'public'::regnamespace
     WHERE indisvalid ORDER BY 1`,
  );
  return new Map(rows.map(({ name, key }) => [name, key]));
}

async function rowsOf<T extends pg.QueryResultRow>(dsn: string, sql: string): Promise<readonly T[]> {
  const client = new pg.Client({ connectionString: dsn });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}
