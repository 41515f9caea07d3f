/**
 * The statements that `route explain` is asked about, one after the other as they arrive: arguments, SQL text, or JSON
 * lines. A line that cannot be taken is a statement too, so that each line in has its line out.
 */

import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { type ExplainInput, UserError } from '../model/index.js';

export type Asked =
  | { readonly ok: true; readonly input: ExplainInput }
  | { readonly ok: false; readonly id: string; readonly reason: string };

export function* fromTexts(statements: Iterable<string>): Generator<Asked> {
  let number = 0;
  for (const sql of statements) {
    number += 1;
    yield { ok: true, input: { id: String(number), sql } };
  }
}

/** Lines of `{"id": …, "sql": …, "params": […]}`. Blank lines are skipped. */
export async function* fromJsonLines(stdin: AsyncIterable<string | Uint8Array>): AsyncGenerator<Asked> {
  const lines = createInterface({ input: Readable.from(stdin), crlfDelay: Number.POSITIVE_INFINITY });
  let line = 0;
  let number = 0;
  for await (const text of lines) {
    line += 1;
    const bare = line === 1 && text.startsWith('\uFEFF') ? text.slice(1) : text;
    if (bare.trim() === '') continue;
    number += 1;
    yield readLine(bare, line, String(number));
  }
}

function readLine(text: string, line: number, number: string): Asked {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, id: number, reason: `line ${line} of the input is not a JSON object` };
  }
  const { id: given, sql, params } = value as Readonly<Record<string, unknown>>;
  const id = typeof given === 'string' || typeof given === 'number' ? String(given) : number;
  if (typeof sql !== 'string') {
    return { ok: false, id, reason: `line ${line} of the input has no text under "sql"` };
  }
  if (params === undefined || params === null) return { ok: true, input: { id, sql } };
  if (!Array.isArray(params)) {
    return { ok: false, id, reason: `line ${line} of the input has "params" that are not a list` };
  }
  return { ok: true, input: { id, sql, params } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws UserError not-text */
export async function textOf(stdin: AsyncIterable<string | Uint8Array>): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    let text = '';
    for await (const chunk of stdin) {
      text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UserError('not-text', 'standard input is not text', 'Give SQL statements separated by ";".', {
      file: '-',
    });
  }
}
