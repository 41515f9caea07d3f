/** The marketplace onto two shards by the command itself, which is killed in the middle again and again: no row is lost or doubled. */

import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readPlanFile } from '../../src/config/index.js';
import { type Lab, loadLab, startLab } from '../../src/lab/index.js';
import { ask } from './ask.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const plan = path.join(root, 'reports/marketplace/shardplan.json');
const fixture = path.join(root, 'fixtures/marketplace');

let lab: Lab;

/** The shards' clusters, with a database that has nothing yet. */
const emptyOn = (dsn: string): string => {
  const url = new URL(dsn);
  url.pathname = '/empty';
  return url.href;
};

beforeAll(async () => {
  lab = await startLab({ shards: 2, database: 'app' });
  await loadLab(lab, { inputs: [fixture], placements: (await readPlanFile(plan)).tables, scale: 0.2 });
  for (const { adminDsn } of lab.shards) await ask(adminDsn, 'CREATE DATABASE empty');
}, 120_000);
afterAll(() => lab?.stop());

/** Killed as soon as it begins a step that is called so. */
function apply(killAt?: RegExp): Promise<{ readonly code: number | null; readonly text: string }> {
  const child = spawn(
    process.execPath,
    [
      path.join(root, 'bin/shardwright.js'),
      ...['route', 'deploy', '--engine', 'postgres', '--plan', plan, '--schema', `${fixture}/schema.sql`],
      ...['--shards', '2', '--apply', '--dsn', lab.monolith.adminDsn],
      ...lab.shards.flatMap(({ adminDsn }) => ['--shard-dsn', emptyOn(adminDsn)]),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      text += chunk;
      if (killAt?.test(text) === true) child.kill('SIGKILL');
    });
  }
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, text }));
  });
}

/** Counts and a sum of hashes of every table, without the column that the plan adds. */
async function contents() {
  const tables = await ask(
    lab.monolith.adminDsn,
    `SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND NOT relispartition ORDER BY 1`,
  );
  const found: Record<string, unknown> = {};
  for (const { relname } of tables) {
    const without = relname === 'order_items' ? ` - 'user_id'` : '';
    [found[relname]] = await ask(
      lab.monolith.adminDsn,
      `SELECT count(*), sum(hashtextextended((to_jsonb(r)${without})::text, 0)::numeric) FROM "${relname}" r`,
    );
  }
  return found;
}

it('killed at several moments and run again, it has every row once, and nothing is left to do', async () => {
  const before = await contents();
  const moments = [
    /taking .*shard 1: the schema as it is/,
    /taking .*public\.orders: the rows of remainder 1 /,
    /taking .*public\.orders: the parent takes its place/,
  ];
  for (const moment of moments) {
    const { code, text } = await apply(moment);
    expect(code, text.slice(-500)).toBeNull();
  }
  const whole = await apply();
  expect(whole.code, whole.text.slice(-500)).toBe(0);
  expect(await contents()).toEqual(before);
  const [{ count }] = await ask(
    lab.monolith.adminDsn,
    `SELECT count(*)::int FROM pg_inherits JOIN pg_foreign_table ON ftrelid = inhrelid WHERE inhparent::regclass::text !~ 'shardwright'`,
  );
  expect(count).toBe(50);
  expect((await apply()).text).toContain('0 steps taken');
  // Rights are those of the tables: whoever may read them, reads the shards.
  expect(await ask(lab.monolith.dsn, 'SELECT count(*) > 0 AS any FROM order_summaries')).toEqual([
    { any: true },
  ]);
}, 120_000);
