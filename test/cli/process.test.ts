/** The real process, from bin/: what cannot be seen from inside. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const bin = path.join(root, 'bin', 'shardwright.js');
const plan = path.join(root, 'fixtures', 'cli', 'shop', 'shardplan.json');

beforeAll(() => {
  // As "prepare" the build does nothing when dist/ is up to date.
  const env = { ...process.env, npm_lifecycle_event: 'prepare' };
  spawnSync(process.execPath, [path.join(root, 'scripts', 'build.js')], { env, stdio: 'inherit' });
});

describe('the process', () => {
  it('sets its exit code and keeps stdout for data', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'nonsense'], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain("unknown command 'nonsense'");
  });

  it('says nothing when the reader of its pipe does', () => {
    const statements = 'select * from orders where user_id = 1;\n'.repeat(20_000);
    const pipe = `"${process.execPath}" "${bin}" route explain --json --plan "${plan}" | head -n 1`;
    const { status, stdout, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', pipe], {
      input: statements,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  });

  it('tells statements on standard input from an export by what they are', () => {
    const check = (input: string) =>
      spawnSync(process.execPath, [bin, 'check', '-', '--plan', plan, '--json', '--quiet'], {
        input,
        encoding: 'utf8',
      });
    const sql = check("-- name: Open :many\nselect id from orders where status = 'open';\n");
    expect([sql.status, JSON.parse(sql.stdout).findings]).toMatchObject([
      1,
      [{ rule: 'new-cross-shard-statement', location: { file: 'standard input', line: 2 } }],
    ]);
    const csv = check('query,calls\nselect id from orders where user_id = $1,9\n');
    expect([csv.status, JSON.parse(csv.stdout).summary.statements]).toEqual([0, 1]);
    const schema = check('create table t (id bigint);');
    expect([schema.status, schema.stderr]).toEqual([2, expect.stringContaining('--schema FILE')]);
  });

  it('names the config that it found as one would from there, and what in it is wrong', () => {
    const here = mkdtempSync(path.join(tmpdir(), 'config-'));
    const shop = path.join(root, 'fixtures', 'cli', 'shop');
    writeFileSync(path.join(here, 'shardwright.config.yaml'), 'pins:\n  nowhere: global\n');
    const { status, stderr } = spawnSync(process.execPath, [bin, 'analyze', shop, '--quiet'], {
      cwd: here,
      encoding: 'utf8',
    });
    rmSync(here, { recursive: true });
    expect(status).toBe(2);
    expect(stderr).toContain('error: the config names the table public.nowhere');
    expect(stderr).toContain('\n  at shardwright.config.yaml\n');
  });

  it('says by its exit code that a check failed, also when nobody reads why', () => {
    const shop = path.join(root, 'fixtures', 'cli', 'shop');
    const pipe = `"${process.execPath}" "${bin}" check "${shop}" --plan "${plan}" --max-cross-shard 0 --quiet | true`;
    const { status, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', pipe], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, '']);
  });
});
