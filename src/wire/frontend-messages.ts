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
  const sql = text0(reader);
  end(reader);
  return sql;
}

export function readParse(frame: Buffer): Parse {
  const reader = readerOf(frame);
  const name = text0(reader);
  const sql = text0(reader);
  const types = list(reader, uint32);
  end(reader);
  return { name, text: sql, types };
}

export function readBind(frame: Buffer): Bind {
  const reader = readerOf(frame);
  const portal = text0(reader);
  const statement = text0(reader);
  const rest = frame.subarray(reader.at);
  const formats = list(reader, format);
  const values = list(reader, value);
  const resultFormats = list(reader, format);
  end(reader);
  if (formats.length > 1 && formats.length !== values.length) {
    throw new ProtocolViolation('a Bind message has as many formats as it has not parameters');
  }
  return { portal, statement, rest, formats, values, resultFormats };
}

export function readNamed(frame: Buffer): Named {
  const reader = readerOf(frame);
  const kind = frame[take(reader, 1)] ?? 0;
  const name = text0(reader);
  end(reader);
  if (kind === 0x53) return { kind: 'statement', name };
  if (kind === 0x50) return { kind: 'portal', name };
  throw new ProtocolViolation('a Describe or Close message is about neither a statement nor a portal');
}

export function readExecute(frame: Buffer): Execute {
  const reader = readerOf(frame);
  const portal = text0(reader);
  const maxRows = Math.max(0, uint32(reader) | 0);
  end(reader);
  return { portal, maxRows };
}

/** Sync, Flush, CopyDone and Terminate have no body. */
export function readEmpty(frame: Buffer): void {
  end(readerOf(frame));
}

/** A place in a message; the functions below move it on. */
interface Reader {
  readonly frame: Buffer;
  at: number;
}

function readerOf(frame: Buffer): Reader {
  return { frame, at: 5 };
}

/** Where the bytes are that are passed over. */
function take(reader: Reader, bytes: number): number {
  const from = reader.at;
  if (bytes < 0 || from + bytes > reader.frame.length)
    throw new ProtocolViolation('a message ends too early');
  reader.at = from + bytes;
  return from;
}

function uint16(reader: Reader): number {
  return reader.frame.readUInt16BE(take(reader, 2));
}

function uint32(reader: Reader): number {
  return reader.frame.readUInt32BE(take(reader, 4));
}

function format(reader: Reader): number {
  const code = uint16(reader);
  if (code > 1) throw new ProtocolViolation('a format code is neither text nor binary');
  return code;
}

/** Up to the next NUL, as UTF-8. */
function text0(reader: Reader): string {
  const { frame, at } = reader;
  const stop = frame.indexOf(0, at);
  if (stop < 0) throw new ProtocolViolation('a text in a message does not end');
  reader.at = stop + 1;
  if (stop === at) return '';
  const found = frame.toString('utf8', at, stop);
  // What cannot be decoded becomes this character, which a text may have too.
  if (found.includes('\ufffd') && !isUtf8(frame.subarray(at, stop)))
    throw new ProtocolViolation('a text in a message is not UTF-8');
  return found;
}

function value(reader: Reader): Buffer | null {
  const length = reader.frame.readInt32BE(take(reader, 4));
  if (length === -1) return null;
  const from = take(reader, length);
  return reader.frame.subarray(from, from + length);
}

const none: readonly never[] = [];

function list<T>(reader: Reader, one: (reader: Reader) => T): readonly T[] {
  const count = uint16(reader);
  if (count === 0) return none;
  // Each entry has two bytes at least, so a count without entries costs nothing.
  if (count * 2 > reader.frame.length - reader.at)
    throw new ProtocolViolation('a message counts more than it holds');
  const found: T[] = [];
  for (let i = 0; i < count; i += 1) found.push(one(reader));
  return found;
}

function end({ frame, at }: Reader): void {
  if (at !== frame.length) throw new ProtocolViolation('a message is longer than what it says');
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
  const names = Buffer.byteLength(portal) + Buffer.byteLength(statement) + 2;
  const bytes = Buffer.allocUnsafe(5 + names + rest.length);
  bytes[0] = F.bind;
  bytes.writeInt32BE(4 + names + rest.length, 1);
  bytes.write(`${portal}\0${statement}\0`, 5);
  rest.copy(bytes, 5 + names);
  return bytes;
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
