// `check --dsn`: a real server on which an application's tests ran.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dsnOf, run, type Server, serverWith } from '../capture/server.js';
import { shardwright } from './surroundings.js';

let server: Server;
let folder: string;

const file = (name: string): string => path.join(folder, name);
const schema = `create table users (id bigint primary key, email text not null);
create table orders (user_id bigint not null, id bigint not null, status text, primary key (user_id, id));
`;
const plan = {
  schemaVersion: 1,
  kind: 'plan',
  tables: {
    'public.users': { placement: 'sharded', key: 'id', keyType: 'bigint', group: 'public.users.id' },
    'public.orders': { placement: 'sharded', key: 'user_id', keyType: 'bigint', group: 'public.users.id' },
  },
};

beforeAll(async () => {
  server = await serverWith();
  folder = mkdtempSync(path.join(tmpdir(), 'check-dsn-'));
  writeFileSync(file('shardplan.json'), JSON.stringify(plan));
  writeFileSync(file('schema.sql'), schema);
  await run(dsnOf(server, 'postgres'), 'create extension pg_stat_statements', schema);
  await run(
    dsnOf(server, 'postgres'),
    'select status from orders where user_id = 1 and id = 2',
    "select id from orders where status = 'open'",
    'select email from users where id = 3',
  );
}, 60_000);

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

async function check(...argv: readonly string[]) {
  const { exitCode, stdout, stderr } = await shardwright([
    ...['check', '--dsn', dsnOf(server, 'postgres'), '--plan', file('shardplan.json'), '--json', '--quiet'],
    ...argv,
  ]);
  return { exitCode, stderr, result: exitCode === 2 ? undefined : JSON.parse(stdout) };
}

describe('check --dsn', () => {
  it('names what crosses, from the statements that the tests ran', async () => {
    const { exitCode, result } = await check();
    const failing = result.findings.filter(({ fails }: { fails: boolean }) => fails);
    expect([exitCode, failing]).toMatchObject([
      1,
      [
        {
          rule: 'new-cross-shard-statement',
          statement: 'select id from orders where status = $1',
          share: null,
        },
      ],
    ]);
    // The folder of the capture is gone: only the names of its files are left.
    expect(JSON.stringify(result)).not.toContain(path.join(tmpdir(), 'shardwright-'));
    expect(failing[0].location.file).toMatch(/^statements-[^/]*\.csv$/);
  });

  it('passes with a baseline, whatever the tests run how often', async () => {
    expect(await check('--update-baseline')).toMatchObject({ exitCode: 0 });
    await run(dsnOf(server, 'postgres'), ...Array(20).fill("select id from orders where status = 'paid'"));
    expect(await check()).toMatchObject({ exitCode: 0 });
  });

  it('points at the lines of schema files where they are given', async () => {
    await run(dsnOf(server, 'postgres'), 'create table coupons (code text primary key)');
    writeFileSync(file('schema.sql'), `${schema}create table coupons (code text primary key);\n`);
    const { exitCode, result } = await check('--schema', file('schema.sql'));
    const failing = result.findings.filter(({ fails }: { fails: boolean }) => fails);
    expect([exitCode, failing]).toMatchObject([
      1,
      [{ rule: 'table-without-placement', location: { file: file('schema.sql'), line: 3 } }],
    ]);
  });
});

describe('interrupted', () => {
  const bin = fileURLToPath(new URL('../../bin/shardwright.js', import.meta.url));

  beforeAll(() => {
    // As "prepare" the build does nothing when dist/ is up to date.
    const env = { ...process.env, npm_lifecycle_event: 'prepare' };
    const build = fileURLToPath(new URL('../../scripts/build.js', import.meta.url));
    spawnSync(process.execPath, [build], { env, stdio: 'inherit' });
  });

  it.each([
    ['check', 'SIGINT'],
    ['check', 'SIGTERM'],
    ['doctor', 'SIGINT'],
    ['doctor', 'SIGHUP'],
  ] as const)('%s leaves no folder behind after %s', async (command, signal) => {
    const temporary = mkdtempSync(file('tmp-'));
    // Nobody writes into the pipe: the command waits for a schema, with its capture on the disk.
    const pipe = path.join(temporary, 'schema.sql');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    const plan = command === 'check' ? ['--plan', file('shardplan.json')] : [];
    const child = spawn(
      process.execPath,
      [bin, command, '--dsn', dsnOf(server, 'postgres'), '--schema', pipe, ...plan],
      { env: { ...process.env, TMPDIR: temporary }, stdio: 'ignore' },
    );
    const ended = new Promise((resolve) => child.once('exit', (_code, by) => resolve(by)));
    const captures = () => readdirSync(temporary).filter((name) => name.startsWith('shardwright-'));
    await vi.waitUntil(() => captures().length > 0 || child.exitCode !== null, { timeout: 30_000 });
    expect(captures()).toHaveLength(1);
    child.kill(signal);
    expect(await ended).toBe(signal);
    expect(captures()).toEqual([]);
  });
});
