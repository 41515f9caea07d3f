/**
 * Messages of the extended protocol on one connection, up to their Sync: what was sent, which answers are still to come, and
 * which of them the client is to see. Answers of the router itself stand in line between those of the server, so that the
 * client reads everything in the order in which it asked.
 */

import { type Backend, type Exchange, rowTypes, typesOf } from './backend.js';
import { asError, B, type Status } from './backend-messages.js';
import { forward } from './exchanges.js';
import type { Outlet } from './frames.js';
import { flushMessage, sync } from './frontend-messages.js';

/** What one message sent is answered by. Hidden ones are the router's own. */
export type Expected =
  | 'parse'
  | 'hidden parse'
  | 'bind'
  | 'close'
  | 'hidden close'
  | 'describe'
  | 'execute'
  | 'spoil';

export interface Batch {
  /** `undo` is called when it fails, or is passed over after something else has failed. */
  readonly send: (frame: Buffer, answeredBy: Expected, undo?: () => void) => void;
  /** The router's own answer, after all that is still to come. */
  readonly say: (bytes: Buffer) => void;
  /** Resolves when everything sent was answered. */
  readonly settled: () => Promise<void> | undefined;
  /** Sends the Sync; undefined is a lost connection. */
  readonly sync: () => Promise<Status | undefined>;
}

export interface BatchEvents {
  readonly client: Outlet;
  readonly failed: (error: Buffer) => void;
  readonly lost: () => void;
  /** The server waits for COPY data. */
  readonly copyIn: () => void;
}

interface Awaited {
  readonly what: Expected | 'own words';
  readonly own?: Buffer;
  readonly undo?: (() => void) | undefined;
}

function isSeen({ what, undo }: Awaited): boolean {
  if (undo !== undefined) return false;
  return what === 'parse' || what === 'bind' || what === 'describe' || what === 'execute' || what === 'close';
}

const answerTypes = typesOf(
  ...[B.parseComplete, B.bindComplete, B.closeComplete, B.rowDescription, B.noData, B.dataRow],
  ...[B.commandComplete, B.emptyQuery, B.portalSuspended],
);

export function batchOn(backend: Backend, { client, failed, lost, copyIn }: BatchEvents): Batch {
  let line: Awaited[] = [];
  let hasFailed = false;
  let whenSettled: (() => void) | undefined;
  let whenReady: ((status: Status | undefined) => void) | undefined;
  const settle = (): void => {
    if (line.length > 0 || whenSettled === undefined) return;
    whenSettled();
    whenSettled = undefined;
  };
  const sayWhatFollows = (): void => {
    let next = line[0];
    while (next?.own !== undefined) {
      client.soon(next.own);
      line.shift();
      next = line[0];
    }
    settle();
  };
  const fail = (): void => {
    hasFailed = true;
    for (const { undo } of line) undo?.();
    line = [];
    settle();
  };
  const exchange: { -readonly [Name in keyof Exchange]: Exchange[Name] } = {
    unread: rowTypes,
    pass: (bytes) => forward(client, backend, bytes),
    parameter: (frame) => client.soon(frame),
    message: (type, frame) => {
      switch (type) {
        case B.error:
          // What the router spoilt itself has failed already for the client.
          if (line[0]?.what !== 'spoil') failed(asError(frame));
          return fail();
        case B.parseComplete:
        case B.bindComplete:
        case B.closeComplete:
        case B.rowDescription:
        case B.noData:
        case B.commandComplete:
        case B.emptyQuery:
        case B.portalSuspended: {
          const answered = line.shift()?.what;
          if (answered !== 'hidden parse' && answered !== 'hidden close') client.soon(frame);
          return sayWhatFollows();
        }
        default:
          client.soon(frame);
          if (type === B.copyIn) copyIn();
      }
    },
    ready: (status) => whenReady?.(status),
    lost: () => {
      if (!hasFailed) lost();
      fail();
      whenReady?.(undefined);
    },
  };
  backend.expect(exchange);
  return {
    send: (frame, what, undo) => {
      backend.outlet.push(frame);
      line.push({ what, undo });
    },
    say: (bytes) => {
      if (line.length === 0) client.push(bytes);
      else line.push({ what: 'own words', own: bytes });
    },
    settled: () => {
      if (line.length === 0) return undefined;
      backend.outlet.push(flushMessage);
      backend.outlet.flush();
      return new Promise((resolve) => {
        whenSettled = resolve;
      });
    },
    sync: () => {
      // Nothing is added any more: where the client sees all that is to come, nobody has to count it.
      if (line.every(isSeen)) {
        line = [];
        exchange.unread = answerTypes;
      }
      backend.outlet.push(sync);
      backend.outlet.flush();
      if (backend.isLost()) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        whenReady = resolve;
      });
    },
  };
}
