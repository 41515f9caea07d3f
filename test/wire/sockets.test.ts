/** Sockets that share one buffer: what each reads is its own, and they pause, end and fail as others do. */

import { once } from 'node:events';
import net from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sparing } from '../../src/wire/sockets.js';

let server: net.Server;
const taken: net.Socket[] = [];

beforeAll(async () => {
  server = net.createServer({ pauseOnConnect: true }, (accepted) => {
    const socket = sparing(accepted);
    // Where this fails, Node no longer lets it be taken over: routers still serve, and are slower.
    expect(socket).not.toBe(accepted);
    taken.push(socket);
  });
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
});

afterAll(() => server.close());

async function pair(): Promise<{ readonly client: net.Socket; readonly socket: net.Socket }> {
  const { port } = server.address() as net.AddressInfo;
  const client = net.connect({ host: '127.0.0.1', port });
  await once(client, 'connect');
  while (taken.length === 0) await new Promise((resolve) => setImmediate(resolve));
  return { client, socket: taken.pop() as net.Socket };
}

it('keep what they read when others read after them', async () => {
  const [first, second] = [await pair(), await pair()];
  const chunks: Buffer[] = [];
  for (const { socket } of [first, second]) socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  first.client.write('first');
  while (chunks.length < 1) await new Promise((resolve) => setImmediate(resolve));
  second.client.write('other');
  while (chunks.length < 2) await new Promise((resolve) => setImmediate(resolve));
  expect(chunks.map(String)).toEqual(['first', 'other']);
  first.client.destroy();
  second.client.destroy();
});

it('read nothing while they are paused, and lose nothing', async () => {
  const { client, socket } = await pair();
  const bytes = Buffer.alloc(3_000_000, 'abc');
  let read = 0;
  socket.on('data', (chunk: Buffer) => {
    expect(chunk.equals(bytes.subarray(read, read + chunk.length))).toBe(true);
    read += chunk.length;
    socket.pause();
    setImmediate(() => socket.resume());
  });
  client.end(bytes);
  await once(socket, 'end');
  expect(read).toBe(bytes.length);
});

it('say that the other side is gone', async () => {
  const { client, socket } = await pair();
  socket.resume();
  client.end();
  await once(socket, 'close');
});
