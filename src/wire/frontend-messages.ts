/**
 * What a client says to a server: messages read, every length held against the end before anything is believed, and built
 * for the router's own words to a shard.
 */

import { isUtf8 } from 'node:buffer';
import { int32, message, text } from './backend-messages.js';
import { ProtocolViolation } from './frames.js';

/** Types of messages by their byte. */
export const F = {
  bind: 0x42, // B
  close: 0x43, // C
  copyData: 0x64, // d
  copyDone: 0x63, // c
  copyFail: 0x66, // f
  describe: 0x44, // D
  execute: 0x45, // E
  flush: 0x48, // H
  functionCall: 0x46, // F
  parse: 0x50, // P
  password: 0x70, // p
  query: 0x51, // Q
  sync: 0x53, // S
  terminate: 0x58, // X
} as const;

export const knownTypes: ReadonlySet<number> = new Set(Object.values(F));

export const requestCodes = { cancel: 80_877_102, ssl: 80_877_103, gss: 80_877_104 } as const;

export interface Parse {
  readonly name: string;
  readonly text: string;
  readonly types: readonly number[];
}

export interface Bind {
  readonly portal: string;
  readonly statement: string;
  /** The bytes after both names. */
  readonly rest: Buffer;
  readonly formats: readonly number[];
  /** Slices of the message; null is NULL. */
  readonly values: readonly (Buffer | null)[];
  readonly resultFormats: readonly number[];
}

export interface Named {
  readonly kind: 'statement' | 'portal';
  readonly name: string;
}

export interface Execute {
  readonly portal: string;
  /** 0 is no limit. */
  readonly maxRows: number;
}

export function readQuery(frame: Buffer): string {
  const reader = readerOf(frame);
  const sql = reader.text();
  reader.end();
  return sql;
}

export function readParse(frame: Buffer): Parse {
  const reader = readerOf(frame);
  const name = reader.text();
  const sql = reader.text();
  const types = reader.list(() => reader.uint32());
  reader.end();
  return { name, text: sql, types };
}

export function readBind(frame: Buffer): Bind {
  const reader = readerOf(frame);
  const portal = reader.text();
  const statement = reader.text();
  const rest = reader.rest();
  const formats = reader.list(() => reader.format());
  const values = reader.list(() => reader.value());
  const resultFormats = reader.list(() => reader.format());
  reader.end();
  if (formats.length > 1 && formats.length !== values.length) {
    throw new ProtocolViolation('a Bind message has as many formats as it has not parameters');
  }
  return { portal, statement, rest, formats, values, resultFormats };
}

export function readNamed(frame: Buffer): Named {
  const reader = readerOf(frame);
  const kind = reader.byte();
  const name = reader.text();
  reader.end();
  if (kind === 0x53) return { kind: 'statement', name };
  if (kind === 0x50) return { kind: 'portal', name };
  throw new ProtocolViolation('a Describe or Close message is about neither a statement nor a portal');
}

export function readExecute(frame: Buffer): Execute {
  const reader = readerOf(frame);
  const portal = reader.text();
  const maxRows = Math.max(0, reader.uint32() | 0);
  reader.end();
  return { portal, maxRows };
}

/** Sync, Flush, CopyDone and Terminate have no body. */
export function readEmpty(frame: Buffer): void {
  readerOf(frame).end();
}

interface Reader {
  readonly byte: () => number;
  readonly uint32: () => number;
  readonly format: () => number;
  /** Up to the next NUL, as UTF-8. */
  readonly text: () => string;
  readonly value: () => Buffer | null;
  readonly list: <T>(one: () => T) => readonly T[];
  readonly rest: () => Buffer;
  readonly end: () => void;
}

function readerOf(frame: Buffer): Reader {
  let at = 5;
  const take = (bytes: number): number => {
    const from = at;
    if (bytes < 0 || from + bytes > frame.length) throw new ProtocolViolation('a message ends too early');
    at += bytes;
    return from;
  };
  const uint16 = (): number => frame.readUInt16BE(take(2));
  return {
    byte: () => frame[take(1)] ?? 0,
    uint32: () => frame.readUInt32BE(take(4)),
    format: () => {
      const format = uint16();
      if (format > 1) throw new ProtocolViolation('a format code is neither text nor binary');
      return format;
    },
    text: () => {
      const end = frame.indexOf(0, at);
      if (end < 0) throw new ProtocolViolation('a text in a message does not end');
      const found = frame.toString('utf8', at, end);
      // What cannot be decoded becomes this character, which a text may have too.
      if (found.includes('\ufffd') && !isUtf8(frame.subarray(at, end)))
        throw new ProtocolViolation('a text in a message is not UTF-8');
      at = end + 1;
      return found;
    },
    value: () => {
      const length = frame.readInt32BE(take(4));
      if (length === -1) return null;
      const from = take(length);
      return frame.subarray(from, from + length);
    },
    list: (one) => {
      const count = uint16();
      // Each entry has two bytes at least, so a count without entries costs nothing.
      if (count * 2 > frame.length - at) throw new ProtocolViolation('a message counts more than it holds');
      return Array.from({ length: count }, one);
    },
    rest: () => frame.subarray(at),
    end: () => {
      if (at !== frame.length) throw new ProtocolViolation('a message is longer than what it says');
    },
  };
}

const nothing = Buffer.alloc(0);
export const sync = message(F.sync, nothing);
export const flushMessage = message(F.flush, nothing);
export const copyDoneMessage = message(F.copyDone, nothing);

export function query(sql: string): Buffer {
  return message(F.query, text(sql));
}

export function parse(name: string, sql: string, types: readonly number[]): Buffer {
  const count = Buffer.allocUnsafe(2);
  count.writeUInt16BE(types.length);
  return message(F.parse, Buffer.concat([text(name), text(sql), count, ...types.map(int32)]));
}

/** A Bind with other names; `rest` is as the client wrote it. */
export function bind(portal: string, statement: string, rest: Buffer): Buffer {
  return message(F.bind, Buffer.concat([text(portal), text(statement), rest]));
}

export function describe(kind: Named['kind'], name: string): Buffer {
  return message(F.describe, Buffer.from(`${kind === 'statement' ? 'S' : 'P'}${name}\0`));
}

export function close(kind: Named['kind'], name: string): Buffer {
  return message(F.close, Buffer.from(`${kind === 'statement' ? 'S' : 'P'}${name}\0`));
}

export function execute(portal: string, maxRows: number): Buffer {
  return message(F.execute, Buffer.concat([text(portal), int32(maxRows)]));
}

export function copyFail(why: string): Buffer {
  return message(F.copyFail, text(why));
}

/** A message without a type byte, as the first ones of a connection are. */
export function untyped(body: Buffer): Buffer {
  return Buffer.concat([int32(4 + body.length), body]);
}

export function startup(parameters: Readonly<Record<string, string>>): Buffer {
  const pairs = Object.entries(parameters).map(([name, value]) => `${name}\0${value}\0`);
  return untyped(Buffer.concat([int32(196_608), Buffer.from(`${pairs.join('')}\0`)]));
}

export function cancelRequest(pid: number, secret: Buffer): Buffer {
  return untyped(Buffer.concat([int32(requestCodes.cancel), int32(pid), secret]));
}
