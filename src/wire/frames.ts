/**
 * Framing of the wire protocol: chunks of a socket → whole messages, and messages joined into few writes.
 * A message is its type byte, its length (itself included, the type byte not) and its body; nothing is copied where
 * a chunk holds it whole.
 *
 * https://www.postgresql.org/docs/18/protocol-message-formats.html
 */

import type { Duplex } from 'node:stream';

/** The other side broke the protocol; the connection ends, and nothing of the message goes further. */
export class ProtocolViolation extends Error {
  override readonly name = 'ProtocolViolation';
}

export interface FrameReader {
  /** @throws ProtocolViolation for a length that no message has, or one above the limit */
  readonly push: (chunk: Buffer) => void;
  /** What came after the last message given out: kept when the reader is left in the middle of a chunk. */
  readonly rest: () => Buffer;
}

const headerBytes = 5;

/**
 * `onFrame` gets every whole message with its header; returning false stops in the middle of a chunk (`rest` has what follows).
 * `limit` is in bytes of one message.
 */
export function frameReader(limit: number, onFrame: (type: number, frame: Buffer) => boolean): FrameReader {
  let parts: Buffer[] = [];
  let held = 0;
  let needed = headerBytes;
  const read = (data: Buffer): void => {
    let at = 0;
    while (data.length - at >= headerBytes) {
      const end = at + 1 + lengthAt(data, at + 1, limit);
      if (end > data.length) break;
      const type = data[at] ?? 0;
      const frame = at === 0 && end === data.length ? data : data.subarray(at, end);
      at = end;
      if (!onFrame(type, frame)) break;
    }
    keep(data, at);
  };
  const keep = (data: Buffer, at: number): void => {
    held = data.length - at;
    parts = held === 0 ? [] : [at === 0 ? data : data.subarray(at)];
    needed = held < headerBytes ? headerBytes : 1 + lengthAt(data, at + 1, limit);
  };
  return {
    push: (chunk) => {
      if (held === 0) return read(chunk);
      parts.push(chunk);
      held += chunk.length;
      if (held >= needed) read(Buffer.concat(parts, held));
    },
    rest: () => Buffer.concat(parts, held),
  };
}

function lengthAt(data: Buffer, at: number, limit: number): number {
  const length = data.readInt32BE(at);
  if (length < 4) throw new ProtocolViolation('a message says that it is shorter than its own length');
  if (length > limit) throw new ProtocolViolation(`a message of more than ${limit} bytes`);
  return length;
}

export interface Source {
  readonly pause: () => void;
  readonly resume: () => void;
}

export interface Outlet {
  readonly push: (bytes: Buffer) => void;
  /** Writes what was pushed, in one go. */
  readonly flush: () => void;
  /** Pushes, and flushes when what the present event has set going has said its part: one write where there would be two. */
  readonly soon: (bytes: Buffer) => void;
  /** Stops the source while more waits to be written than should. */
  readonly holdBack: (source: Source) => void;
}

const joinUpTo = 65_536;

/** So many are copied together before it is looked whether some of them are one slice already. */
const fewPieces = 8;

/** Joins messages into few writes: many neighbours of one chunk become one slice, small ones are copied together. */
export function outletOf(socket: () => Duplex): Outlet {
  let waiting: Buffer[] = [];
  let bytesWaiting = 0;
  let scheduled: NodeJS.Immediate | undefined;
  /** Stopped until what was written has gone out. */
  const held = new Set<Source>();
  const flush = (): void => {
    if (scheduled !== undefined) clearImmediate(scheduled);
    scheduled = undefined;
    if (bytesWaiting === 0) return;
    const all = waiting;
    const total = bytesWaiting;
    waiting = [];
    bytesWaiting = 0;
    const to = socket();
    if (to.destroyed || to.writableEnded) return;
    if (all.length === 1) to.write(all[0]);
    else if (total <= joinUpTo) to.write(Buffer.concat(all, total));
    else {
      to.cork();
      for (const bytes of all) to.write(bytes);
      to.uncork();
    }
  };
  const push = (bytes: Buffer): void => {
    bytesWaiting += bytes.length;
    const last = waiting.length - 1;
    const before = last < fewPieces ? undefined : waiting[last];
    if (before !== undefined && areNeighbours(before, bytes)) {
      waiting[last] = Buffer.from(before.buffer, before.byteOffset, before.length + bytes.length);
    } else {
      waiting.push(bytes);
    }
  };
  return {
    push,
    flush,
    soon: (bytes) => {
      push(bytes);
      scheduled ??= setImmediate(flush);
    },
    holdBack: (source) => {
      const to = socket();
      if (!to.writableNeedDrain) return;
      // Each time: whoever else had stopped it may have let it go on.
      source.pause();
      if (held.has(source)) return;
      held.add(source);
      if (held.size > 1) return;
      const goOn = (): void => {
        to.off('drain', goOn).off('close', goOn);
        for (const one of held) one.resume();
        held.clear();
      };
      to.once('drain', goOn).once('close', goOn);
    },
  };
}

function areNeighbours(before: Buffer, bytes: Buffer): boolean {
  return before.buffer === bytes.buffer && before.byteOffset + before.length === bytes.byteOffset;
}
