// 500 idle and 100 busy clients before one router, for a minute: node bench/crowd.js [seconds] [idle] [busy].
// Prints statements a second, the slowest percentile, and what the router's process holds at the start and the end.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startPostgres } from '../scripts/postgres/server.js';

const [seconds = 60, idleCount = 500, busyCount = 100] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(path.join(tmpdir(), 'crowd-'));
const server = await startPostgres({ max_connections: 200 });
const at = (database) => ({ ...server, database });

async function on(database, ...statements) {
  const client = new pg.Client(at(database));
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

const schema = 'create table users (id bigint primary key, visits integer not null default 0);';
await on('postgres', 'create database shard0', 'create database shard1');
for (const name of ['shard0', 'shard1']) {
  await on(name, schema, 'insert into users (id) select generate_series(1, 1000)');
}
const plan = path.join(folder, 'shardplan.json');
const users = { placement: 'sharded', key: 'id', keyType: 'bigint', group: 'users' };
writeFileSync(
  plan,
  JSON.stringify({ schemaVersion: 1, kind: 'plan', shards: 2, tables: { 'public.users': users } }),
);
writeFileSync(path.join(folder, 'schema.sql'), schema);
const dsn = (name) =>
  `host=${server.host} port=${server.port} user=${server.user} dbname=${name} sslmode=disable`;
const flags = ['--plan', plan, '--schema', path.join(folder, 'schema.sql'), '--listen', '127.0.0.1:0'];
const shards = ['--shard-dsn', dsn('shard0'), '--shard-dsn', dsn('shard1')];
const router = spawn(process.execPath, ['bin/shardwright.js', 'route', 'serve', ...flags, ...shards], {
  env: { ...process.env, PGPASSWORD: server.password },
  stdio: ['ignore', 'ignore', 'pipe'],
});
process.once('exit', () => router.kill('SIGKILL'));
const port = await new Promise((resolve) => {
  router.stderr.on('data', (text) => {
    const found = /listening on .*:(\d+)/.exec(String(text));
    if (found !== null) resolve(Number(found[1]));
  });
});

let failures = 0;
async function connected() {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'app', database: 'shop' });
  client.on('error', () => {
    failures += 1;
  });
  await client.connect();
  return client;
}

const residentMb = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${router.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
const idle = [];
for (let i = 0; i < idleCount; i += 1) idle.push(await connected());
const busy = [];
for (let i = 0; i < busyCount; i += 1) busy.push(await connected());
const before = residentMb();
const until = Date.now() + seconds * 1000;
const times = [];
await Promise.all(
  busy.map(async (client, i) => {
    for (let round = 0; Date.now() < until; round += 1) {
      const started = performance.now();
      const id = 1 + ((i * 37 + round) % 1000);
      try {
        await client.query('select visits from users where id = $1', [id]);
      } catch {
        failures += 1;
      }
      times.push(performance.now() - started);
    }
  }),
);
for (const client of idle) await client.query('select 1');
times.sort((a, b) => a - b);
console.log(`${Math.round(times.length / seconds)} statements a second, ${failures} failures`);
console.log(
  `median ${times[times.length >> 1].toFixed(1)} ms, 99th percentile ${times[Math.floor(times.length * 0.99)].toFixed(1)} ms`,
);
console.log(
  `the router's memory: ${before.toFixed(0)} MB at the start, ${residentMb().toFixed(0)} MB at the end`,
);
await Promise.all([...idle, ...busy].map((client) => client.end()));
router.kill('SIGTERM');
await server.stop();
rmSync(folder, { recursive: true, force: true });
process.exitCode = failures === 0 ? 0 : 1;
