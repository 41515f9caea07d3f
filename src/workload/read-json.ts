/**
 * JSON arrays, JSON lines (or objects one after another), and an object that wraps one array of rows, streamed object by object.
 *
 * Numbers stay as written: a queryid does not fit a double. Values inside nested objects count as columns under their own
 * name when the row has no such column itself; nested lists are kept as text.
 */
import { type RawRow, type ReaderContext, rowOf } from './input.js';
import { badJson, type JsonPiece, jsonObjects, numbersAsText } from './json-pieces.js';

type JsonObject = Readonly<Record<string, unknown>>;

/** @throws UserError 'bad-json' with the line. */
export async function* readJson(text: AsyncIterable<string>, context: ReaderContext): AsyncGenerator<RawRow> {
  let first = true;
  for await (const piece of jsonObjects(text, context.file)) {
    for (const object of rowsIn(parsed(piece, context.file))) {
      const columns = flattened(object);
      if (first) context.onColumns([...columns.keys()]);
      first = false;
      yield rowOf([...columns.keys()], [...columns.values()], piece.line);
    }
  }
}

/**
 * One JSON object in a cell, as columns.
 * @throws UserError 'bad-json' with the line.
 */
export function columnsOfJson(text: string, file: string, line: number): Readonly<Record<string, string>> {
  return Object.fromEntries(flattened(parsed({ text, line }, file)));
}

function parsed(piece: JsonPiece, file: string): JsonObject {
  try {
    return JSON.parse(numbersAsText(piece.text)) as JsonObject;
  } catch {
    throw badJson(file, piece.line, 'the object that begins here is not valid JSON');
  }
}

/** The object itself, or the rows that it wraps. */
function rowsIn(object: JsonObject): readonly JsonObject[] {
  if (Object.keys(object).some((key) => key.toLowerCase() === 'query')) return [object];
  const wrapped = Object.values(object).find(isRows);
  return wrapped?.map((row) => ({ ...row, [wrapper]: scalarsOf(object) })) ?? [object];
}

/** What a wrapper says of all its rows, where no column of theirs can have the name. */
const wrapper = '';

function scalarsOf(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => typeof value === 'string'));
}

function isRows(value: unknown): value is readonly JsonObject[] {
  return Array.isArray(value) && value.length > 0 && value.every(isObject);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function flattened(object: JsonObject): Map<string, string> {
  const columns = new Map<string, string>();
  const level = [object];
  for (let current = level.shift(); current !== undefined; current = level.shift()) {
    for (const [key, value] of Object.entries(current)) {
      const name = key.trim().toLowerCase();
      if (isObject(value)) level.push(value);
      else if (!columns.has(name)) columns.set(name, asText(value));
    }
  }
  return columns;
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
