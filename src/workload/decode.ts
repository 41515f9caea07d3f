/**
 * Bytes to text: unpacks gzip, takes byte-order marks off, makes every line end a single `\n`, and refuses what is no text.
 *
 * Takes chunks of bytes, gives chunks of text; holds no more than a chunk. UTF-8, or UTF-16 with its mark. A few bytes that
 * are not UTF-8 (a database in an old encoding) become U+FFFD; many of them, or many control characters, are not text. A
 * lone NUL stays: the statement around it is counted as unreadable later.
 */
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UserError } from '../model/index.js';

/** Largest shares of odd characters that are still text. */
const oddShare = 0.02;
const nulShare = 0.1;
const headBytes = 1 << 16;

const binaryMarks: readonly (readonly [string, string])[] = [
  ['\x89PNG', 'a PNG image'],
  ['\xff\xd8\xff', 'a JPEG image'],
  ['GIF8', 'a GIF image'],
  ['%PDF-', 'a PDF document'],
  ['PK\x03\x04', 'a zip archive'],
  ['\x28\xb5\x2f\xfd', 'a zstd archive'],
  ['BZh', 'a bzip2 archive'],
  ['\xfd7zXZ', 'an xz archive'],
  ['PGDMP', "a pg_dump archive in PostgreSQL's custom format"],
  ['SQLite format 3', 'an SQLite database'],
  ['PAR1', 'a Parquet file'],
];

/** @throws UserError 'file-empty', 'not-text', 'file-unreadable' (a broken gzip). */
export async function* decodeText(bytes: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<string> {
  const unpacked = unpack(await peeked(bytes), file);
  const refuseBinary = binaryWatch(file);
  let empty = true;
  for await (const text of unixLines(decoded(await peeked(unpacked), file))) {
    refuseBinary(text);
    if (empty && text.trim() === '') continue;
    empty = false;
    yield text;
  }
  if (empty) {
    throw new UserError(
      'file-empty',
      `${file} is empty.`,
      'Take the export again; did the query that wrote it succeed?',
      { file },
    );
  }
}

interface Peeked {
  /** At least four bytes, fewer only when there are no more. */
  readonly head: Buffer;
  readonly all: AsyncIterable<Uint8Array>;
}

async function peeked(bytes: AsyncIterable<Uint8Array>): Promise<Peeked> {
  const iterator = bytes[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size < headBytes) {
    const next = await iterator.next();
    if (next.done) break;
    chunks.push(next.value);
    size += next.value.length;
  }
  const head = Buffer.concat(chunks);
  return { head, all: headAndRest(head, iterator) };
}

async function* headAndRest(head: Buffer, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

/** By content, not by name: the two magic bytes of gzip. */
function unpack({ head, all }: Peeked, file: string): AsyncIterable<Uint8Array> {
  return head[0] === 0x1f && head[1] === 0x8b ? gunzipped(all, file) : all;
}

async function* gunzipped(bytes: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Uint8Array> {
  const source = Readable.from(bytes);
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of source.pipe(gunzip)) yield chunk as Uint8Array;
  } catch (error) {
    throw brokenGzip(error, file);
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

function brokenGzip(error: unknown, file: string): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (!code.startsWith('Z_')) return error;
  return new UserError(
    'file-unreadable',
    `${file} is a gzip file that cannot be unpacked: it is cut off or damaged.`,
    'Copy or pack it again.',
    { file },
  );
}

async function* decoded({ head, all }: Peeked, file: string): AsyncGenerator<string> {
  refuseKnownBinary(head, file);
  // The decoder takes the byte-order mark off.
  const decoder = new TextDecoder(encodingOf(head));
  for await (const chunk of all) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

function encodingOf(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

/** CRLF and CR become LF. A CR at the end of a chunk waits for what follows. */
async function* unixLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let waiting = '';
  for await (const chunk of chunks) {
    const text = waiting + chunk;
    waiting = text.endsWith('\r') ? '\r' : '';
    const whole = waiting === '' ? text : text.slice(0, -1);
    if (whole !== '') yield whole.includes('\r') ? whole.replace(/\r\n?/g, '\n') : whole;
  }
  if (waiting !== '') yield '\n';
}

function refuseKnownBinary(head: Buffer, file: string): void {
  const start = head.toString('latin1', 0, 16);
  const known = binaryMarks.find(([mark]) => start.startsWith(mark));
  if (known !== undefined) throw notText(file, known[1]);
}

/** Counts over all text so far: a small chunk with one odd character proves nothing. */
function binaryWatch(file: string): (text: string) => void {
  let characters = 0;
  let odd = 0;
  let nuls = 0;
  return (text) => {
    characters += text.length;
    odd += countOf(text, oddCharacters);
    nuls += text.includes('\0') ? countOf(text, nulCharacters) : 0;
    if (odd > characters * oddShare || nuls > characters * nulShare) throw notText(file, 'binary data');
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters it looks for.
const oddCharacters = /[\x01-\x08\x0e-\x1f\ufffd]/g;
const nulCharacters = /\0/g;

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function notText(file: string, what: string): UserError {
  return new UserError(
    'not-text',
    `${file} is not a text file: it looks like ${what}.`,
    'Give a text export in UTF-8, as it is or packed with gzip.',
    { file },
  );
}
