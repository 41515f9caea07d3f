/** Log files → records, streamed, files in the order of their first record. Broken records are items, not errors. */

import { byCodeUnit, UserError } from '../../model/index.js';
import { decodeText } from '../decode.js';
import { linesOf } from '../lines.js';
import { bytesOf, displayName, standardInput } from '../open.js';
import { readCsvlog } from './csvlog.js';
import { readJsonlog } from './jsonlog.js';
import type { LogItem } from './record.js';

/** A file that begins in the middle of a record may have as many lines before the first whole one. */
const mostBrokenAtStart = 10_000;

/** @throws UserError 'not-a-log' for a file that has records of neither kind; 'bad-option' for '-'; 'file-not-found' and others of its kind */
export async function* readLogs(files: readonly string[]): AsyncGenerator<LogItem> {
  const opened: { file: string; from: string }[] = [];
  for (const file of new Set(files)) {
    if (file === standardInput) throw readTwice();
    const from = await firstTime(file);
    if (from !== undefined) opened.push({ file, from });
  }
  opened.sort((a, b) => byCodeUnit(a.from, b.from) || byCodeUnit(a.file, b.file));
  for (const { file } of opened) yield* itemsOf(file);
}

/** Undefined for a file that is still empty, as one that was just rotated may be. */
async function firstTime(file: string): Promise<string | undefined> {
  let unreadable = 0;
  try {
    for await (const item of itemsOf(file)) {
      if (item.kind === 'record') return item.record.time;
      unreadable += 1;
      if (unreadable > mostBrokenAtStart) break;
    }
  } catch (error) {
    if (error instanceof UserError && error.code === 'file-empty') return undefined;
    throw error;
  }
  throw notALog(file);
}

async function* itemsOf(file: string): AsyncGenerator<LogItem> {
  const name = displayName(file);
  const text = decodeText(bytesOf(file), name);
  const first = await text.next();
  if (first.done) return;
  const chunks = startingWith(first.value, text);
  const read = first.value.trimStart().startsWith('{') ? readJsonlog : readCsvlog;
  yield* read(linesOf(chunks), name);
}

async function* startingWith(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}

function readTwice(): UserError {
  return new UserError(
    'bad-option',
    'a log is not read from standard input',
    'Name its file: files are ordered by their first records, and read twice for that.',
  );
}

function notALog(file: string): UserError {
  return new UserError(
    'not-a-log',
    `${displayName(file)} holds no record of csvlog or jsonlog.`,
    "Set log_destination = 'csvlog' (or 'jsonlog') and logging_collector = on; the plain stderr log is not read.",
    { file },
  );
}
