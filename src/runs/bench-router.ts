/**
 * The router beside a direct connection and PgBouncer: pgbench's tables with the branch as key, in one PostgreSQL of its own in
 * a temporary folder. Everything that is started is gone at the end.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { emptyConfig } from '../config/index.js';
import { startPostgres } from '../lab/index.js';
import {
  type Placements,
  type RouterBench,
  type RouterBenchRun,
  type RouterBenchWorkload,
  UserError,
} from '../model/index.js';
import { connectTo } from '../postgres/index.js';
import { initialMap, shardOf } from '../topology/index.js';
import { openRouter } from './open-router.js';

export interface BenchRequest {
  readonly shards: number;
  readonly clients: number;
  readonly seconds: number;
  readonly mode: RouterBench['mode'];
  /** What starts this tool: a program and its first arguments. */
  readonly program: readonly string[];
  readonly say: (line: string) => void;
}

const branches = 8;
const accounts = 10_000;
const group = 'public.pgbench_branches.bid';

const schema = `
create table pgbench_branches (bid integer primary key, bbalance integer, filler char(88));
create table pgbench_tellers (tid integer, bid integer not null, tbalance integer, filler char(84), primary key (bid, tid));
create table pgbench_accounts (aid integer, bid integer not null, abalance integer, filler char(84), primary key (bid, aid));
create table pgbench_history (tid integer, bid integer not null, aid integer, delta integer, mtime timestamp, filler char(22));
`;

const draw = `\\set bid random(1, ${branches})
\\set aid (:bid - 1) * ${accounts} + random(1, ${accounts})
`;

const scripts = {
  'select-only': `${draw}SELECT abalance FROM pgbench_accounts WHERE bid = :bid AND aid = :aid;\n`,
  'tpcb-like': `${draw}\\set tid (:bid - 1) * 10 + random(1, 10)
\\set delta random(-5000, 5000)
BEGIN;
UPDATE pgbench_accounts SET abalance = abalance + :delta WHERE bid = :bid AND aid = :aid;
SELECT abalance FROM pgbench_accounts WHERE bid = :bid AND aid = :aid;
UPDATE pgbench_tellers SET tbalance = tbalance + :delta WHERE bid = :bid AND tid = :tid;
UPDATE pgbench_branches SET bbalance = bbalance + :delta WHERE bid = :bid;
INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (:tid, :bid, :aid, :delta, CURRENT_TIMESTAMP);
END;
`,
} as const;

const statementsOf = { 'select-only': 1, 'tpcb-like': 7 } as const;

interface Way {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/** @throws UserError when pgbench or PostgreSQL's programs are not there */
export async function benchRouter(request: BenchRequest): Promise<RouterBench> {
  if (!isInstalled('pgbench')) {
    throw new UserError(
      'bad-option',
      'pgbench is not on the path',
      'Install the client programs of PostgreSQL.',
    );
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'shardwright-bench-'));
  const children: ChildProcess[] = [];
  const killAll = (): void => {
    for (const child of children) child.kill('SIGKILL');
  };
  process.once('exit', killAll);
  const server = await startPostgres({ max_connections: 300, shared_buffers: '128MB' });
  try {
    request.say('filling the tables');
    await fill(server, request.shards);
    const direct: Way = { ...server, database: 'whole' };
    const pgbouncer = await startPgbouncer(folder, direct, request, children);
    const router = await startRouterProcess(folder, direct, request, children);
    const workloads: RouterBenchWorkload[] = [];
    for (const name of ['select-only', 'tpcb-like'] as const) {
      const script = path.join(folder, `${name}.sql`);
      await writeFile(script, scripts[name]);
      const ways = pgbouncer === undefined ? { direct, router } : { direct, PgBouncer: pgbouncer, router };
      const found = await measuredInTurns(folder, script, ways, request, name);
      workloads.push({ name, statements: statementsOf[name], ...found });
    }
    const { shards, clients, seconds, mode } = request;
    return { mode, shards, clients, seconds, workloads, ...(await decisions(folder, shards)) };
  } finally {
    killAll();
    process.off('exit', killAll);
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

// ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────

async function fill(server: Omit<Way, 'database'>, shards: number): Promise<void> {
  const map = initialMap(shards);
  const on = async (database: string, statements: readonly string[]): Promise<void> => {
    const dsn = `host=${server.host} port=${server.port} user=${server.user} dbname=${database} sslmode=disable`;
    const client = await connectTo(dsn, { PGPASSWORD: server.password });
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  const names = ['whole', ...Array.from({ length: shards }, (_, shard) => `shard${shard}`)];
  await on(
    'postgres',
    names.map((name) => `create database ${name}`),
  );
  const all = Array.from({ length: branches }, (_, i) => i + 1);
  const placeOf = (bid: number): number => shardOf(map, group, { family: 'integer', value: BigInt(bid) });
  for (const [i, name] of names.entries()) {
    const here = i === 0 ? all : all.filter((bid) => placeOf(bid) === i - 1);
    await on(name, [schema, ...here.flatMap(branch), 'vacuum analyze']);
  }
}

function branch(bid: number): readonly string[] {
  return [
    `insert into pgbench_branches values (${bid}, 0, '')`,
    `insert into pgbench_tellers select ${(bid - 1) * 10} + i, ${bid}, 0, '' from generate_series(1, 10) i`,
    `insert into pgbench_accounts select ${(bid - 1) * accounts} + i, ${bid}, 0, '' from generate_series(1, ${accounts}) i`,
  ];
}

// ── ways ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** PgBouncer refuses to run as root: then it runs as nobody. Undefined where it is not installed. */
async function startPgbouncer(
  folder: string,
  direct: Way,
  { mode, clients }: BenchRequest,
  children: ChildProcess[],
): Promise<Way | undefined> {
  if (!isInstalled('pgbouncer')) return undefined;
  const port = 20_000 + (process.pid % 20_000);
  const config = path.join(folder, 'pgbouncer.ini');
  const users = path.join(folder, 'users.txt');
  await writeFile(users, `"${direct.user}" ""\n`);
  // Prepared statements outlive transactions, which its older versions do not keep.
  await writeFile(
    config,
    `[databases]
whole = host=${direct.host} port=${direct.port} dbname=${direct.database} user=${direct.user} password=${direct.password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${users}
pool_mode = ${mode === 'prepared' ? 'session' : 'transaction'}
default_pool_size = ${clients}
`,
  );
  await Promise.all([chmod(folder, 0o755), chmod(config, 0o644), chmod(users, 0o644)]);
  const asNobody = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn('pgbouncer', ['-q', ...asNobody, config], { stdio: 'ignore' });
  children.push(child);
  const way: Way = { ...direct, host: '127.0.0.1', port };
  await untilItAnswers(way);
  return way;
}

async function startRouterProcess(
  folder: string,
  direct: Way,
  { shards, program }: BenchRequest,
  children: ChildProcess[],
): Promise<Way> {
  const plan = path.join(folder, 'shardplan.json');
  const ddl = path.join(folder, 'schema.sql');
  const tables = Object.fromEntries(placements());
  await writeFile(plan, JSON.stringify({ schemaVersion: 1, kind: 'plan', shards, tables }));
  await writeFile(ddl, schema);
  const dsns = Array.from({ length: shards }, (_, shard) => [
    '--shard-dsn',
    `host=${direct.host} port=${direct.port} user=${direct.user} dbname=shard${shard} sslmode=disable`,
  ]);
  const [command = '', ...first] = program;
  const child = spawn(
    command,
    [...first, 'route', 'serve', '--plan', plan, '--schema', ddl, ...dsns.flat(), '--listen', '127.0.0.1:0'],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, PGPASSWORD: direct.password } },
  );
  children.push(child);
  const port = await new Promise<number>((resolve, reject) => {
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const found = /listening on .*:(\d+)/.exec(said);
      if (found !== null) resolve(Number(found[1]));
    });
    child.once('exit', () => reject(new Error(`the router did not start: ${said}`)));
  });
  return { ...direct, host: '127.0.0.1', port };
}

function placements(): Placements {
  const names = ['branches', 'tellers', 'accounts', 'history'];
  return new Map(
    names.map((name) => [
      `public.pgbench_${name}`,
      { placement: 'sharded', key: 'bid', keyType: 'integer', group },
    ]),
  );
}

async function untilItAnswers(way: Way): Promise<void> {
  const dsn = `host=${way.host} port=${way.port} user=${way.user} dbname=${way.database} sslmode=disable connect_timeout=2`;
  for (let attempt = 0; ; attempt += 1) {
    try {
      const client = await connectTo(dsn);
      await client.end();
      return;
    } catch (error) {
      if (attempt === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

// ── measuring ────────────────────────────────────────────────────────────────────────────────────────────────────────

const mostTurns = 3;

type Runs = Pick<RouterBenchWorkload, 'direct' | 'pgbouncer' | 'router'>;

/** The ways take turns, so that what else the machine does falls on all of them; the middle of their turns counts. */
async function measuredInTurns(
  folder: string,
  script: string,
  ways: { readonly direct: Way; readonly PgBouncer?: Way; readonly router: Way },
  request: BenchRequest,
  workload: string,
): Promise<Runs> {
  const found = new Map<string, RouterBenchRun[]>();
  const turns = Math.min(mostTurns, request.seconds);
  const seconds = Math.ceil(request.seconds / turns);
  for (let turn = 1; turn <= turns; turn += 1) {
    for (const [label, way] of Object.entries(ways)) {
      request.say(`${workload}: ${label}, turn ${turn} of ${turns}`);
      const run = await measured(folder, script, way, { ...request, seconds });
      found.set(label, [...(found.get(label) ?? []), run]);
    }
  }
  const middleOf = (label: string): RouterBenchRun => {
    const runs = found.get(label) ?? [];
    return {
      medianMs: middle(runs.map(({ medianMs }) => medianMs)),
      perSecond: middle(runs.map(({ perSecond }) => perSecond)),
    };
  };
  return {
    direct: middleOf('direct'),
    ...(ways.PgBouncer === undefined ? {} : { pgbouncer: middleOf('PgBouncer') }),
    router: middleOf('router'),
  };
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

async function measured(
  folder: string,
  script: string,
  way: Way,
  { mode, clients, seconds }: BenchRequest,
): Promise<RouterBenchRun> {
  const logged = ['-c', '1', '-T', String(seconds), '-l', '--log-prefix=latency'];
  await pgbench(folder, script, way, ['-M', mode, ...logged]);
  const logs = (await readdir(folder)).filter((name) => name.startsWith('latency'));
  const micros: number[] = [];
  for (const log of logs) {
    const lines = (await readFile(path.join(folder, log), 'utf8')).split('\n');
    for (const line of lines) if (line !== '') micros.push(Number(line.split(' ')[2]));
    await rm(path.join(folder, log));
  }
  const said = await pgbench(folder, script, way, ['-M', mode, '-c', String(clients), '-T', String(seconds)]);
  return { medianMs: middle(micros) / 1000, perSecond: Number(/^tps = ([\d.]+)/m.exec(said)?.[1] ?? 0) };
}

function pgbench(folder: string, script: string, way: Way, flags: readonly string[]): Promise<string> {
  const child = spawn('pgbench', ['-n', ...flags, '-f', script, way.database], {
    cwd: folder,
    env: {
      ...process.env,
      PGHOST: way.host,
      PGPORT: String(way.port),
      PGUSER: way.user,
      PGPASSWORD: way.password,
    },
  });
  return new Promise((resolve, reject) => {
    let said = '';
    let complained = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complained += text;
    });
    child.once('close', (code) => {
      if (code === 0) resolve(said);
      else
        reject(
          new UserError(
            'server-failed',
            `pgbench failed: ${complained.trim().split('\n').at(-1)}`,
            'Run it by hand.',
          ),
        );
    });
  });
}

const rounds = 200_000;
const newTexts = 500;

/** Of this process alone: no server is asked. */
async function decisions(
  folder: string,
  shards: number,
): Promise<Pick<RouterBench, 'knownDecisionMicros' | 'newDecisionMicros'>> {
  const router = await openRouter({
    plan: { tables: placements() },
    schema: [path.join(folder, 'schema.sql')],
    config: emptyConfig,
    shards,
  });
  const text = 'select abalance from pgbench_accounts where bid = $1 and aid = $2';
  const decide = (i: number): void => {
    router.shape(text).decide({ values: [String(i), '7'] });
  };
  for (let i = 0; i < rounds / 10; i += 1) decide(i);
  const known = process.hrtime.bigint();
  for (let i = 0; i < rounds; i += 1) decide(i);
  const between = process.hrtime.bigint();
  for (let i = 0; i < newTexts; i += 1) {
    router.shape(`select abalance as a${i} from pgbench_accounts where bid = $1`).decide({ values: ['1'] });
  }
  const end = process.hrtime.bigint();
  return {
    knownDecisionMicros: Number(between - known) / 1000 / rounds,
    newDecisionMicros: Number(end - between) / 1000 / newTexts,
  };
}
