/**
 * Malformed and truncated messages: the router neither ends nor grows, and none of them reaches a shard. A slice runs here;
 * `npm run fuzz` sends 100,000. The seed is printed with what it found.
 */

import net from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  close,
  describe as describeMessage,
  execute,
  flushMessage,
  parse,
  query,
  startup,
  sync,
} from '../../src/wire/frontend-messages.js';
import { clientOf, routerOf, type Started } from './cluster.js';
import { type FakeShard, fakeShard } from './fake-shard.js';
import { bind, int8 } from './raw-client.js';

const messages = Number(process.env.FUZZ_MESSAGES ?? 3000);
const seed = Number(process.env.FUZZ_SEED ?? 1);

let shards: readonly FakeShard[];
let router: Started;

beforeAll(async () => {
  shards = await Promise.all([fakeShard(), fakeShard(), fakeShard(), fakeShard()]);
  const [first, second, third, unsharded] = shards.map(
    ({ port }) => `postgresql://a@127.0.0.1:${port}/d?sslmode=disable`,
  );
  router = await routerOf({
    server: { host: '', port: 0, user: '', password: '', stop: async () => {} },
    dsns: [first ?? '', second ?? '', third ?? ''],
    unsharded: unsharded ?? '',
    admin: async () => {},
    everywhere: async () => {},
    stop: async () => {},
  });
});

afterAll(async () => {
  await router?.stop();
  for (const shard of shards ?? []) await shard.stop();
});

/** Numbers that are alike for one seed (mulberry32). */
function randomFrom(start: number): (below: number) => number {
  let state = start >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

type Random = ReturnType<typeof randomFrom>;

const proper: readonly Buffer[] = [
  query('select name from users where id = 1'),
  query('select 1; select 2'),
  query('begin'),
  query('rollback'),
  query('copy users (id, name) from stdin'),
  parse('s', 'select name from users where id = $1', [20]),
  parse('', 'select name from users where id = $1', []),
  bind('', '', ['1']),
  bind('p', 's', [int8(2)], 1),
  describeMessage('statement', 's'),
  describeMessage('portal', ''),
  execute('', 0),
  execute('p', 1),
  close('statement', 's'),
  flushMessage,
  sync,
];

/** A message that is wrong somewhere. */
function broken(random: Random): Buffer {
  const bytes = Buffer.from(proper[random(proper.length)] ?? sync);
  switch (random(8)) {
    case 0:
      return bytes.subarray(0, random(bytes.length));
    case 1:
      bytes.writeInt32BE(random(2) === 0 ? -random(2 ** 31) : random(2 ** 31), 1);
      return bytes;
    case 2:
      bytes.writeInt32BE(Math.max(0, bytes.length - 1 + random(9) - 4), 1);
      return bytes;
    case 3:
      bytes[0] = random(256);
      return bytes;
    case 4:
      for (let i = random(4); i >= 0; i -= 1) bytes[5 + random(Math.max(1, bytes.length - 5))] = random(256);
      return bytes;
    case 5: {
      const cut = 5 + random(bytes.length - 4);
      const shorter = Buffer.concat([bytes.subarray(0, cut), bytes.subarray(cut + 1 + random(4))]);
      if (shorter.length >= 5) shorter.writeInt32BE(shorter.length - 1, 1);
      return shorter;
    }
    case 6:
      return Buffer.from(Array.from({ length: 1 + random(40) }, () => random(256)));
    default:
      return Buffer.concat([bytes.subarray(0, 1 + random(bytes.length)), bytes]);
  }
}

/** One connection: some proper messages, a broken one, some more. */
async function visit(random: Random): Promise<number> {
  const socket = net.connect({ host: '127.0.0.1', port: router.port });
  socket.on('error', () => {}).resume();
  const hello = startup({ user: 'a', database: 'd' });
  const isBrokenEarly = random(20) === 0;
  if (isBrokenEarly) hello[random(hello.length)] = random(256);
  const parts = [hello];
  for (let i = random(6); i >= 0; i -= 1) parts.push(proper[random(proper.length)] ?? sync);
  for (let i = random(4); i >= 0; i -= 1) parts.push(broken(random));
  parts.push(proper[random(proper.length)] ?? sync);
  const bytes = Buffer.concat(parts);
  const cut = random(3) === 0 ? random(bytes.length) : bytes.length;
  const closed = new Promise((resolve) => socket.once('close', resolve));
  // In two pieces, so that messages are cut where they are not expected to be.
  socket.write(bytes.subarray(0, cut));
  if (cut < bytes.length) setImmediate(() => socket.write(bytes.subarray(cut)));
  setTimeout(() => socket.destroy(), 4 + random(8));
  await closed;
  return parts.length;
}

async function send(count: number, random: Random): Promise<void> {
  let sent = 0;
  const lane = async (): Promise<void> => {
    while (sent < count) sent += await visit(random);
  };
  await Promise.all(Array.from({ length: 20 }, lane));
}

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

it(
  `${messages} broken messages with seed ${seed} neither end the router, nor fill it, nor reach a shard`,
  async () => {
    const random = randomFrom(seed);
    await send(messages / 2, random);
    const before = heapAfterCollection();
    await send(messages / 2, random);
    expect(router.bugs).toEqual([]);
    for (const { violations } of shards) expect(violations).toEqual([]);
    const client = await clientOf(router);
    expect((await client.query('select name from users where id = 1')).command).toBe('SELECT');
    await client.end();
    expect(shards.reduce((sum, shard) => sum + shard.messages(), 0)).toBeGreaterThan(0);
    expect(heapAfterCollection() - before).toBeLessThan(24 * 1024 * 1024);
  },
  messages * 20 + 60_000,
);
