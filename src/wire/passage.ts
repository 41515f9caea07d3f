/**
 * One statement on one connection, and its answer as the server wrote it: the way of most statements of the simple protocol, so
 * a session has one exchange for all of them, and an answer that came in one piece leaves in one.
 */

import { type Backend, type Exchange, typesOf } from './backend.js';
import { asError, B, sqlstateOf } from './backend-messages.js';
import { forward, lostComplaint } from './exchanges.js';
import { complain, endBlock, failWith, ready, type Session, statusOfSession } from './state.js';

/** What a query is answered by, unless it fails. */
const answerTypes = typesOf(B.rowDescription, B.dataRow, B.commandComplete, B.emptyQuery);

const readyBytes = 6;

/** Up to ReadyForQuery, which the client has got when it resolves. */
export type Pass = (backend: Backend, frame: Buffer) => Promise<void>;

/** For statements that are no COPY; one at a time. */
export function passageOf(session: () => Session): Pass {
  let on: Backend | undefined;
  let hasFailed = false;
  let done: () => void = () => {};
  const finish = (): void => {
    if (!session().ended) ready(session());
    done();
  };
  const exchange: Exchange = {
    unread: answerTypes,
    pass: (bytes) => {
      if (on !== undefined) forward(session().client, on, bytes);
    },
    message: (type, frame) => {
      if (type !== B.error) return session().client.soon(frame);
      hasFailed = true;
      const error = asError(frame);
      failWith(session(), error, sqlstateOf(error));
    },
    parameter: (frame) => session().client.soon(frame),
    ready: finish,
    last: (bytes, status) => {
      const to = session();
      const isSame = status === statusOfSession(to);
      to.client.push(isSame ? bytes : bytes.subarray(0, -readyBytes));
      if (!isSame || to.ended) return finish();
      if (to.block.kind === 'none') endBlock(to);
      to.client.flush();
      done();
    },
    lost: () => {
      const to = session();
      if (!hasFailed) complain(to, lostComplaint(to.shared.pools[on?.place ?? -1]?.name ?? ''));
      to.block.failed = to.block.kind !== 'none';
      finish();
    },
  };
  const passed = (resolve: () => void): void => {
    done = resolve;
  };
  return (backend, frame) => {
    on = backend;
    hasFailed = false;
    const answered = new Promise<void>(passed);
    backend.unnamed = undefined;
    backend.expect(exchange);
    backend.outlet.push(frame);
    backend.outlet.flush();
    return answered;
  };
}
