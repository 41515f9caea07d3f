/** JSON text in and out: errors that name a line, whatever the runtime says of them; numbers whose bytes are stable. */

import { UserError } from '../model/index.js';

/** @throws UserError bad-json with the line where the text stops being JSON */
export function parseJson(
  text: string,
  file: string,
  hint = 'Mend the file at that line, or write it again with the tool that made it.',
): unknown {
  const bare = withoutByteOrderMark(text);
  try {
    return JSON.parse(bare);
  } catch {
    // The runtime's message may quote the file, so it is not repeated.
    throw new UserError('bad-json', `${file} is not valid JSON`, hint, {
      file,
      line: lineAt(bare, offsetOfError(bare)),
    });
  }
}

/** Indented, with a line feed at the end, as files are committed. */
export function printJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** A field of an object that is printed in pieces: items that are made when their turn comes. */
export type Listing = () => Iterable<unknown>;

/** Characters of a piece, about: one write each. */
const pieceLength = 1 << 16;

/** What `printJson` gives of the same object, piece by piece, so that the whole need never be held. */
export function* printJsonInPieces(fields: Readonly<Record<string, unknown | Listing>>): Generator<string> {
  let piece = '';
  for (const part of printedFields(fields)) {
    piece += part;
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

function* printedFields(fields: Readonly<Record<string, unknown | Listing>>): Generator<string> {
  let before = '{\n';
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    yield `${before}  ${JSON.stringify(name)}: `;
    if (typeof value === 'function') yield* printedItems((value as Listing)());
    else yield printedInside(value, '  ');
    before = ',\n';
  }
  yield '\n}\n';
}

function* printedItems(items: Iterable<unknown>): Generator<string> {
  let before = '[\n';
  for (const item of items) {
    yield `${before}    ${printedInside(item, '    ')}`;
    before = ',\n';
  }
  yield before === '[\n' ? '[]' : '\n  ]';
}

/** A line feed in printed JSON always ends a line: those of texts are written \\n. */
function printedInside(value: unknown, indent: string): string {
  return JSON.stringify(value, undefined, 2).replaceAll('\n', `\n${indent}`);
}

/** Six decimals are far below what an export can tell, and above what sums of floats differ by. */
export function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toFixed(6)) + 0;
}

/** Milliseconds to the microsecond. */
export function roundedMs(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toFixed(3)) + 0;
}

/** An object in which keys without a value are left out. */
export function without<T extends Record<string, unknown>>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

function withoutByteOrderMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

const space = /[ \t\n\r]*/y;
const token =
  /"(?:[^"\\\p{Cc}]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:]/uy;

type Expecting = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'next' | 'end';

/** Where the first token stands that JSON does not allow there. */
function offsetOfError(text: string): number {
  const open: ('{' | '[')[] = [];
  let expecting: Expecting = 'value';
  let at = 0;
  for (;;) {
    at = skip(text, at);
    token.lastIndex = at;
    const found = token.exec(text)?.[0];
    const next: Expecting | undefined = found === undefined ? undefined : step(found, expecting, open);
    if (found === undefined || next === undefined) return at;
    expecting = next;
    at += found.length;
  }
}

function skip(text: string, at: number): number {
  space.lastIndex = at;
  space.test(text);
  return space.lastIndex;
}

/** What may follow the token, or undefined when it must not stand here. Keeps `open`, the brackets around. */
function step(found: string, expecting: Expecting, open: ('{' | '[')[]): Expecting | undefined {
  const wantsValue = expecting === 'value' || expecting === 'value or ]';
  const afterValue = (): Expecting => (open.length === 0 ? 'end' : 'next');
  switch (found) {
    case '{':
    case '[':
      if (!wantsValue) return undefined;
      open.push(found);
      return found === '{' ? 'key or }' : 'value or ]';
    case '}':
      if (expecting !== 'key or }' && !(expecting === 'next' && open.at(-1) === '{')) return undefined;
      open.pop();
      return afterValue();
    case ']':
      if (expecting !== 'value or ]' && !(expecting === 'next' && open.at(-1) === '[')) return undefined;
      open.pop();
      return afterValue();
    case ',':
      if (expecting !== 'next') return undefined;
      return open.at(-1) === '{' ? 'key' : 'value';
    case ':':
      return expecting === 'colon' ? 'value' : undefined;
    default:
      if (found.startsWith('"') && (expecting === 'key' || expecting === 'key or }')) return 'colon';
      return wantsValue ? afterValue() : undefined;
  }
}
