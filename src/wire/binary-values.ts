/** Parameters of a Bind as the texts that PostgreSQL's input functions would read: what a key's place is worked out from. */

import type { ParameterText } from '../model/index.js';
import type { Bind } from './frontend-messages.js';

/** OIDs of the types that are sent in binary form and can be keys, or are compared with one. */
const readers: Readonly<Record<number, (bytes: Buffer) => ParameterText>> = {
  16: (bytes) => (bytes.length === 1 ? (bytes[0] === 1 ? 't' : 'f') : undefined),
  20: (bytes) => (bytes.length === 8 ? bytes.readBigInt64BE().toString() : undefined),
  21: (bytes) => (bytes.length === 2 ? String(bytes.readInt16BE()) : undefined),
  23: (bytes) => (bytes.length === 4 ? String(bytes.readInt32BE()) : undefined),
  25: (bytes) => bytes.toString('utf8'),
  705: (bytes) => bytes.toString('utf8'),
  1042: (bytes) => bytes.toString('utf8'),
  1043: (bytes) => bytes.toString('utf8'),
  1082: (bytes) => (bytes.length === 4 ? dateText(bytes.readInt32BE()) : undefined),
  2950: (bytes) => (bytes.length === 16 ? uuidText(bytes) : undefined),
  1005: arrayText,
  1007: arrayText,
  1016: arrayText,
  1009: arrayText,
  1015: arrayText,
  1182: arrayText,
  2951: arrayText,
};

/** Undefined where the value is in a binary form that is not known. `types`: an OID for each, 0 where it is not known. */
export function textValues({ values, formats }: Bind, types: readonly number[]): readonly ParameterText[] {
  return values.map((value, i) => {
    if (value === null) return null;
    if (formatAt(formats, i) === 0) return value.toString('utf8');
    return readers[types[i] ?? 0]?.(value);
  });
}

/** A value is binary, and the client has not said of which type. */
export function needsTypes({ values, formats }: Bind, declared: readonly number[]): boolean {
  if (formats.length === 0) return false;
  return values.some((value, i) => value !== null && formatAt(formats, i) === 1 && (declared[i] ?? 0) === 0);
}

function formatAt(formats: readonly number[], i: number): number {
  return (formats.length === 1 ? formats[0] : formats[i]) ?? 0;
}

const dayZeroMs = 946_684_800_000;
const dayMs = 86_400_000;

/** Of years that are written with four digits; others are no keys. */
function dateText(days: number): ParameterText {
  const date = new Date(dayZeroMs + days * dayMs);
  const text = Number.isNaN(date.getTime()) ? '' : date.toISOString();
  return /^\d{4}-/.test(text) ? text.slice(0, 10) : undefined;
}

function uuidText(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** `{"1","2",NULL}` of an array with one dimension. */
function arrayText(bytes: Buffer): ParameterText {
  if (bytes.length < 12) return undefined;
  const dimensions = bytes.readInt32BE(0);
  const reader = readers[bytes.readInt32BE(8)];
  if (dimensions === 0) return '{}';
  if (dimensions !== 1 || reader === undefined || bytes.length < 20) return undefined;
  const elements: string[] = [];
  let at = 20;
  for (let i = bytes.readInt32BE(12); i > 0; i -= 1) {
    if (at + 4 > bytes.length) return undefined;
    const length = bytes.readInt32BE(at);
    at += 4;
    if (length === -1) {
      elements.push('NULL');
      continue;
    }
    if (length < 0 || at + length > bytes.length) return undefined;
    const text = reader(bytes.subarray(at, at + length));
    if (typeof text !== 'string') return undefined;
    elements.push(`"${text.replace(/["\\]/g, '\\$&')}"`);
    at += length;
  }
  return `{${elements.join(',')}}`;
}
