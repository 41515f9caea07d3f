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
  /** A whole message other than rows, ReadyForQuery and what is about the connection. */
  readonly message: (type: number, frame: Buffer) => void;
  /** Rows or COPY data, whole or a piece: to be passed on in order. */
  readonly rows: (bytes: Buffer, count: number) => void;
  /** A change of a parameter that the server tells of. */
  readonly parameter: (frame: Buffer) => void;
  readonly ready: (status: Status) => void;
  readonly lost: () => void;
  /** Rows are wanted whole, one by one, since they are looked at. */
  readonly wholeRows: boolean;
}

export interface Backend {
  /** Of the pool that it belongs to. */
  readonly place: number;
  readonly pid: number;
  readonly secret: Buffer;
  readonly outlet: Outlet;
  /** Names of statements that are prepared there, oldest first. */
  readonly prepared: Set<string>;
  /** What the unnamed statement is, by the name that it would have. */
  unnamed: string | undefined;
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
    ready: (frame) => {
      backend.status = statusOf(frame);
      exchanges.shift()?.ready(backend.status);
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
  readonly ready: (frame: Buffer) => void;
}

/** Longer messages than this, rows aside, are no answers of a server. */
const longest = 256 * 1024 * 1024;

/** Chunks → messages. Rows stay together in one piece of the chunk; a row that goes beyond it is passed on piece by piece. */
function answerReader({ current, ready }: Answers): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let held = 0;
  let needed = 5;
  /** Bytes of a row that are still to come. */
  let openRow = 0;
  const read = (data: Buffer): void => {
    let at = 0;
    let rowsFrom = -1;
    let rows = 0;
    const passRows = (end: number): void => {
      if (rowsFrom >= 0) current()?.rows(data.subarray(rowsFrom, end), rows);
      rowsFrom = -1;
      rows = 0;
    };
    if (openRow > 0) {
      at = Math.min(openRow, data.length);
      openRow -= at;
      rowsFrom = 0;
    }
    while (data.length - at >= 5) {
      const type = data[at] ?? 0;
      const length = data.readInt32BE(at + 1);
      if (length < 4 || length > longest * 4) throw new Error('not an answer');
      const end = at + 1 + length;
      const isRow = type === B.dataRow || type === B.copyData;
      if (isRow && current()?.wholeRows !== true) {
        if (rowsFrom < 0) rowsFrom = at;
        rows += 1;
        if (end > data.length) {
          openRow = end - data.length;
          at = data.length;
          break;
        }
        at = end;
        continue;
      }
      passRows(at);
      if (end > data.length) break;
      answer(type, data.subarray(at, end));
      at = end;
    }
    passRows(at);
    held = data.length - at;
    parts = held === 0 ? [] : [data.subarray(at)];
    needed = held < 5 ? 5 : 1 + data.readInt32BE(at + 1);
  };
  const answer = (type: number, frame: Buffer): void => {
    switch (type) {
      case B.ready:
        ready(frame);
        return;
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
