/** What surrounds statements: log-in, TLS, cancelling, limits, lost servers, reloading and stopping. */

import { execFileSync } from 'node:child_process';
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { initialMap, parseUsers } from '../../src/index.js';
import { message } from '../../src/wire/backend-messages.js';
import {
  execute,
  F,
  parse,
  query,
  requestCodes,
  startup,
  sync,
  untyped,
} from '../../src/wire/frontend-messages.js';
import { run } from '../capture/server.js';
import { pause, untilAsleep } from '../waiting.js';
import {
  addUsers,
  type Cluster,
  clientOf,
  refusalOf,
  routerOf,
  startCluster,
  usersByShard,
} from './cluster.js';
import { bind, rawClient } from './raw-client.js';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster();
  const router = await routerOf(cluster);
  const client = await clientOf(router);
  await addUsers(client, 12);
  await client.end();
  await router.stop();
});

afterAll(() => cluster?.stop());

function verifierOf(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, 4096, 32, 'sha256');
  const key = (name: string): Buffer => createHmac('sha256', salted).update(name).digest();
  const stored = createHash('sha256').update(key('Client Key')).digest('base64');
  return `SCRAM-SHA-256$4096:${salt.toString('base64')}$${stored}:${key('Server Key').toString('base64')}`;
}

/** A connection with TLS on which nothing has been said. */
async function encrypted(port: number): Promise<tls.TLSSocket> {
  const socket = net.connect({ host: '127.0.0.1', port });
  const code = Buffer.alloc(4);
  code.writeInt32BE(requestCodes.ssl);
  socket.write(untyped(code));
  await once(socket, 'data');
  const secure = tls.connect({ socket, rejectUnauthorized: false });
  await once(secure, 'secureConnect');
  return secure;
}

describe('logging in', () => {
  it('needs the password that the file has a verifier of', async () => {
    const users = parseUsers(`; comment\n"app" "${verifierOf('secret ü')}"\n`, 'users.txt');
    // Nobody who was turned away is waited for in the end.
    const router = await routerOf(cluster, {
      door: { tls: undefined, requireTls: false, users },
      drainMs: 600_000,
    });
    const client = await clientOf(router, { password: 'secret ü' });
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await client.end();
    expect((await refusalOf(clientOf(router, { password: 'wrong' }))).code).toBe('28P01');
    expect((await refusalOf(clientOf(router, { user: 'nobody', password: 'secret ü' }))).code).toBe('28P01');
    await router.stop();
  });

  it('takes no file with passwords in it, and does not repeat them', () => {
    expect(() => parseUsers('"app" "hunter2"\n', 'users.txt')).toThrow(/^(?!.*hunter2)/);
  });

  it('is encrypted when there is a certificate, and only so when that is asked', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'wire-tls-'));
    const file = (name: string): string => path.join(folder, name);
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
        '-keyout',
        file('key'),
        '-out',
        file('cert'),
      ],
      { stdio: 'ignore' },
    );
    const files = { cert: readFileSync(file('cert'), 'utf8'), key: readFileSync(file('key'), 'utf8') };
    const users = parseUsers(`"app" "${verifierOf('secret')}"`, 'users.txt');
    const router = await routerOf(cluster, { door: { tls: files, requireTls: true, users } });
    const client = await clientOf(router, { password: 'secret', ssl: { rejectUnauthorized: false } });
    expect((await client.query('select name from users where id = 1')).rows).toEqual([{ name: 'user 1' }]);
    await client.end();
    expect((await refusalOf(clientOf(router, { password: 'secret' }))).code).toBe('28000');
    const other = await encrypted(router.port);
    other.write(Buffer.concat([startup({ user: 'app' }), query('select 1')]));
    expect(Buffer.concat(await other.toArray()).toString('latin1')).toContain('C08P01');
    await router.stop();
    rmSync(folder, { recursive: true });
  });
});

describe('limits', () => {
  it('are of clients and of messages', async () => {
    const router = await routerOf(cluster, {
      limits: { mostClients: 2, messageBytes: 10_000, idleMs: 0, startMs: 5_000 },
    });
    const clients = [await clientOf(router), await clientOf(router)];
    expect((await refusalOf(clientOf(router))).code).toBe('53300');
    await clients.pop()?.end();
    const raw = await rawClient(router.port);
    raw.send(query(`select '${'x'.repeat(20_000)}'`));
    expect(await raw.next(1)).toEqual(['E 08P01']);
    await raw.closed;
    await clients.pop()?.end();
    await router.stop();
    expect(router.bugs).toEqual([]);
  });

  it('are of connections to a shard: who comes later waits', async () => {
    const router = await routerOf(cluster, { pool: { most: 1, waitMs: 1_500, idleMs: 60_000 } });
    const [one, two] = [await clientOf(router), await clientOf(router)];
    const slow = one.query('select pg_sleep(0.1) from users where id = 1');
    expect((await two.query('select name from users where id = 1')).rowCount).toBe(1);
    await slow;
    await one.query('begin');
    await one.query('select name from users where id = 1');
    expect((await refusalOf(two.query('select name from users where id = 1'))).code).toBe('53300');
    await one.query('commit');
    expect((await two.query('select name from users where id = 1')).rowCount).toBe(1);
    await Promise.all([one.end(), two.end()]);
    await router.stop();
  });

  const long = 'x'.repeat(500_000);
  const many = <T>(one: T): readonly T[] => Array.from({ length: 64 }, () => one);
  it.each([
    [
      'in a pipeline',
      [
        ...[parse('', 'select pg_sleep(600) from users where id = 1', []), bind('', '', []), execute('', 0)],
        parse('s', 'select length($1) from users where id = 1', []),
        ...many([bind('', 's', [long]), execute('', 0)]).flat(),
        sync,
      ],
      1,
    ],
    [
      'statement by statement',
      [query('select pg_sleep(600) from users where id = 1'), ...many(query(`select '${long}'`))],
      65,
    ],
  ] as const)('are of what a client sends %s before its shard can take it', async (_, messages, answers) => {
    const router = await routerOf(cluster);
    const client = await rawClient(router.port);
    client.send(...messages);
    await untilAsleep(cluster.dsns[0] ?? '');
    await pause(300);
    expect(client.untaken()).toBeGreaterThan(0);
    await client.cancel();
    for (let i = 0; i < answers; i += 1) expect((await client.answer()).at(-1)).toBe('Z I');
    expect(client.untaken()).toBe(0);
    client.end();
    await router.stop();
    expect(router.bugs).toEqual([]);
  });

  it('are of rows that have to be held', async () => {
    const router = await routerOf(cluster, { mergeBytes: 100 });
    const client = await clientOf(router);
    expect((await refusalOf(client.query('select id, name from users order by name'))).code).toBe('54000');
    expect((await client.query('select id, name from users')).rowCount).toBe(12);
    await client.end();
    await router.stop();
  });
});

describe('cancelling', () => {
  it('stops the statement of that session, with its key alone', async () => {
    const router = await routerOf(cluster);
    const client = await rawClient(router.port);
    const { pid, secret } = client.key();
    client.send(query('select pg_sleep(30) from users where id = 1'));
    const ask = (key: number): Promise<void> =>
      new Promise((resolve) => {
        const socket = net.connect({ host: '127.0.0.1', port: router.port }, () => {
          const bytes = Buffer.alloc(16);
          for (const [i, value] of [16, 80_877_102, pid, key].entries()) bytes.writeInt32BE(value, 4 * i);
          socket.end(bytes);
        });
        socket.on('close', () => resolve()).on('error', () => {});
      });
    await ask(secret ^ 1);
    await untilAsleep(cluster.unsharded);
    await ask(secret);
    expect((await client.answer()).slice(-2)).toEqual(['E 57014', 'Z I']);
    client.end();
    await router.stop();
  });
});

describe('a server that goes away', () => {
  it('costs its own keys an error, and is back without a restart', async () => {
    const router = await routerOf(cluster);
    const client = await clientOf(router);
    const [first = [], second = []] = await usersByShard(cluster);
    const nameOf = (id = 0) => client.query('select name from users where id = $1', [id]);
    await nameOf(first[0]);
    await nameOf(second[0]);
    await client.query('begin');
    await nameOf(first[0]);
    const kill = `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = 'shard0' and pid <> pg_backend_pid()`;
    await run(cluster.unsharded, kill);
    expect(['57P01', '08006']).toContain((await refusalOf(nameOf(first[0]))).code);
    expect((await refusalOf(nameOf(second[0]))).code).toBe('25P02');
    await client.query('rollback');
    expect((await nameOf(second[0])).rowCount).toBe(1);
    expect((await nameOf(first[0])).rowCount).toBe(1);
    await run(cluster.unsharded, 'alter database shard0 allow_connections false', kill);
    await pause(50);
    const { code, message: said } = await refusalOf(nameOf(first[0]));
    expect({ code, said }).toEqual({ code: '08006', said: expect.stringContaining('shard 0') });
    expect((await nameOf(second[0])).rowCount).toBe(1);
    await run(cluster.unsharded, 'alter database shard0 allow_connections true');
    expect((await nameOf(first[0])).rowCount).toBe(1);
    await client.end();
    await router.stop();
    expect(router.bugs).toEqual([]);
  });
});

describe('a router', () => {
  it('changes its map under its clients', async () => {
    const router = await routerOf(cluster);
    const client = await clientOf(router);
    const map = initialMap(3);
    router.useMap({ ...map, owners: map.owners.map((owner) => (owner + 1) % 3) });
    expect((await client.query('select name from users where id = 1')).rowCount).toBe(0);
    router.useMap(map);
    expect((await client.query('select name from users where id = 1')).rowCount).toBe(1);
    expect(() => router.useMap(initialMap(4))).toThrow('4 shards');
    await client.end();
    await router.stop();
  });

  it('lets transactions finish before it stops', async () => {
    const router = await routerOf(cluster);
    const [busy, idle] = [await clientOf(router), await clientOf(router)];
    const gone = new Promise<unknown>((resolve) => idle.on('error', resolve));
    await busy.query('begin');
    await busy.query('update users set visits = 77 where id = 2');
    const stopped = router.stop();
    expect(await gone).toMatchObject({ code: '57P01' });
    await busy.query('commit');
    await stopped;
    const next = await routerOf(cluster);
    const client = await clientOf(next);
    expect((await client.query('select visits from users where id = 2')).rows).toEqual([{ visits: 77 }]);
    await client.end();
    await next.stop();
  });

  it('tells how it is', async () => {
    const router = await routerOf(cluster, { metricsListen: { host: '127.0.0.1', port: 0 } });
    const client = await clientOf(router);
    await client.query('select name from users where id = 1');
    await refusalOf(client.query('select * from nowhere'));
    const get = async (what: string) => fetch(`http://127.0.0.1:${router.metricsPort}${what}`);
    const text = await (await get('/metrics')).text();
    expect(text).toContain('shardwright_decisions_total{kind="one",verdict="single-shard"} 1');
    expect(text).toContain('shardwright_errors_total{sqlstate="0A000"} 1');
    expect(text).not.toContain('nowhere');
    expect(await (await get('/healthz')).json()).toMatchObject({ status: 'ok' });
    expect((await get('/other')).status).toBe(404);
    await client.end();
    await router.stop();
  });

  it('ends a client that speaks something else', async () => {
    const router = await routerOf(cluster);
    const client = await rawClient(router.port);
    client.send(message(0x21, Buffer.from('?')));
    expect(await client.next(1)).toEqual(['E 08P01']);
    await client.closed;
    const password = await rawClient(router.port);
    password.send(message(F.password, Buffer.from('x\0')));
    expect(await password.next(1)).toEqual(['E 08P01']);
    await password.closed;
    await router.stop();
    expect(router.bugs).toEqual([]);
  });
});
