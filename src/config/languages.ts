/** A config's text → plain data, and the line that a key stands on: YAML, TOML and JSON. */

import path from 'node:path';
import { parse as parseToml, TomlDate, TomlError } from 'smol-toml';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { parseJson } from '../contract/index.js';
import { UserError } from '../model/index.js';

export interface ParsedText {
  readonly value: unknown;
  /** The line of the nearest thing on the path that has one. */
  readonly lineOf: (path: readonly PropertyKey[]) => number | undefined;
}

/** @throws UserError bad-config or bad-json with the line */
export function parseConfigText(text: string, file: string): ParsedText {
  switch (path.extname(file).toLowerCase()) {
    case '.json':
      return { value: parseJson(text, file), lineOf: readYaml(text).lineOf };
    case '.toml':
      return { value: readToml(text, file), lineOf: (keys) => lineOfTomlKey(text, keys) };
    case '.yaml':
    case '.yml':
      return parseYaml(text, file);
    default:
      throw new UserError(
        'bad-config',
        `${file} has none of the endings of a config`,
        'A config is a .yaml, .toml or .json file.',
        { file },
      );
  }
}

function parseYaml(text: string, file: string): ParsedText {
  const { document, lineOf } = readYaml(text);
  const [error] = document.errors;
  if (error !== undefined) throw notValid(file, 'YAML', error.linePos?.[0].line);
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) ?? {}, lineOf };
  } catch {
    throw notValid(file, 'YAML', undefined);
  }
}

function readYaml(text: string) {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: true });
  const lineOf = (keys: readonly PropertyKey[]): number | undefined => {
    for (let depth = keys.length; depth > 0; depth -= 1) {
      const offset = offsetOf(document, keys.slice(0, depth));
      if (offset !== undefined) return lines.linePos(offset).line;
    }
    return undefined;
  };
  return { document, lineOf };
}

/** Of the key where there is one, since a value may begin lines below it. */
function offsetOf(document: Document, keys: readonly PropertyKey[]): number | undefined {
  const around = document.getIn(keys.slice(0, -1), true);
  const pair = isMap(around)
    ? around.items.find(({ key }) => isScalar(key) && key.value === keys.at(-1))
    : undefined;
  const node = pair === undefined ? document.getIn(keys, true) : pair.key;
  return isNode(node) ? node.range?.[0] : undefined;
}

function readToml(text: string, file: string): unknown {
  try {
    return withPlainDates(parseToml(text));
  } catch (error) {
    throw notValid(file, 'TOML', error instanceof TomlError ? error.line : undefined);
  }
}

/** TOML has dates of its own; the other languages write them as text. */
function withPlainDates(value: unknown): unknown {
  if (value instanceof TomlDate) return value.toISOString();
  if (Array.isArray(value)) return value.map(withPlainDates);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withPlainDates(inner)]));
}

/** TOML's reader keeps no places: the first line that mentions the last key which is written there at all. */
function lineOfTomlKey(text: string, keys: readonly PropertyKey[]): number | undefined {
  const lines = text.split('\n');
  const [list, at] = keys;
  if (keys.length === 2 && typeof list === 'string' && typeof at === 'number') {
    // [[waivers]] begins each of several.
    const starts = lines.flatMap((line, index) =>
      line.trim().startsWith('[[') && isAbout(line, list) ? [index + 1] : [],
    );
    if (starts[at] !== undefined) return starts[at];
  }
  for (const key of [...keys].reverse()) {
    const at = lines.findIndex((line) => typeof key === 'string' && isAbout(line, key));
    if (at >= 0) return at + 1;
  }
  return undefined;
}

function isAbout(line: string, key: string): boolean {
  const [written] = line.split(/=|#/);
  return written?.match(/[\w-]+|"[^"]*"/g)?.some((word) => word.replaceAll('"', '') === key) ?? false;
}

function notValid(file: string, language: string, line: number | undefined): UserError {
  return new UserError(
    'bad-config',
    `${file} is not valid ${language}`,
    `Mend the file${line === undefined ? '' : ' at that line'}; its keys are pins, forbid, budgets, waivers, assume, costs and document.`,
    line === undefined ? { file } : { file, line },
  );
}
