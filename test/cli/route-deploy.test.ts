/** `route deploy`: files in a folder, a summary on stdout, and no password anywhere. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { deploymentSchema } from '../../src/contract/deployment.js';
import { fixtures, shardwright } from './surroundings.js';

const shop = path.join(fixtures, 'shop');
const plan = path.join(shop, 'shardplan.json');
const home = mkdtempSync(path.join(tmpdir(), 'shardwright-deploy-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const deploy = (...argv: readonly string[]) => shardwright(['route', 'deploy', ...argv]);

describe('route deploy', () => {
  it('writes what the engine takes, and says what becomes of the workload', async () => {
    const out = path.join(home, 'pgdog');
    const { exitCode, stdout } = await deploy('--engine', 'pgdog', '--plan', plan, shop, '--out', out);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('STATEMENTS UNDER PGDOG');
    expect(readdirSync(out)).toEqual(
      expect.arrayContaining(['pgdog.toml', 'users.toml', 'statements.md', 'deployment.json']),
    );
    const made = deploymentSchema.parse(JSON.parse(readFileSync(path.join(out, 'deployment.json'), 'utf8')));
    expect(made.files.map(({ name }) => name)).toContain('pgdog.toml');
  });

  it('takes addresses, and none of their passwords', async () => {
    const out = path.join(home, 'postgres');
    const shards = ['a', 'b'].flatMap((host) => ['--shard-dsn', `postgresql://me:s3cret@${host}:5433/shop`]);
    const { exitCode } = await deploy(
      '--engine',
      'postgres',
      '--plan',
      plan,
      shop,
      '--out',
      out,
      '--shards',
      '2',
      ...shards,
      '--dsn',
      'postgresql://me:s3cret@c/shop',
    );
    expect(exitCode).toBe(0);
    const all = readdirSync(out)
      .map((name) => readFileSync(path.join(out, name), 'utf8'))
      .join('\n');
    expect(all).toContain("host 'b', port '5433'");
    expect(all).not.toContain('s3cret');
  });

  it('says that nothing is said where neither statements nor a schema were given', async () => {
    const { exitCode, stdout } = await deploy('--engine', 'citus', '--plan', plan, '--out', home);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/warning: No schema was given.*NO STATEMENTS/s);
  });

  it.each([
    [
      ['--shards', '2', ...['a/x', 'a/x'].flatMap((at) => ['--shard-dsn', `postgresql://${at}`])],
      /a:5432\/x is named twice: as shard 0 and as shard 1/,
    ],
    [
      ['--shards', '1', '--shard-dsn', 'postgresql://a/x', '--dsn', 'postgresql://a:5432/x'],
      /named twice: as --dsn and as shard 0/,
    ],
  ])('%j name one database twice', async (argv, message) => {
    const { exitCode, stderr } = await deploy(
      '--engine',
      'postgres',
      '--plan',
      plan,
      shop,
      '--json',
      ...argv,
    );
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
  });

  it.each([
    [[], /needs --engine/],
    [['--engine', 'pgdog'], /needs --plan/],
    [['--engine', 'pgdog', '--plan', plan], /needs --out/],
    [['--engine', 'oracle', '--plan', plan], /oracle/],
    [
      ['--engine', 'pgdog', '--plan', plan, '--out', home, '--shard-dsn', 'postgresql://a/b'],
      /--shard-dsn names 1 shard,/,
    ],
  ])('%j is refused', async (argv, message) => {
    const { exitCode, stderr } = await deploy(...argv);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
  });
});
