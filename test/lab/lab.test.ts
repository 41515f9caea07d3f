/** Clusters of the lab: who may do what in them, and that nothing is left of them, whatever ends the tool. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startLab } from '../../src/lab/index.js';

async function ask(dsn: string, sql: string): Promise<Record<string, unknown>> {
  const client = new pg.Client({ connectionString: dsn });
  await client.connect();
  try {
    return (await client.query(sql)).rows[0];
  } finally {
    await client.end();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a monolith, its unsharded neighbour and two shards, each with an empty database of the application', async () => {
  const lab = await startLab({ shards: 2, database: 'shop' });
  onTestFinished(lab.stop);
  expect(lab.shards).toHaveLength(2);
  const databases = [lab.monolith, lab.unsharded, ...lab.shards];
  for (const { dsn, adminDsn } of databases) {
    const who = `SELECT current_user AS role, usesuper AS super,
      pg_get_userbyid(datdba) AS owner FROM pg_user, pg_database WHERE usename = current_user AND datname = current_database()`;
    expect(await ask(dsn, who)).toEqual({ role: 'shop', super: false, owner: 'shop' });
    expect(await ask(adminDsn, who)).toMatchObject({ role: 'postgres', super: true });
    expect(
      await ask(adminDsn, `SELECT rolpassword ~ '^SCRAM' AS scram FROM pg_authid WHERE rolname = 'shop'`),
    ).toEqual({
      scram: true,
    });
    const without = dsn.replace(/:[^:@]*@/, ':wrong@');
    await expect(ask(without, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  }
  const systems = await Promise.all(
    databases.map(({ adminDsn }) => ask(adminDsn, `SELECT current_setting('port') AS port`)),
  );
  expect(new Set(systems.map(({ port }) => port)).size).toBe(3);
  await lab.stop();
  await lab.stop();
  expect(existsSync(lab.folder)).toBe(false);
  expect(lab.pids.filter(isAlive)).toEqual([]);
});

describe('nothing is left', () => {
  const library = new URL('../../dist/lab/index.js', import.meta.url).href;
  const script = `const { startLab } = await import(${JSON.stringify(library)});
    const { folder, pids } = await startLab({ shards: 1 });
    process.stdout.write(JSON.stringify({ folder, pids }));
    setInterval(() => {}, 1000);`;

  async function labOfAnotherProcess(): Promise<{
    readonly child: ChildProcess;
    readonly folder: string;
    readonly pids: readonly number[];
  }> {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [text] = await once(child.stdout as NodeJS.ReadableStream, 'data');
    return { child, ...JSON.parse(String(text)) };
  }

  test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('after %s', async (signal) => {
    const { child, folder, pids } = await labOfAnotherProcess();
    expect(pids.filter(isAlive)).toEqual(pids);
    child.kill(signal);
    await expect.poll(() => existsSync(folder), { timeout: 20_000 }).toBe(false);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test('after a folder that was there already', async () => {
    const lab = await startLab({ shards: 1 });
    onTestFinished(lab.stop);
    await expect(startLab({ shards: 1, folder: lab.folder })).rejects.toMatchObject({ code: 'lab-exists' });
    expect(await ask(lab.monolith.dsn, 'SELECT 1 AS one')).toEqual({ one: 1 });
  });
});
