/**
 * One connection to a server after its start: messages go out joined, answers go to the exchange whose turn it is. An
 * exchange is everything up to one ReadyForQuery; several may be on their way, and the server answers them in order.
 * Rows are handed on as pieces of the chunk that they came in, however many and however long they are.
 */

import type { Duplex } from 'node:stream';
import { B, type Status, statusOf } from './backend-messages.js';
import { type Outlet, outletOf } from './frames.js';
import type { ServerSettings } from './settings.js';

export interface Exchange {
  /** Messages of these types are passed on unread. */
  readonly unread: Types;
  /** Unread messages, and perhaps a piece of a row or of COPY data: to be passed on in order. */
  readonly pass: (bytes: Buffer) => void;
  /** A whole message other than these, ReadyForQuery and what is about the connection. */
  readonly message: (type: number, frame: Buffer) => void;
  /** A change of a parameter that the server tells of. */
  readonly parameter: (frame: Buffer) => void;
  readonly ready: (status: Status) => void;
  /** In place of `pass` and `ready` for unread messages that ReadyForQuery follows at once: `bytes` have it at their end. */
  readonly last?: (bytes: Buffer, status: Status) => void;
  readonly lost: () => void;
}

/** Of messages: 1 for those that are meant. */
export type Types = Uint8Array;

export function typesOf(...types: readonly number[]): Types {
  const table = new Uint8Array(256);
  for (const type of types) table[type] = 1;
  return table;
}

/** Everything is looked at. */
export const noTypes: Types = typesOf();
/** What may be long; it alone is passed on in pieces. */
export const rowTypes: Types = typesOf(B.dataRow, B.copyData);

export interface Backend {
  /** Of the pool that it belongs to. */
  readonly place: number;
  readonly pid: number;
  readonly secret: Buffer;
  readonly outlet: Outlet;
  /** Names of statements that are prepared there, oldest first. */
  readonly prepared: Set<string>;
  /** What the unnamed statement is: a client's own, of one Parse. */
  unnamed: object | undefined;
  /** What was set on top of how the connection started. */
  settings: ServerSettings;
  status: Status;
  readonly isLost: () => boolean;
  readonly isBusy: () => boolean;
  /** The next answers are for this exchange. */
  readonly expect: (exchange: Exchange) => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly close: () => void;
  /** Called once, when the connection is gone and all exchanges know. */
  onLost: () => void;
  /** When it was given back, in ms of the process's clock. */
  idleSince: number;
  /** Cancel requests that are on their way to it: it may not serve somebody else before they arrived. */
  cancels: Promise<void> | undefined;
}

export interface Started {
  readonly socket: Duplex;
  readonly pid: number;
  readonly secret: Buffer;
  /** What came after the first ReadyForQuery. */
  readonly rest: Buffer;
}

export function backendOf(place: number, started: Started, settings: ServerSettings): Backend {
  const { socket } = started;
  const exchanges: Exchange[] = [];
  let lost = false;
  const backend: Backend = {
    place,
    pid: started.pid,
    secret: started.secret,
    outlet: outletOf(() => socket),
    prepared: new Set(),
    unnamed: undefined,
    settings,
    status: 'I',
    isLost: () => lost,
    isBusy: () => exchanges.length > 0,
    expect: (exchange) => {
      if (lost) exchange.lost();
      else exchanges.push(exchange);
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: () => end(),
    onLost: () => {},
    idleSince: 0,
    cancels: undefined,
  };
  const end = (): void => {
    if (lost) return;
    lost = true;
    socket.destroy();
    for (const exchange of exchanges.splice(0)) exchange.lost();
    backend.onLost();
  };
  const read = answerReader({
    current: () => exchanges[0],
    ended: (status) => {
      backend.status = status;
      return exchanges.shift();
    },
  });
  socket.removeAllListeners('data').removeAllListeners('error').removeAllListeners('close');
  socket.on('data', (chunk: Buffer) => {
    try {
      read(chunk);
    } catch {
      // Not what a PostgreSQL server says: nothing that follows can be trusted.
      end();
    }
  });
  socket.on('error', end).on('close', end).on('end', end);
  if (started.rest.length > 0) read(started.rest);
  socket.resume();
  return backend;
}

interface Answers {
  readonly current: () => Exchange | undefined;
  /** ReadyForQuery is there. Gives the exchange whose end it is. */
  readonly ended: (status: Status) => Exchange | undefined;
}

/** Longer messages than this, rows aside, are no answers of a server. */
const longest = 256 * 1024 * 1024;

/** Chunks → messages. Unread ones stay together in one piece of the chunk; a row that goes beyond it is passed on piece by piece. */
function answerReader({ current, ended }: Answers): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let held = 0;
  let needed = 5;
  /** Bytes of a row that are still to come. */
  let openRow = 0;
  const read = (data: Buffer): void => {
    let at = 0;
    let unreadFrom = -1;
    if (openRow > 0) {
      at = Math.min(openRow, data.length);
      openRow -= at;
      unreadFrom = 0;
    }
    while (data.length - at >= 5) {
      const type = data[at] ?? 0;
      const length = data.readInt32BE(at + 1);
      if (length < 4 || length > longest * 4) throw new Error('not an answer');
      const end = at + 1 + length;
      const isWhole = end <= data.length;
      const exchange = current();
      if (exchange !== undefined && exchange.unread[type] === 1 && (isWhole || rowTypes[type] === 1)) {
        if (unreadFrom < 0) unreadFrom = at;
        if (!isWhole) openRow = end - data.length;
        at = isWhole ? end : data.length;
        continue;
      }
      if (type === B.ready && isWhole && unreadFrom >= 0 && exchange?.last !== undefined) {
        const status = statusOf(data, at);
        ended(status)?.last?.(piece(data, unreadFrom, end), status);
        unreadFrom = -1;
        at = end;
        continue;
      }
      if (unreadFrom >= 0) exchange?.pass(piece(data, unreadFrom, at));
      unreadFrom = -1;
      if (!isWhole) break;
      answer(type, piece(data, at, end));
      at = end;
    }
    if (unreadFrom >= 0) current()?.pass(piece(data, unreadFrom, at));
    held = data.length - at;
    parts = held === 0 ? [] : [data.subarray(at)];
    needed = held < 5 ? 5 : 1 + data.readInt32BE(at + 1);
  };
  const answer = (type: number, frame: Buffer): void => {
    switch (type) {
      case B.ready: {
        const status = statusOf(frame);
        ended(status)?.ready(status);
        return;
      }
      case B.parameterStatus:
        current()?.parameter(frame);
        return;
      case B.notification:
        return;
      case B.notice:
        if (current() === undefined) return;
        break;
    }
    current()?.message(type, frame);
  };
  return (chunk) => {
    if (held === 0) return read(chunk);
    parts.push(chunk);
    held += chunk.length;
    if (held < needed) return;
    read(Buffer.concat(parts, held));
  };
}

function piece(data: Buffer, from: number, end: number): Buffer {
  return from === 0 && end === data.length ? data : data.subarray(from, end);
}
