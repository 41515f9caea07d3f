/** A client's session after it was let in: its messages one after the other, each when the one before is dealt with. */

import { onDescribe } from './describe.js';
import { onBind, onClose, onExecute, onParse } from './extended-query.js';
import { ProtocolViolation } from './frames.js';
import { F, knownTypes, readEmpty } from './frontend-messages.js';
import { guarded, onFlush, onSync } from './pipeline.js';
import { simpleQuery } from './simple-query.js';
import { complain, ready, type Session } from './state.js';

export interface MessageLoop {
  /** @throws ProtocolViolation */
  readonly take: (type: number, frame: Buffer) => void;
  readonly isBusy: () => boolean;
}

/** Messages, and their bytes, that wait while one is being dealt with; beyond this the client is stopped. */
const mostWaiting = 1000;
const mostBytesWaiting = 1_048_576;

interface Waiting {
  readonly type: number;
  readonly frame: Buffer;
}

/** `broken`: the client broke the protocol, or the router has a bug; the connection has to end. */
export function messageLoop(session: Session, broken: (error: unknown) => void): MessageLoop {
  let waiting: Waiting[] = [];
  let bytes = 0;
  let isBusy = false;
  const areMany = (): boolean => waiting.length > mostWaiting || bytes > mostBytesWaiting;
  const wait = (messages: Waiting[]): void => {
    waiting = messages;
    bytes = messages.reduce((sum, { frame }) => sum + frame.length, 0);
  };
  const settle = (running: Promise<void>): void => {
    isBusy = true;
    running.then(
      () => {
        isBusy = false;
        goOn();
      },
      (error: unknown) => broken(error),
    );
  };
  const goOn = (): void => {
    const queue = waiting;
    const wereMany = areMany();
    wait([]);
    try {
      for (const [i, { type, frame }] of queue.entries()) {
        if (session.takes?.(type, frame) === true) continue;
        if (isBusy) {
          wait([...queue.slice(i), ...waiting]);
          break;
        }
        start(type, frame);
      }
      if (wereMany && !areMany()) session.source.resume();
    } catch (error) {
      broken(error);
    }
  };
  const start = (type: number, frame: Buffer): void => {
    const running = handle(session, type, frame);
    if (running instanceof Promise) settle(running);
  };
  // What waited for its turn may be COPY data that came with its COPY.
  session.divert = (takes) => {
    session.takes = takes;
    const queue = waiting;
    if (areMany()) session.source.resume();
    wait([]);
    try {
      wait(queue.filter(({ type, frame }) => session.takes?.(type, frame) !== true));
    } catch (error) {
      return broken(error);
    }
    if (areMany()) session.source.pause();
  };
  return {
    isBusy: () => isBusy || waiting.length > 0,
    take: (type, frame) => {
      if (session.takes?.(type, frame) === true) return;
      if (!knownTypes.has(type)) throw new ProtocolViolation('a message of a type that is not known');
      if (!isBusy && waiting.length === 0) return start(type, frame);
      waiting.push({ type, frame });
      bytes += frame.length;
      if (areMany()) session.source.pause();
    },
  };
}

function handle(session: Session, type: number, frame: Buffer): void | Promise<void> {
  if (session.skipping && type !== F.sync) return;
  switch (type) {
    case F.query:
      return simpleQuery(session, frame);
    case F.parse:
      return guarded(session, () => onParse(session, frame));
    case F.bind:
      return guarded(session, () => onBind(session, frame));
    case F.describe:
      return guarded(session, () => onDescribe(session, frame));
    case F.execute:
      return guarded(session, () => onExecute(session, frame));
    case F.close:
      return guarded(session, () => onClose(session, frame));
    case F.flush:
      readEmpty(frame);
      return onFlush(session);
    case F.sync:
      readEmpty(frame);
      return onSync(session);
    case F.functionCall:
      complain(session, {
        sqlstate: '0A000',
        message: 'the function call protocol is not offered by the router',
        hint: 'Call the function in a SELECT.',
      });
      return ready(session);
    case F.password:
      throw new ProtocolViolation('a password after the log-in');
    default:
      // COPY data after its COPY has failed is passed over, as a server does.
      return;
  }
}
