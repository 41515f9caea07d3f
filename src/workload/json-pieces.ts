/** Finds the objects in a stream of JSON text without holding more than one of them. Takes chunks, gives each object's text and line. */
import { UserError } from '../model/index.js';

export interface JsonPiece {
  readonly text: string;
  /** Where the object begins, 1-based. */
  readonly line: number;
}

interface Scan {
  depth: number;
  inString: boolean;
  escaped: boolean;
  line: number;
  /** Line of the object being read; 0 between objects. */
  objectLine: number;
  /** The text is one array: its elements lie at depth 1. */
  base: 0 | 1;
}

const quote = 0x22;
const backslash = 0x5c;
const newline = 0x0a;

/** @throws UserError 'bad-json' for what is neither objects nor an array of objects, and for a text that ends too early. */
export async function* jsonObjects(chunks: AsyncIterable<string>, file: string): AsyncGenerator<JsonPiece> {
  const scan: Scan = { depth: 0, inString: false, escaped: false, line: 1, objectLine: 0, base: 0 };
  let parts: string[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let i = 0; i < chunk.length; i++) {
      const event = step(scan, chunk.charCodeAt(i), file);
      if (event === 'opened') from = i;
      if (event !== 'closed') continue;
      parts.push(chunk.slice(from, i + 1));
      yield { text: parts.join(''), line: scan.objectLine };
      parts = [];
      scan.objectLine = 0;
    }
    if (scan.objectLine > 0) parts.push(chunk.slice(from));
  }
  if (scan.depth > 0) throw badJson(file, scan.objectLine || scan.line, 'it ends before it is complete');
}

function step(scan: Scan, char: number, file: string): 'opened' | 'closed' | undefined {
  if (char === newline) scan.line += 1;
  if (scan.inString) return inString(scan, char);
  switch (char) {
    case quote:
      if (scan.objectLine === 0) throw badJson(file, scan.line, 'a text stands where an object was expected');
      scan.inString = true;
      return undefined;
    case 0x7b: // {
      scan.depth += 1;
      if (scan.objectLine > 0) return undefined;
      scan.objectLine = scan.line;
      return 'opened';
    case 0x5b: // [
      if (scan.objectLine === 0) {
        if (scan.depth > 0) throw badJson(file, scan.line, 'a list stands where an object was expected');
        scan.base = 1;
      }
      scan.depth += 1;
      return undefined;
    case 0x7d: // }
    case 0x5d: // ]
      return closed(scan, file);
    default:
      if (scan.objectLine === 0 && !isBetween(char)) {
        throw badJson(file, scan.line, 'a value stands where an object was expected');
      }
      return undefined;
  }
}

function inString(scan: Scan, char: number): undefined {
  if (scan.escaped) scan.escaped = false;
  else if (char === backslash) scan.escaped = true;
  else if (char === quote) scan.inString = false;
}

function closed(scan: Scan, file: string): 'closed' | undefined {
  scan.depth -= 1;
  if (scan.depth < 0) throw badJson(file, scan.line, 'a bracket closes what was never opened');
  if (scan.objectLine === 0) {
    scan.base = 0;
    return undefined;
  }
  return scan.depth === scan.base ? 'closed' : undefined;
}

/** White space and commas. */
function isBetween(char: number): boolean {
  return char === 0x2c || char === 0x20 || char === newline || char === 0x09;
}

const number = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** The same JSON with each number in quotes, so that parsing it loses no digit. */
export function numbersAsText(json: string): string {
  const out: string[] = [];
  let copied = 0;
  for (let i = 0; i < json.length; i++) {
    const char = json.charCodeAt(i);
    if (char === quote) i = endOfString(json, i);
    else if (char === 0x2d || (char >= 0x30 && char <= 0x39)) {
      number.lastIndex = i;
      const found = number.exec(json)?.[0];
      if (found === undefined) continue;
      out.push(json.slice(copied, i), '"', found, '"');
      copied = i + found.length;
      i = copied - 1;
    }
  }
  out.push(json.slice(copied));
  return out.join('');
}

function endOfString(json: string, start: number): number {
  for (let i = start + 1; i < json.length; i++) {
    const char = json.charCodeAt(i);
    if (char === backslash) i += 1;
    else if (char === quote) return i;
  }
  return json.length;
}

export function badJson(file: string, line: number, why: string): UserError {
  return new UserError(
    'bad-json',
    `${file}:${line} is broken: ${why}.`,
    'The file is cut off or was edited; take the export again.',
    { file, line },
  );
}
