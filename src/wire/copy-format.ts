/** The data of a COPY FROM STDIN, text or CSV, cut into rows, with the value of one column read: where the row belongs. */

import { nextToken, scannerAt, tokenText } from '../syntax/index.js';

export interface CopyFormat {
  readonly kind: 'text' | 'csv';
  readonly delimiter: number;
  readonly nullText: string;
  readonly quote: number;
  readonly escape: number;
  readonly header: boolean;
}

/** Why a COPY cannot be split: one sentence. */
export class CopyProblem extends Error {
  override readonly name = 'CopyProblem';
}

// ── options ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The options after STDIN, in the old and the new spelling. @throws CopyProblem for those under which rows are read otherwise */
export function formatOf(text: string): CopyFormat {
  const tokens = tokensAfterStdin(text);
  const given = new Map<string, string>();
  let kind: string = 'text';
  let header = false;
  for (let i = 0; i < tokens.length; i += 1) {
    const word = tokens[i]?.toLowerCase() ?? '';
    const value = (): string => {
      if (tokens[i + 1]?.toLowerCase() === 'as') i += 1;
      i += 1;
      return tokens[i] ?? '';
    };
    if (word === 'where') break;
    if (['with', '(', ')', ',', 'as'].includes(word)) continue;
    if (['csv', 'text', 'binary'].includes(word)) kind = word;
    else if (word === 'format') kind = stringOf(value()).toLowerCase();
    else if (word === 'delimiters') given.set('delimiter', stringOf(value()));
    else if (['delimiter', 'null', 'quote', 'escape', 'encoding'].includes(word))
      given.set(word, stringOf(value()));
    else if (word === 'header') {
      const next = tokens[i + 1]?.toLowerCase() ?? '';
      if (/^(?:true|on|1|match|false|off|0)$/.test(next)) i += 1;
      header = !/^(?:false|off|0)$/.test(next);
    } else if (['on_error', 'log_verbosity', 'reject_limit'].includes(word)) i += 1;
    else if (word === 'freeze') throw new CopyProblem('FREEZE is not offered through the router');
    else throw new CopyProblem('it has an option that the router does not know');
  }
  if (kind !== 'text' && kind !== 'csv') throw new CopyProblem('its format is neither text nor CSV');
  if (!/^(?:utf-?8|unicode)?$/i.test(given.get('encoding') ?? ''))
    throw new CopyProblem('its encoding is not UTF-8');
  const quote = oneByte(given.get('quote') ?? '"');
  return {
    kind,
    delimiter: oneByte(given.get('delimiter') ?? (kind === 'csv' ? ',' : '\t')),
    nullText: given.get('null') ?? (kind === 'csv' ? '' : '\\N'),
    quote,
    escape: given.has('escape') ? oneByte(given.get('escape') ?? '') : quote,
    header,
  };
}

function tokensAfterStdin(text: string): readonly string[] {
  const scanner = scannerAt(text);
  const tokens: string[] = [];
  let isAfter = false;
  while (nextToken(scanner)) {
    if (scanner.kind === 'blank' || scanner.kind === 'comment') continue;
    const token = tokenText(scanner);
    if (isAfter && token !== ';') tokens.push(token);
    else if (scanner.kind === 'word' && token.toLowerCase() === 'stdin') isAfter = true;
  }
  return tokens;
}

function stringOf(token: string): string {
  const plain = /^'((?:[^']|'')*)'$/s.exec(token)?.[1];
  if (plain !== undefined) return plain.replaceAll("''", "'");
  if (/^[Ee]'\\t'$/.test(token)) return '\t';
  if (/^[A-Za-z]\w*$/.test(token)) return token;
  throw new CopyProblem('a value of its options is written in a way that the router does not read');
}

function oneByte(text: string): number {
  if (text.length === 1 && text.charCodeAt(0) < 128) return text.charCodeAt(0);
  throw new CopyProblem('a delimiter, quote or escape is not one ASCII character');
}

/** The statement with its columns listed, so that the shards read the same columns as the router. */
export function withColumns(text: string, columns: readonly string[]): string {
  const scanner = scannerAt(text);
  let hasList = false;
  while (nextToken(scanner)) {
    const token = tokenText(scanner);
    if (token === '(') hasList = true;
    if (scanner.kind === 'word' && token.toLowerCase() === 'from') break;
  }
  if (hasList) return text;
  const list = columns.map((name) => `"${name.replaceAll('"', '""')}"`).join(', ');
  return `${text.slice(0, scanner.start)}(${list}) ${text.slice(scanner.start)}`;
}

// ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface RowReader {
  /** @throws CopyProblem for data of which the router and a server might read other rows */
  readonly push: (data: Buffer) => void;
  /** The last row, if no newline ended it. */
  readonly end: () => void;
}

const newline = 10;
const carriageReturn = 13;
const backslash = 92;

/** `onRow`: the row with its newline, and the text of its key column; null is NULL. `onHeader`: a header line. */
export function rowReader(
  format: CopyFormat,
  key: number,
  onRow: (row: Buffer, key: string | null) => void,
  onHeader: (row: Buffer) => void,
): RowReader {
  let rest: Buffer = Buffer.alloc(0);
  let isFirst = true;
  let crlf: boolean | undefined;
  let isOver = false;
  const row = (line: Buffer): void => {
    const hasReturn =
      line.length > 1 && line[line.length - 2] === carriageReturn && line[line.length - 1] === newline;
    crlf ??= hasReturn;
    if (crlf !== hasReturn) throw new CopyProblem('its lines end in different ways');
    const end = line.length - (line[line.length - 1] === newline ? (hasReturn ? 2 : 1) : 0);
    const body = line.subarray(0, end);
    if (isEndMark(body)) {
      if (format.kind === 'csv')
        throw new CopyProblem('it has a line of \\. alone, which servers read in different ways');
      isOver = true;
      return;
    }
    if (isFirst && format.header) onHeader(line);
    else onRow(line, format.kind === 'text' ? textKey(body, format, key) : csvKey(body, format, key));
    isFirst = false;
  };
  const read = (data: Buffer): void => {
    let from = 0;
    let end = rowEnd(data, from, format);
    while (end >= 0 && !isOver) {
      row(data.subarray(from, end));
      from = end;
      end = rowEnd(data, from, format);
    }
    rest = isOver ? Buffer.alloc(0) : data.subarray(from);
  };
  return {
    push: (data) => {
      if (isOver) return;
      read(rest.length === 0 ? data : Buffer.concat([rest, data]));
    },
    end: () => {
      if (rest.length === 0 || isOver) return;
      const last = rest;
      rest = Buffer.alloc(0);
      if (crlf === true) throw new CopyProblem('its lines end in different ways');
      // With its newline, since other rows may follow on its shard.
      row(Buffer.concat([last, Buffer.from('\n')]));
    },
  };
}

function isEndMark(body: Buffer): boolean {
  return body.length === 2 && body[0] === backslash && body[1] === 46;
}

/** The offset after the newline that ends the row, or -1. */
function rowEnd(data: Buffer, from: number, format: CopyFormat): number {
  if (format.kind === 'text') {
    let at = data.indexOf(newline, from);
    while (at >= 0 && isEscaped(data, at, from)) at = data.indexOf(newline, at + 1);
    return at < 0 ? -1 : at + 1;
  }
  let isQuoted = false;
  for (let at = from; at < data.length; at += 1) {
    const byte = data[at];
    if (isQuoted && byte === format.escape && format.escape !== format.quote) at += 1;
    else if (byte === format.quote) isQuoted = !isQuoted;
    else if (byte === newline && !isQuoted) return at + 1;
  }
  return -1;
}

function isEscaped(data: Buffer, at: number, from: number): boolean {
  let backslashes = 0;
  for (let i = at - 1; i >= from && data[i] === backslash; i -= 1) backslashes += 1;
  return backslashes % 2 === 1;
}

const missing = 'a row has too few columns for its key';

function textKey(body: Buffer, { delimiter, nullText }: CopyFormat, key: number): string | null {
  let column = 0;
  let from = 0;
  let found: Buffer | undefined;
  for (let at = 0; at <= body.length; at += 1) {
    const byte = body[at];
    if (byte === backslash) {
      at += 1;
      continue;
    }
    if (byte === carriageReturn) throw new CopyProblem('a carriage return stands inside a row');
    if (at < body.length && byte !== delimiter) continue;
    if (column === key) found = body.subarray(from, at);
    column += 1;
    from = at + 1;
  }
  if (found === undefined) throw new CopyProblem(missing);
  const text = found.toString('utf8');
  return text === nullText ? null : unescaped(found);
}

const letters: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function unescaped(value: Buffer): string {
  if (!value.includes(backslash)) return value.toString('utf8');
  const text = value
    .toString('latin1')
    .replace(
      /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|([\s\S]))/g,
      (_all, octal?: string, hex?: string, one = '') => {
        if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 255);
        if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
        return letters[one] ?? one;
      },
    );
  return Buffer.from(text, 'latin1').toString('utf8');
}

function csvKey(
  body: Buffer,
  { delimiter, quote, escape: escaping, nullText }: CopyFormat,
  key: number,
): string | null {
  let column = 0;
  let bytes: number[] = [];
  let isQuoted = false;
  let wasQuoted = false;
  for (let at = 0; at <= body.length; at += 1) {
    const byte = body[at] ?? -1;
    if (isQuoted) {
      if (byte === -1) throw new CopyProblem('a quote in it is not closed');
      const next = body[at + 1];
      if (byte === escaping && (next === quote || next === escaping)) {
        bytes.push(next);
        at += 1;
      } else if (byte === quote) isQuoted = false;
      else bytes.push(byte);
    } else if (byte === quote) {
      isQuoted = true;
      wasQuoted = true;
    } else if (byte === delimiter || byte === -1) {
      if (column === key) {
        const text = Buffer.from(bytes).toString('utf8');
        return !wasQuoted && text === nullText ? null : text;
      }
      column += 1;
      bytes = [];
      wasQuoted = false;
    } else if (byte === carriageReturn) throw new CopyProblem('a carriage return stands inside a row');
    else bytes.push(byte);
  }
  throw new CopyProblem(missing);
}
