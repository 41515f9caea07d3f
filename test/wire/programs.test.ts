/** `route serve` as a process, and the programs that people point at it: psql and pgbench. Skipped where they are not installed. */

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { initialMap, renderMapJson } from '../../src/index.js';
import { run } from '../capture/server.js';
import { until } from '../waiting.js';
import { addUsers, type Cluster, clientOf, startCluster } from './cluster.js';

const isInstalled = (program: string): boolean =>
  spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;

let cluster: Cluster;
let folder: string;
let router: ChildProcess;
let port: number;
let said = '';

const mapFile = (): string => path.join(folder, 'map.json');
const writeMap = (by: number): void => {
  const map = initialMap(3);
  const owners = map.owners.map((owner) => (owner + by) % 3);
  writeFileSync(mapFile(), renderMapJson({ ...map, owners }, { name: 'shardwright', version: '0' }));
};

async function saying(words: RegExp): Promise<RegExpExecArray> {
  await until(`it says ${words}`, () => words.test(said));
  return words.exec(said) as RegExpExecArray;
}

beforeAll(async () => {
  cluster = await startCluster();
  folder = mkdtempSync(path.join(tmpdir(), 'wire-programs-'));
  writeMap(0);
  const shop = 'fixtures/wire/shop';
  const files = ['--plan', `${shop}/shardplan.json`, '--schema', `${shop}/schema.sql`, '--map', mapFile()];
  const shards = cluster.dsns.flatMap((dsn) => ['--shard-dsn', dsn]);
  router = spawn(
    process.execPath,
    [
      'bin/shardwright.js',
      'route',
      'serve',
      ...files,
      ...shards,
      '--unsharded-dsn',
      cluster.unsharded,
      '--map-dsn',
      cluster.unsharded,
      '--listen',
      '127.0.0.1:0',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  router.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  port = Number((await saying(/listening on .*:(\d+)/))[1]);
  const client = await clientOf({ port });
  await addUsers(client, 20);
  await client.end();
});

afterAll(async () => {
  router?.kill('SIGKILL');
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const environment = () => ({
  ...process.env,
  PGHOST: '127.0.0.1',
  PGPORT: String(port),
  PGUSER: 'app',
  PGDATABASE: 'shop',
});

describe.skipIf(!isInstalled('psql'))('psql', () => {
  const psql = (...commands: readonly string[]): string =>
    execFileSync('psql', ['-XAt', ...commands.flatMap((command) => ['-c', command])], {
      env: environment(),
      encoding: 'utf8',
    });

  it('describes tables and runs statements', () => {
    expect(psql('\\d users')).toContain('visits|integer');
    expect(psql('\\dt')).toContain('public|orders|table');
    expect(psql('select name from users where id = 3', 'select count(*) from users')).toBe('user 3\n20\n');
  });

  it('goes on in a script after errors, and describes what a query gives', () => {
    const input = `selec 1;
select name from users where id = 5;
begin;
select 1/0;
select name from users where id = 5;
rollback;
select id, visits from users where id = 6 \\gdesc
select count(*) from users;
`;
    const { stdout, stderr } = spawnSync('psql', ['-XAt'], { env: environment(), encoding: 'utf8', input });
    expect(stdout).toBe('user 5\nBEGIN\nROLLBACK\nid|bigint\nvisits|integer\n20\n');
    expect(stderr).toMatch(/LINE 1: selec 1;[\s\S]*division by zero[\s\S]*transaction is aborted/);
  });

  it('copies in and out', () => {
    const rows = Array.from({ length: 50 }, (_, i) => `${i + 100}\tcopied\t0\n`).join('');
    execFileSync('psql', ['-X', '-c', 'copy users from stdin'], { env: environment(), input: rows });
    expect(psql("select count(*) from users where name = 'copied'")).toBe('50\n');
    expect(psql('copy (select name from users where id = 120) to stdout')).toBe('copied\n');
  });
});

describe.skipIf(!isInstalled('pgbench'))('pgbench', () => {
  it.each(['simple', 'extended', 'prepared'])('runs transactions of one key: %s', (mode) => {
    const script = path.join(folder, 'visit.sql');
    writeFileSync(
      script,
      '\\set id random(1, 20)\nbegin;\nupdate users set visits = visits + 1 where id = :id;\nselect visits from users where id = :id;\nend;\n',
    );
    const text = execFileSync('pgbench', ['-n', '-M', mode, '-c', '4', '-t', '25', '-f', script, 'shop'], {
      env: environment(),
      encoding: 'utf8',
    });
    expect(text).toContain('transactions actually processed: 100/100');
    expect(text).toContain('number of failed transactions: 0');
  });
});

describe('route serve', () => {
  it('reads the map anew when it is told by NOTIFY, and when it could not have heard', async () => {
    const client = await clientOf({ port });
    const times = (words: string): number => said.split(words).length - 1;
    const heard = async (words: string, count: number): Promise<void> => {
      await until(`'${words}' ${count} times`, () => times(words) >= count);
      expect(times(words)).toBe(count);
    };
    await heard('listening for shardwright_map', 1);
    const before = times('the map was read anew');
    await run(cluster.unsharded, 'notify shardwright_map');
    await heard('the map was read anew', before + 1);
    const listener = `select pg_terminate_backend(pid) from pg_stat_activity where query = 'LISTEN shardwright_map'`;
    await run(cluster.unsharded, listener);
    await heard('nobody hears shardwright_map', 1);
    await heard('listening for shardwright_map', 2);
    await heard('the map was read anew', before + 2);
    expect((await client.query('select name from users where id = 7')).rowCount).toBe(1);
    await client.end();
  });

  it('reads a map that has changed, keeps the old one when it is broken, and stops when it is told', async () => {
    const client = await clientOf({ port });
    const rows = async (): Promise<number | null> =>
      (await client.query('select name from users where id = 7')).rowCount;
    expect(await rows()).toBe(1);
    said = '';
    writeMap(1);
    await saying(/the map was read anew/);
    expect(await rows()).toBe(0);
    writeFileSync(mapFile(), '{');
    await saying(/not reloaded/);
    expect(await rows()).toBe(0);
    writeMap(0);
    router.kill('SIGHUP');
    await saying(/users and certificate were read anew/);
    expect(await rows()).toBe(1);
    const gone = new Promise<number | null>((resolve) => router.once('exit', resolve));
    router.kill('SIGTERM');
    expect(await gone).toBe(0);
    expect(said).toContain('stopped');
    expect(said).not.toContain(cluster.server.password);
    await client.end().catch(() => {});
  });
});
