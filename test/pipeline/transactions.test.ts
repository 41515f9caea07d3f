/** Transactions that a real PostgreSQL has logged, in both formats and under each setting, counted exactly. */

import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyzeExports, emptyConfig, renderAnalysisJson, renderAnalysisText } from '../../src/index.js';
import { startPostgres } from '../../src/lab/index.js';
import { until } from '../waiting.js';
import { request } from './requests.js';

const canary = 'CANARY5417';

const schema = `
CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE TABLE orders (id bigint, user_id bigint NOT NULL REFERENCES users DEFERRABLE INITIALLY DEFERRED,
  total int, PRIMARY KEY (user_id, id));
CREATE TABLE countries (code text PRIMARY KEY, name text);
CREATE TABLE settings (name text PRIMARY KEY, value text);
INSERT INTO users SELECT i, 'name' FROM generate_series(1, 9) i;
`;

const byId = 'SELECT * FROM users WHERE id = $1';
const add = 'INSERT INTO orders (id, user_id, total) VALUES ($1, $2, $3)';
const raise = 'UPDATE orders SET total = total + $1 WHERE user_id = $2 AND id = $3';
const both = 'SELECT * FROM users u JOIN orders o ON o.user_id = $1 WHERE u.id = $2';
const whole = 'SELECT count(*) FROM orders';

const calls: readonly (readonly [string, number])[] = [
  [byId, 1000],
  [add, 500],
  [raise, 900],
  ['UPDATE users SET name = $1 WHERE id = $2', 2000],
  [both, 100],
  ['SELECT name FROM countries WHERE code = $1', 100],
  ['SELECT value FROM settings WHERE name = $1', 1],
  [whole, 1],
  ['SELECT * FROM orders WHERE user_id IN ($1 /*, ... */)', 10],
];

/** Keys 3 and 5 share a shard of four; 1 and 2 do not. */
async function runTraffic(client: pg.Client): Promise<void> {
  const run = (text: string, ...values: readonly unknown[]) => client.query(text, [...values]);
  const fails = (text: string, ...values: readonly unknown[]) =>
    expect(run(text, ...values)).rejects.toThrow();
  const inOne = async (...steps: readonly (readonly [string, ...unknown[]])[]) => {
    await client.query('BEGIN');
    for (const [text, ...values] of steps) await run(text, ...values);
    await client.query('COMMIT');
  };
  for (const i of [1, 2, 3, 4, 5]) await inOne([byId, i], [add, i, i, 5], [raise, 1, i, i]);
  await inOne([raise, 1, 3, 3], [raise, 1, 5, 5]);
  await inOne([raise, 1, 1, 1], [raise, 1, 2, 2]);
  await inOne([raise, 1, 1, 1], [raise, 1, 2, 2]);
  await client.query('BEGIN');
  await run(byId, 1);
  await client.query('ROLLBACK');
  await client.query('BEGIN');
  await fails(add, 1, 1, 5);
  await client.query('ROLLBACK');
  await client.query('BEGIN; SAVEPOINT here');
  await fails(add, 1, 1, 5);
  await client.query('ROLLBACK TO here');
  await client.query({ name: 'raise', text: raise, values: [1, 1, 1] });
  await client.query('COMMIT');
  await fails(add, 1, 1, 5);
  await run(both, 1, 1);
  await run(both, 2, 2);
  await run(both, 1, 2);
  await client.query(`SELECT name FROM countries WHERE code = '${canary}'`);
  await run('SELECT id FROM users WHERE name = $1', canary);
  await client.query('UPDATE orders SET total = total + 1 WHERE user_id = 3 AND id = 3;'.repeat(2));
  await client.query(`${whole} /* ${canary} */`);
  await client.query('SELECT * FROM orders WHERE user_id IN (3, 5)');
  await client.query(`PREPARE one AS ${byId}`);
  await client.query('EXECUTE one(3)');
  await inOne(['SELECT value FROM settings WHERE name = $1', canary], [raise, 1, 1, 1]);
  await run('SELECT value FROM settings WHERE name = $1', canary);
  await client.query('BEGIN');
  await run(add, 99, 99, 1);
  await fails('COMMIT');
  await fails(`SELEC '${canary}`);
  await client.query('BEGIN');
  await run(byId, 1);
}

const settings = {
  statements: '-c log_statement=all -c log_min_duration_statement=-1',
  durations: '-c log_statement=none -c log_min_duration_statement=0',
  together: '-c log_statement=all -c log_min_duration_statement=0',
};
type Setting = keyof typeof settings;

const lastWords = 'that was all';
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shardwright-'));
  const { stop, ...server } = await startPostgres({
    logging_collector: 'on',
    log_destination: 'csvlog,jsonlog',
  });
  try {
    const admin = new pg.Client({ ...server, database: 'postgres' });
    await admin.connect();
    for (const [name, options] of Object.entries(settings)) {
      await admin.query(`CREATE DATABASE ${name}`);
      const quiet = new pg.Client({ ...server, database: name });
      await quiet.connect();
      await quiet.query(schema);
      await quiet.end();
      const client = new pg.Client({ ...server, database: name, options });
      await client.connect();
      await runTraffic(client);
      client.on('error', () => {});
      await writeFile(join(folder, `${name}.csv`), exportOf(name));
    }
    const { rows } = await admin.query(
      `SELECT current_setting('data_directory') || '/' || pg_current_logfile('csvlog') AS csv,
              current_setting('data_directory') || '/' || pg_current_logfile('jsonlog') AS json`,
    );
    await admin.query(`DO $$ BEGIN RAISE LOG '${lastWords}'; END $$`);
    await admin.end();
    for (const file of [rows[0].csv, rows[0].json]) await written(file);
    await copyFile(rows[0].csv, join(folder, 'log.csv'));
    await copyFile(rows[0].json, join(folder, 'log.json'));
    await writeFile(join(folder, 'schema.sql'), schema);
  } finally {
    await stop();
  }
});
afterAll(() => rm(folder, { recursive: true }));

function exportOf(database: string): string {
  const rows = calls.map(([query, count], at) => `"${query}",${count},${at + 1},${database}`);
  return ['query,calls,queryid,datname', ...rows].join('\n');
}

/** The collector writes a little later, in order: what was written last has to be there. */
const written = (file: string): Promise<void> =>
  until(`${file} is whole`, async () => (await readFile(file, 'utf8')).includes(lastWords));

const analysed = (name: Setting, ...logs: readonly string[]) =>
  analyzeExports(
    request([join(folder, `${name}.csv`)], {
      schema: [join(folder, 'schema.sql')],
      logs: logs.map((log) => join(folder, log)),
      database: name,
      shards: 4,
      config: {
        ...emptyConfig,
        pins: new Map([
          ['public.users', { placement: 'sharded', key: 'id' }],
          ['public.countries', { placement: 'global' }],
          ['public.settings', { placement: 'unsharded' }],
        ]),
      },
    }),
  );

describe.each(Object.keys(settings) as Setting[])('transactions logged by %s', (name) => {
  it.each(['log.csv', 'log.json'])('are counted and judged exactly (%s)', async (log) => {
    const { transactions, graph } = await analysed(name, log);
    expect(transactions?.log).toMatchObject({
      executions: 42,
      failedExecutions: 5,
      unreadable: 0,
      withoutValues: 0,
      notJudged: 1,
      sessions: 1,
      committed: 20,
      rolledBack: 1,
      failed: 4,
      incomplete: 1,
    });
    expect(transactions?.outcomes).toEqual({
      oneKey: 11,
      anyShard: 1,
      oneShardByMap: 2,
      crosses: 6,
      unsharded: 1,
      unknown: 0,
      noTable: 0,
    });
    expect(transactions?.severalStatements).toEqual({
      transactions: 11,
      oneKeyShare: 7 / 11,
      oneShardShare: 8 / 11,
      crossingShare: 3 / 11,
      unknownShare: 0,
    });
    expect(transactions?.pairs).toMatchObject([{ pair: '$2 = $1', executions: 3, equal: 2, unknown: 0 }]);
    expect(transactions?.logOnly.map(({ text }) => text)).toContain('SELECT id FROM users WHERE name = $1');
    const edge = graph.edges.find(
      ({ source, target }) => source === 'public.orders' && target === 'public.users',
    );
    expect(edge).toMatchObject({ calls: 100, transactions: 8 });
    expect(graph.edges).toContainEqual({
      source: 'public.orders',
      target: 'public.settings',
      calls: 0,
      transactions: 1,
      predicates: [],
    });
  });
});

describe('a log', () => {
  it('is counted once when it is there as csvlog and as jsonlog', async () => {
    const [one, twice] = [
      await analysed('together', 'log.csv'),
      await analysed('together', 'log.json', 'log.csv'),
    ];
    expect(twice.transactions?.log.duplicates).toBeGreaterThan(100);
    expect(twice.transactions?.outcomes).toEqual(one.transactions?.outcomes);
    expect(twice.transactions?.crossing).toEqual(one.transactions?.crossing);
  });

  it('names the statement that makes a shape cross', async () => {
    const { transactions, statements } = await analysed('statements', 'log.csv');
    const id = statements.find(({ text }) => text === raise)?.id;
    expect(transactions?.crossing[0]).toEqual({
      statements: [id],
      repeated: [id],
      transactions: 4,
      crossing: 2,
      blamed: [{ statement: id, transactions: 2 }],
    });
  });

  it('gives no value away, in text or JSON', async () => {
    expect(await readFile(join(folder, 'log.csv'), 'utf8')).toContain(canary);
    const result = await analysed('together', 'log.csv');
    const json = renderAnalysisJson(result, { name: 'shardwright', version: '0.0.0' });
    const text = renderAnalysisText(result, { width: 200, color: false, verbose: true });
    expect(text).toContain('TRANSACTIONS (FROM THE LOG)');
    expect(`${json}${text}`).not.toContain(canary);
  });
});
