/**
 * A connection to a server is opened: TLS as sslmode says, then the password as the server asks for it (SCRAM-SHA-256, md5,
 * clear text). Gives the socket, what cancels its statements, and the parameters that the server tells.
 */

import { createHash } from 'node:crypto';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import type { Address, Way } from '../postgres/index.js';
import type { Started } from './backend.js';
import { B, message, messageOf, sqlstateOf, text } from './backend-messages.js';
import { type FrameReader, frameReader } from './frames.js';
import { cancelRequest, F, requestCodes, startup, untyped } from './frontend-messages.js';
import { askServer, type ClientExchange, mechanism } from './scram.js';
import { intoSharedBuffer } from './sockets.js';

/** Why a server could not be reached; `sqlstate` is its own when it said one. */
export class ConnectionRefused extends Error {
  override readonly name = 'ConnectionRefused';
  readonly sqlstate: string;

  constructor(message: string, sqlstate = '08001') {
    super(message);
    this.sqlstate = sqlstate;
  }
}

export interface Endpoint {
  readonly address: Address;
  readonly ways: readonly Way[];
}

export interface Greeted extends Started {
  /** As the server told them: server_version, TimeZone … */
  readonly parameters: ReadonlyMap<string, string>;
}

/** @throws ConnectionRefused */
export async function connectBackend({ address, ways }: Endpoint): Promise<Greeted> {
  let failure: unknown;
  for (const way of ways) {
    try {
      return await connectOneWay(address, way);
    } catch (error) {
      failure = error;
      const { code = '' } = error as NodeJS.ErrnoException;
      if (['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT', 'ETIMEDOUT'].includes(code)) break;
      if (error instanceof ConnectionRefused && !['28000', '08001'].includes(error.sqlstate)) break;
    }
  }
  if (failure instanceof ConnectionRefused) throw failure;
  const { code = 'no answer' } = failure as NodeJS.ErrnoException;
  throw new ConnectionRefused(`it cannot be reached (${code})`);
}

async function connectOneWay(address: Address, way: Way): Promise<Greeted> {
  const plain = openSocket(address, way === false);
  const deadline = setTimeout(() => plain.destroy(timedOut()), address.connectTimeoutMs);
  try {
    await once(plain, 'connect');
    const socket = way === false ? plain : await secured(plain, address, way);
    return await greeted(socket, address);
  } catch (error) {
    plain.destroy();
    throw error;
  } finally {
    clearTimeout(deadline);
  }
}

function timedOut(): Error {
  return new ConnectionRefused('it did not answer in time');
}

/** `isPlain`: nothing will be put on top of it. */
function openSocket({ host, port }: Address, isPlain: boolean): net.Socket {
  const to = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
  const onread = intoSharedBuffer(() => socket);
  const socket = net.connect(isPlain ? { ...to, onread } : to);
  return socket.setNoDelay(true).setKeepAlive(true, 60_000);
}

function once(socket: Duplex, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error?: Error): void =>
      reject(error ?? new ConnectionRefused('it closed the connection'));
    socket.once(event, () => {
      socket.off('error', failed).off('close', failed);
      resolve();
    });
    socket.once('error', failed).once('close', failed);
  });
}

async function secured(plain: net.Socket, { host }: Address, way: tls.ConnectionOptions): Promise<Duplex> {
  const code = Buffer.allocUnsafe(4);
  code.writeInt32BE(requestCodes.ssl);
  plain.write(untyped(code));
  const answer = await new Promise<Buffer>((resolve, reject) => {
    plain
      .once('data', resolve)
      .once('error', reject)
      .once('close', () => reject(new Error('closed')));
  });
  plain.pause();
  // One byte alone: whatever came with it was said by somebody who cannot encrypt.
  if (answer.length !== 1 || answer.toString('latin1') !== 'S') {
    throw new ConnectionRefused('it does not offer TLS');
  }
  const secure = tls.connect({
    socket: plain,
    ...way,
    ...(net.isIP(host) === 0 && !host.startsWith('/') ? { servername: host } : {}),
  });
  secure.on('error', () => {});
  await once(secure, 'secureConnect');
  return secure;
}

interface Scram {
  exchange: ClientExchange | undefined;
  /** The server has shown that it knows the password. */
  isProven: boolean;
}

// ── the first messages ───────────────────────────────────────────────────────────────────────────────────────────────

function greeted(socket: Duplex, address: Address): Promise<Greeted> {
  return new Promise((resolve, reject) => {
    const parameters = new Map<string, string>();
    const scram: Scram = { exchange: undefined, isProven: false };
    let pid = 0;
    let secret = Buffer.alloc(4);
    let frames: FrameReader;
    const fail = (error?: Error): void => {
      socket.destroy();
      reject(error ?? new ConnectionRefused('it closed the connection'));
    };
    const answered = (type: number, frame: Buffer): boolean => {
      switch (type) {
        case B.authentication:
          authenticate(frame, address, scram).then((reply) => {
            if (reply !== undefined) socket.write(reply);
          }, fail);
          return true;
        case B.parameterStatus: {
          const [name = '', value = ''] = frame.toString('utf8', 5).split('\0');
          parameters.set(name, value);
          return true;
        }
        case B.backendKey:
          pid = frame.readInt32BE(5);
          secret = Buffer.from(frame.subarray(9));
          return true;
        case B.error:
          fail(new ConnectionRefused(refusal(frame), sqlstateOf(frame)));
          return false;
        case B.ready:
          socket.pause();
          socket.off('data', read);
          process.nextTick(() => resolve({ socket, pid, secret, rest: frames.rest(), parameters }));
          return false;
        default:
          return true;
      }
    };
    frames = frameReader(1_048_576, answered);
    const read = (chunk: Buffer): void => {
      try {
        frames.push(chunk);
      } catch {
        fail(new ConnectionRefused('it does not speak the protocol of PostgreSQL', '08P01'));
      }
    };
    socket.on('data', read).once('error', fail).once('close', fail);
    socket.write(
      startup({
        user: address.user,
        database: address.database,
        client_encoding: 'UTF8',
        application_name: 'shardwright',
        ...(address.options === undefined ? {} : { options: address.options }),
      }),
    );
  });
}

/** What a server says before anybody is logged in names roles and databases, and no values. */
function refusal(frame: Buffer): string {
  return messageOf(frame).replaceAll(/\s+/g, ' ');
}

async function authenticate(
  frame: Buffer,
  { user, password }: Address,
  scram: Scram,
): Promise<Buffer | undefined> {
  const code = frame.readInt32BE(5);
  const given = (): string => {
    if (password !== undefined) return password;
    throw new ConnectionRefused('it asks for a password, and none was given', '28P01');
  };
  switch (code) {
    case 0:
      // Whoever asked by SCRAM and then lets everybody in is not the server.
      if (scram.exchange === undefined || scram.isProven) return undefined;
      break;
    case 3:
      return message(F.password, text(given()));
    case 5:
      return message(F.password, text(md5Answer(user, given(), frame.subarray(9, 13))));
    case 10: {
      if (!frame.toString('latin1', 9).split('\0').includes(mechanism)) break;
      const exchange = askServer(given());
      scram.exchange = exchange;
      const size = Buffer.allocUnsafe(4);
      size.writeInt32BE(Buffer.byteLength(exchange.first));
      return message(F.password, Buffer.concat([text(mechanism), size, Buffer.from(exchange.first)]));
    }
    case 11:
      return message(
        F.password,
        Buffer.from((await scram.exchange?.answer(frame.toString('utf8', 9))) ?? ''),
      );
    case 12:
      scram.isProven = scram.exchange?.isServer(frame.toString('utf8', 9)) === true;
      if (scram.isProven) return undefined;
      throw new ConnectionRefused('it does not know the password that it asks for', '28000');
  }
  throw new ConnectionRefused('it asks for a way to log in that is not known here', '28000');
}

function md5Answer(user: string, password: string, salt: Buffer): string {
  const md5 = (data: Buffer | string): string => createHash('md5').update(data).digest('hex');
  const inner = Buffer.from(md5(`${password}${user}`), 'latin1');
  return `md5${md5(Buffer.concat([inner, salt]))}`;
}

/** Asks a server to stop what a connection is doing; done when the server has passed it on. Failures change nothing. */
export function sendCancel({ address, ways }: Endpoint, pid: number, secret: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const plain = openSocket(address, false);
    const done = (): void => {
      clearTimeout(deadline);
      plain.destroy();
      resolve();
    };
    const deadline = setTimeout(done, 5_000);
    plain.on('error', done).on('close', done);
    plain.once('connect', () => {
      const [way] = ways;
      const socket =
        way === undefined || way === false ? Promise.resolve(plain) : secured(plain, address, way);
      socket.then((open) => open.on('error', done).write(cancelRequest(pid, secret)), done);
    });
    plain.resume();
  });
}
