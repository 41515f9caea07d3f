/** A client that says each message itself: what drivers do only in their own ways. */

import { once } from 'node:events';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import { parseDsn, waysToConnect } from '../../src/postgres/index.js';
import { B, sqlstateOf, tagOf, valuesOf } from '../../src/wire/backend-messages.js';
import { connectBackend, sendCancel } from '../../src/wire/connect-backend.js';
import { frameReader } from '../../src/wire/frames.js';
import { bind as bindMessage, startup } from '../../src/wire/frontend-messages.js';

export interface RawClient {
  readonly send: (...messages: readonly Buffer[]) => void;
  /** Everything up to and with ReadyForQuery, in short words: `D 1|2`, `C SELECT 1`, `E 42601`, `Z I`. */
  readonly answer: () => Promise<readonly string[]>;
  /** The next so many messages. */
  readonly next: (count: number) => Promise<readonly string[]>;
  readonly closed: Promise<unknown>;
  /** Bytes that were sent, and that nobody has taken yet. */
  readonly untaken: () => number;
  /** As Ctrl-C does. */
  readonly cancel: () => Promise<void>;
  readonly end: () => void;
  readonly key: () => { readonly pid: number; readonly secret: number };
}

export async function rawClient(
  port: number,
  parameters: Readonly<Record<string, string>> = {},
): Promise<RawClient> {
  const socket = net.connect({ host: '127.0.0.1', port });
  await once(socket, 'connect');
  const client = rawOn(socket);
  socket.write(startup({ user: 'app', database: 'shop', ...parameters }));
  await client.answer();
  return client;
}

/** The same to a server itself. */
export async function rawServer(dsn: string): Promise<RawClient> {
  const address = parseDsn(dsn, {});
  const { socket } = await connectBackend({ address, ways: await waysToConnect(address) });
  const client = rawOn(socket.removeAllListeners('data').removeAllListeners('error'));
  socket.resume();
  return client;
}

function rawOn(socket: Duplex): RawClient {
  const told: string[] = [];
  let wake = (): void => {};
  let key = { pid: 0, secret: 0 };
  const frames = frameReader(1 << 28, (type, frame) => {
    if (type === B.backendKey) key = { pid: frame.readInt32BE(5), secret: frame.readInt32BE(9) };
    if (type !== B.parameterStatus) told.push(inWords(type, frame));
    wake();
    return true;
  });
  socket.on('data', (chunk) => frames.push(chunk)).on('error', () => {});
  const closed = once(socket, 'close').then(() => wake());
  const taken = async (isEnough: () => number): Promise<readonly string[]> => {
    while (isEnough() < 0) {
      if (socket.destroyed) return told.splice(0);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return told.splice(0, isEnough());
  };
  const answer = (): Promise<readonly string[]> =>
    taken(() => {
      const at = told.findIndex((word) => word.startsWith('Z '));
      return at < 0 ? -1 : at + 1;
    });
  return {
    send: (...messages) => socket.write(Buffer.concat(messages)),
    answer,
    next: (count) => taken(() => (told.length >= count ? count : -1)),
    closed,
    end: () => socket.destroy(),
    untaken: () => socket.writableLength,
    cancel: async () => {
      const { remoteAddress, remotePort } = socket as net.Socket;
      const secret = Buffer.alloc(4);
      secret.writeInt32BE(key.secret);
      const address = parseDsn(`postgresql://app@${remoteAddress}:${remotePort}/shop`, {});
      await sendCancel({ address, ways: [false] }, key.pid, secret);
    },
    key: () => key,
  };
}

function inWords(type: number, frame: Buffer): string {
  const letter = String.fromCharCode(type);
  switch (type) {
    case B.dataRow:
      return `D ${valuesOf(frame)
        .map((value) => value?.toString('latin1') ?? 'NULL')
        .join('|')}`;
    case B.commandComplete:
      return `C ${tagOf(frame)}`;
    case B.error:
      return `E ${sqlstateOf(frame)}`;
    case B.ready:
      return `Z ${String.fromCharCode(frame[5] ?? 0)}`;
    case B.copyData:
      return `d ${frame.toString('utf8', 5)}`;
    default:
      return letter;
  }
}

/** A Bind with values as texts, or in binary form as buffers. */
export function bind(
  portal: string,
  statement: string,
  values: readonly (string | Buffer | null)[],
  resultFormat = 0,
): Buffer {
  const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
  const parts = [uint16(values.length), ...values.map((value) => uint16(Buffer.isBuffer(value) ? 1 : 0))];
  parts.push(uint16(values.length));
  for (const value of values) {
    const bytes = value === null ? null : Buffer.from(value);
    const length = Buffer.alloc(4);
    length.writeInt32BE(bytes?.length ?? -1);
    parts.push(length, ...(bytes === null ? [] : [bytes]));
  }
  return bindMessage(portal, statement, Buffer.concat([...parts, uint16(1), uint16(resultFormat)]));
}

export function int8(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
}
