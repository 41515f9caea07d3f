/**
 * What a server says to its client: messages built, and the parts of them that the router has to know taken out.
 * Bytes in, bytes out; nothing is kept.
 */

/** Types of messages by their byte. */
export const B = {
  authentication: 0x52, // R
  backendKey: 0x4b, // K
  bindComplete: 0x32, // 2
  closeComplete: 0x33, // 3
  commandComplete: 0x43, // C
  copyBoth: 0x57, // W
  copyData: 0x64, // d
  copyDone: 0x63, // c
  copyIn: 0x47, // G
  copyOut: 0x48, // H
  dataRow: 0x44, // D
  emptyQuery: 0x49, // I
  error: 0x45, // E
  negotiate: 0x76, // v
  noData: 0x6e, // n
  notice: 0x4e, // N
  notification: 0x41, // A
  parameterDescription: 0x74, // t
  parameterStatus: 0x53, // S
  parseComplete: 0x31, // 1
  portalSuspended: 0x73, // s
  ready: 0x5a, // Z
  rowDescription: 0x54, // T
} as const;

/** As ReadyForQuery tells it: idle, in a transaction, in a failed one. */
export type Status = 'I' | 'T' | 'E';

export function message(type: number, body: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(5 + body.length);
  bytes[0] = type;
  bytes.writeInt32BE(4 + body.length, 1);
  body.copy(bytes, 5);
  return bytes;
}

const empty = Buffer.alloc(0);
const ready = {
  I: message(B.ready, Buffer.from('I')),
  T: message(B.ready, Buffer.from('T')),
  E: message(B.ready, Buffer.from('E')),
};

export const parseComplete = message(B.parseComplete, empty);
export const bindComplete = message(B.bindComplete, empty);
export const closeComplete = message(B.closeComplete, empty);
export const noData = message(B.noData, empty);
export const emptyQuery = message(B.emptyQuery, empty);
export const portalSuspended = message(B.portalSuspended, empty);
export const copyDone = message(B.copyDone, empty);

export function readyForQuery(status: Status): Buffer {
  return ready[status];
}

export function commandComplete(tag: string): Buffer {
  return message(B.commandComplete, text(tag));
}

export function parameterStatus(name: string, value: string): Buffer {
  return message(B.parameterStatus, Buffer.concat([text(name), text(value)]));
}

export function authentication(code: number, rest: Buffer = empty): Buffer {
  return message(B.authentication, Buffer.concat([int32(code), rest]));
}

export function backendKey(pid: number, secret: number): Buffer {
  return message(B.backendKey, Buffer.concat([int32(pid), int32(secret)]));
}

export interface Complaint {
  readonly severity?: 'ERROR' | 'FATAL';
  readonly sqlstate: string;
  readonly message: string;
  readonly detail?: string;
  readonly hint?: string;
}

export function errorResponse(complaint: Complaint): Buffer {
  return message(B.error, fields(complaint.severity ?? 'ERROR', complaint));
}

export function warning(complaint: Complaint): Buffer {
  return message(B.notice, fields('WARNING', complaint));
}

function fields(severity: string, { sqlstate, message: said, detail, hint }: Complaint): Buffer {
  const parts = [`S${severity}`, `V${severity}`, `C${sqlstate}`, `M${said}`];
  if (detail !== undefined) parts.push(`D${detail}`);
  if (hint !== undefined) parts.push(`H${hint}`);
  return Buffer.from(`${parts.map((part) => part.replaceAll('\0', '')).join('\0')}\0\0`);
}

/** The fields of an ErrorResponse or NoticeResponse: code and text. */
function errorFields(frame: Buffer): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  let at = 5;
  while (at < frame.length && frame[at] !== 0) {
    const end = frame.indexOf(0, at + 1);
    if (end < 0) break;
    found.push([String.fromCharCode(frame[at] ?? 0), frame.toString('utf8', at + 1, end)]);
    at = end + 1;
  }
  return found;
}

function fieldOf(frame: Buffer, code: string): string | undefined {
  return errorFields(frame).find(([name]) => name === code)?.[1];
}

/** The SQLSTATE of an ErrorResponse, `XX000` for one without. */
export function sqlstateOf(error: Buffer): string {
  return fieldOf(error, 'C') ?? 'XX000';
}

/** The message of an ErrorResponse: for the router's own connections alone, since it may quote values. */
export function messageOf(error: Buffer): string {
  return fieldOf(error, 'M') ?? '';
}

/** A statement was prepared when its tables had other columns, and for as long as its connection lasts it is of no use. */
export function isOutdatedPlan(error: Buffer): boolean {
  return sqlstateOf(error) === '0A000' && fieldOf(error, 'R') === 'RevalidateCachedQuery';
}

/** What is FATAL ends the shard's connection, not the client's: the client hears of an ERROR. */
export function asError(error: Buffer): Buffer {
  if ((fieldOf(error, 'V') ?? fieldOf(error, 'S')) === 'ERROR') return error;
  const said = errorFields(error).map(([code, said]) =>
    code === 'S' || code === 'V' ? `${code}ERROR` : code + said,
  );
  return message(B.error, Buffer.from(`${said.join('\0')}\0\0`));
}

/** An ErrorResponse about a statement behind so many characters: it points into the whole text. */
export function pointingBehind(error: Buffer, characters: number): Buffer {
  const position = fieldOf(error, 'P');
  if (characters === 0 || position === undefined) return error;
  const said = errorFields(error).map(([code, said]) =>
    code === 'P' ? `P${Number(position) + characters}` : code + said,
  );
  return message(B.error, Buffer.from(`${said.join('\0')}\0\0`));
}

/** The text up to the NUL: a CommandComplete's tag. */
export function tagOf(frame: Buffer): string {
  return frame.toString('utf8', 5, frame.length - 1);
}

/** `at`: where ReadyForQuery begins. */
export function statusOf(bytes: Buffer, at = 0): Status {
  const status = bytes[at + 5];
  return status === 0x49 ? 'I' : status === 0x54 ? 'T' : 'E';
}

/** Type OIDs of a ParameterDescription. */
export function parameterTypes(frame: Buffer): readonly number[] {
  const count = frame.readUInt16BE(5);
  return Array.from({ length: count }, (_, i) => frame.readUInt32BE(7 + 4 * i));
}

export interface Field {
  readonly name: string;
  readonly type: number;
  /** 0 text, 1 binary. */
  readonly format: number;
  /** Where the format code stands in the message. */
  readonly formatAt: number;
}

export function fieldsOf(rowDescription: Buffer): readonly Field[] {
  const count = rowDescription.readUInt16BE(5);
  const found: Field[] = [];
  let at = 7;
  for (let i = 0; i < count; i += 1) {
    const end = rowDescription.indexOf(0, at);
    const name = rowDescription.toString('utf8', at, end);
    found.push({
      name,
      type: rowDescription.readUInt32BE(end + 7),
      format: rowDescription.readUInt16BE(end + 17),
      formatAt: end + 17,
    });
    at = end + 19;
  }
  return found;
}

/** A RowDescription as it is, with other formats. */
export function withFormats(rowDescription: Buffer, formats: readonly number[]): Buffer {
  const copy = Buffer.from(rowDescription);
  for (const [i, { formatAt }] of fieldsOf(copy).entries()) copy.writeUInt16BE(formats[i] ?? 0, formatAt);
  return copy;
}

/** A RowDescription with the names of another one, which may have more columns. */
export function withNames(rowDescription: Buffer, named: Buffer): Buffer {
  const names = fieldsOf(named);
  const parts = [rowDescription.subarray(5, 7)];
  for (const [i, { name, formatAt }] of fieldsOf(rowDescription).entries()) {
    parts.push(text(names[i]?.name ?? name), rowDescription.subarray(formatAt - 16, formatAt + 2));
  }
  return message(B.rowDescription, Buffer.concat(parts));
}

/** The values of a DataRow, as slices of it; null stays null. */
export function valuesOf(dataRow: Buffer): (Buffer | null)[] {
  const count = dataRow.readUInt16BE(5);
  const values: (Buffer | null)[] = new Array(count);
  let at = 7;
  for (let i = 0; i < count; i += 1) {
    const length = dataRow.readInt32BE(at);
    at += 4;
    values[i] = length < 0 ? null : dataRow.subarray(at, at + length);
    at += Math.max(0, length);
  }
  return values;
}

export function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

export function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value | 0);
  return bytes;
}
