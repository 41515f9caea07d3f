/** The lab as a user of the shell has it: started, looked at, under load, and gone. */

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = path.join(root, 'bin/shardwright.js');
const inputs = ['fixtures/lab/awkward', '--plan', 'fixtures/lab/awkward/shardplan.json', '--scale', '0.1'];

/** Labs are found in the folder for temporary files: each test has one of its own. */
async function shell() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lab-test-'));
  // As root the servers run as somebody else, who has to get in.
  await chmod(folder, 0o755);
  const options = { cwd: root, env: { ...process.env, TMPDIR: folder, NO_COLOR: '1' } };
  const lab = async (...args: readonly string[]) => {
    try {
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [bin, 'lab', ...args], options);
      return { code: 0, stdout, stderr };
    } catch (error) {
      return error as { code: number; stdout: string; stderr: string };
    }
  };
  onTestFinished(async () => {
    await lab('down');
    await rm(folder, { recursive: true, force: true });
  });
  return { folder, options, lab };
}

interface Place {
  readonly name: string;
  readonly dsn: string;
  readonly alive: boolean;
  readonly rows: number;
}

test('up, status, load and down', async () => {
  const { lab, folder } = await shell();
  const up = await lab('up', ...inputs, '--shards', '2', '--detach');
  expect(up).toMatchObject({ code: 0 });
  expect(up.stdout).toMatch(/shard-1 {4}postgresql:\/\/app@127\.0\.0\.1/);

  const { places } = JSON.parse((await lab('status', '--json')).stdout) as { places: Place[] };
  expect(places.map(({ name, alive }) => [name, alive])).toEqual([
    ['monolith', true],
    ['shard-0', true],
    ['shard-1', true],
    ['unsharded', true],
  ]);
  expect(places.every(({ rows }) => rows > 0)).toBe(true);
  expect(JSON.stringify(places)).not.toMatch(/app:/);
  expect((await lab('status', '--show-passwords')).stdout).toMatch(/app:[0-9a-f]{36}@/);

  // There are no statements to run in a schema.
  expect(await lab('load', '--seconds', '1')).toMatchObject({ code: 2 });
  expect(await lab('up', ...inputs)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('There is a lab'),
  });
  expect(await lab('down')).toMatchObject({ code: 0 });
  expect(existsSync(path.join(folder, `shardwright-lab-${os.userInfo().uid}-lab`))).toBe(false);
  expect(await lab('status')).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no lab') });
});

test.each(['SIGINT', 'SIGKILL'] as const)('in the foreground, ended by %s', async (signal) => {
  const { options, folder } = await shell();
  const child = spawn(process.execPath, [bin, 'lab', 'up', ...inputs, '--shards', '1'], {
    ...options,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const home = path.join(folder, `shardwright-lab-${os.userInfo().uid}-lab`);
  expect(existsSync(home)).toBe(true);
  child.kill(signal);
  const [code] = await once(child, 'exit');
  expect(code).toBe(signal === 'SIGINT' ? 0 : null);
  await expect.poll(() => existsSync(home), { timeout: 20_000 }).toBe(false);
});

test.each([
  [['up', 'fixtures/lab/awkward'], '--plan'],
  [['up', ...inputs, '--shard-dsn', 'postgresql://localhost/x'], '--monolith-dsn'],
  [['up', ...inputs, '--monolith-dsn', 'postgresql://localhost/x', '--detach'], '--detach'],
  [['up', ...inputs, '--bin-dir', '/nowhere'], 'initdb'],
  [['up', 'fixtures/lab', '--plan', 'fixtures/lab/awkward/shardplan.json'], 'no schema'],
  [['load', '--clients', '0'], 'whole number'],
])('%j is refused', async (args, words) => {
  const { lab } = await shell();
  expect(await lab(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(words) });
});
