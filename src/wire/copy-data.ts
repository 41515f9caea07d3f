/** COPY FROM STDIN at one place: the data go on to the server as they come. */

import type { Backend } from './backend.js';
import { ProtocolViolation } from './frames.js';
import { F, flushMessage, readEmpty } from './frontend-messages.js';
import type { Session } from './state.js';

/**
 * The server waits for data: what comes up to their end is its own. As to a server, a Sync or a Flush in between means nothing,
 * since clients send one behind every Execute; anything else breaks the protocol. `isPipelined`: nothing that follows makes the
 * server tell of the end at once.
 */
export function passCopyData(session: Session, backend: Backend, isPipelined: boolean): void {
  session.client.flush();
  session.divert((type, frame) => {
    if (type === F.sync || type === F.flush) return true;
    if (!isCopyData(type)) throw outOfPlace();
    if (type === F.copyDone) readEmpty(frame);
    backend.outlet.soon(frame);
    if (type !== F.copyData) {
      session.takes = undefined;
      if (isPipelined) backend.outlet.soon(flushMessage);
    }
    backend.outlet.holdBack(session.source);
    return true;
  });
}

export function isCopyData(type: number): boolean {
  return type === F.copyData || type === F.copyDone || type === F.copyFail;
}

export function outOfPlace(): ProtocolViolation {
  return new ProtocolViolation('another message came before the end of the data of a COPY');
}
