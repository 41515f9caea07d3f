/**
 * The beginning of a client's connection: TLS when it asks, a request to cancel, or its parameters and its password. Nothing
 * of a statement is read before this is over, and it has to be over soon.
 */

import { isUtf8 } from 'node:buffer';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type SecureContext, TLSSocket } from 'node:tls';
import { authentication, B, type Complaint, int32, message, text } from './backend-messages.js';
import { frameReader, ProtocolViolation } from './frames.js';
import { F, requestCodes } from './frontend-messages.js';
import { answerClient, mechanism, nobodysVerifier, type ServerExchange } from './scram.js';
import type { Users } from './users.js';

export interface Door {
  readonly tls: () => SecureContext | undefined;
  readonly requireTls: boolean;
  /** Undefined: everybody is let in. */
  readonly users: () => Users | undefined;
  /** Of this process: what unknown names are answered by. */
  readonly secret: Buffer;
}

export type Entered =
  | { readonly kind: 'cancel'; readonly pid: number; readonly secret: number }
  | {
      readonly kind: 'client';
      readonly socket: Duplex;
      readonly parameters: ReadonlyMap<string, string>;
      /** What came with the password. */
      readonly rest: Buffer;
    };

/** Turned away; the client is told when it can be. */
export class TurnedAway extends Error {
  override readonly name = 'TurnedAway';
  readonly complaint: Complaint;
  readonly socket: Duplex;

  constructor(socket: Duplex, complaint: Complaint) {
    super(complaint.message);
    this.complaint = { severity: 'FATAL', ...complaint };
    this.socket = socket;
  }
}

/** No first packet of an honest client is longer. */
const longestStart = 10_000;

/** @throws TurnedAway, or what the socket ended with */
export async function enter(plain: Socket, door: Door): Promise<Entered> {
  const way: { socket: Duplex } = { socket: plain };
  try {
    return await entered(plain, door, way);
  } catch (error) {
    // Told in the way that the client listens to by now.
    if (error instanceof ProtocolViolation) throw new TurnedAway(way.socket, violation(error));
    throw error;
  }
}

export function violation({ message }: ProtocolViolation): Complaint {
  return { severity: 'FATAL', sqlstate: '08P01', message: `protocol violation: ${message}` };
}

/** `way`: what the client is spoken to through, which TLS changes. */
async function entered(plain: Socket, door: Door, way: { socket: Duplex }): Promise<Entered> {
  let rest: Buffer = Buffer.alloc(0);
  for (let asked = 0; asked < 3; asked += 1) {
    const { socket } = way;
    const packet = await firstPacket(socket, rest);
    rest = packet.rest;
    const code = packet.body.readInt32BE(0);
    if (code === requestCodes.cancel) {
      if (packet.body.length !== 12) throw new ProtocolViolation('a cancel request of another length');
      return { kind: 'cancel', pid: packet.body.readInt32BE(4), secret: packet.body.readInt32BE(8) };
    }
    if (code === requestCodes.ssl || code === requestCodes.gss) {
      // What came unencrypted with the question was not meant for what follows it.
      if (rest.length > 0 || socket !== plain)
        throw new ProtocolViolation('data before the answer to a request');
      const context = code === requestCodes.ssl ? door.tls() : undefined;
      socket.write(context === undefined ? 'N' : 'S');
      if (context !== undefined) way.socket = await secured(plain, context);
      continue;
    }
    if (door.requireTls && socket === plain) {
      throw new TurnedAway(socket, {
        sqlstate: '28000',
        message: 'the router takes connections with TLS alone',
        hint: 'Connect with sslmode=require.',
      });
    }
    const parameters = parametersOf(socket, packet.body);
    const left = await authenticated(socket, parameters.get('user') ?? '', door, rest);
    return { kind: 'client', socket, parameters, rest: left };
  }
  throw new ProtocolViolation('too many requests before the start');
}

function secured(plain: Socket, secureContext: SecureContext): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const secure = new TLSSocket(plain, { isServer: true, secureContext });
    secure.once('secure', () => resolve(secure)).once('error', reject);
    plain.once('close', () => reject(new Error('closed')));
  });
}

// ── reading, before messages have types ──────────────────────────────────────────────────────────────────────────────

function firstPacket(
  socket: Duplex,
  before: Buffer,
): Promise<{ readonly body: Buffer; readonly rest: Buffer }> {
  return reading(socket, before, (data) => {
    if (data.length < 4) return undefined;
    const length = data.readInt32BE(0);
    if (length < 8 || length > longestStart)
      throw new ProtocolViolation('a first packet of a length that none has');
    if (data.length < length) return undefined;
    return { body: data.subarray(4, length), rest: data.subarray(length) };
  });
}

/** Collects data until `read` makes something of it; the socket is left paused. */
function reading<T>(socket: Duplex, before: Buffer, read: (data: Buffer) => T | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    let data = before;
    const stop = (): void => {
      socket.pause();
      socket.off('data', take).off('error', fail).off('close', closed);
    };
    const fail = (error: Error): void => {
      stop();
      reject(error);
    };
    const closed = (): void => fail(new Error('closed'));
    const attempt = (): void => {
      try {
        const found = read(data);
        if (found === undefined) return;
        stop();
        resolve(found);
      } catch (error) {
        fail(error as Error);
      }
    };
    const take = (chunk: Buffer): void => {
      data = data.length === 0 ? chunk : Buffer.concat([data, chunk]);
      attempt();
    };
    socket.on('data', take).on('error', fail).on('close', closed);
    if (data.length > 0) attempt();
    socket.resume();
  });
}

const newestMinor = 0;

/** Protocol 3; a newer minor version is talked down to 3.0. */
function parametersOf(socket: Duplex, body: Buffer): ReadonlyMap<string, string> {
  const major = body.readUInt16BE(0);
  if (major !== 3) {
    throw new TurnedAway(socket, {
      sqlstate: '0A000',
      message: `protocol ${major} is not spoken here, 3.0 is`,
    });
  }
  const pairs = body.subarray(4);
  if (!isUtf8(pairs) || pairs[pairs.length - 1] !== 0)
    throw new ProtocolViolation('parameters that are no text');
  const words = pairs.toString('utf8').split('\0');
  const parameters = new Map<string, string>();
  for (let i = 0; i + 1 < words.length; i += 2) {
    const name = words[i] ?? '';
    if (name === '') break;
    parameters.set(name, words[i + 1] ?? '');
  }
  const strange = [...parameters.keys()].filter((name) => name.startsWith('_pq_.'));
  if (body.readUInt16BE(2) > newestMinor || strange.length > 0) {
    socket.write(
      message(B.negotiate, Buffer.concat([int32(newestMinor), int32(strange.length), ...strange.map(text)])),
    );
  }
  if ((parameters.get('user') ?? '') === '') {
    throw new TurnedAway(socket, {
      sqlstate: '28000',
      message: 'no user was named in the start of the connection',
    });
  }
  return parameters;
}

// ── the password ─────────────────────────────────────────────────────────────────────────────────────────────────────

async function authenticated(socket: Duplex, user: string, door: Door, before: Buffer): Promise<Buffer> {
  const users = door.users();
  if (users === undefined) return before;
  const verifier = users.get(user);
  const wrong = new TurnedAway(socket, {
    sqlstate: '28P01',
    message: `password authentication failed for user "${user}"`,
  });
  socket.write(authentication(10, Buffer.concat([text(mechanism), Buffer.from([0])])));
  const initial = await passwordMessage(socket, before);
  const exchange = begin(initial.body, verifier ?? nobodysVerifier(user, door.secret));
  if (exchange === undefined) throw wrong;
  socket.write(authentication(11, Buffer.from(exchange.first)));
  const final = await passwordMessage(socket, initial.rest);
  const answer = exchange.finish(final.body.toString('utf8'));
  if (answer === undefined || verifier === undefined) throw wrong;
  socket.write(authentication(12, Buffer.from(answer)));
  return final.rest;
}

/** SASLInitialResponse: the mechanism's name, then its first message with its length. */
function begin(body: Buffer, verifier: Parameters<typeof answerClient>[1]): ServerExchange | undefined {
  const end = body.indexOf(0);
  if (end < 0 || body.toString('latin1', 0, end) !== mechanism || body.length < end + 5) return undefined;
  const length = body.readInt32BE(end + 1);
  if (length !== body.length - end - 5) return undefined;
  return answerClient(body.toString('utf8', end + 5), verifier);
}

async function passwordMessage(
  socket: Duplex,
  before: Buffer,
): Promise<{ readonly body: Buffer; readonly rest: Buffer }> {
  let found: Buffer | undefined;
  const frames = frameReader(longestStart, (type, frame) => {
    if (type !== F.password) throw new ProtocolViolation('another message where a password was asked for');
    found = frame.subarray(5);
    return false;
  });
  let seen = 0;
  return reading(socket, before, (data) => {
    frames.push(data.subarray(seen));
    seen = data.length;
    return found === undefined ? undefined : { body: found, rest: frames.rest() };
  });
}
