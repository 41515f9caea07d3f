/**
 * Schema files → Catalog. Takes the files' texts in the order they would be run: one dump, a folder of migrations, or a
 * captured catalog.json.
 *
 * Statements are cut apart first and read one by one, so that a broken one loses only itself: it is counted in
 * `unreadable` with its file and line, and the rest is used. No text of the file gets into a reason, for it may hold values.
 */

import { loadModule, type Node, parseSync, scanSync } from 'libpg-query';
import type { Catalog, SourceRef } from '../model/index.js';
import { splitStatements } from '../syntax/index.js';
import { catalogStatements, isCatalogFile } from './catalog-file.js';
import { type Draft, newDraft } from './ddl/draft.js';
import { startSession } from './ddl/settings.js';
import { settle } from './ddl/settle.js';
import { statementText } from './ddl/statement-text.js';
import { applyOrWait, applyWaiting, type Waiting } from './ddl/waiting.js';
import type { TextFile } from './load-text-files.js';
import { upwardPart } from './migrations.js';

export async function readSchema(files: readonly TextFile[]): Promise<Catalog> {
  await loadModule();
  const draft = newDraft();
  const waiting: Waiting[] = [];
  for (const file of files) readFile({ draft, waiting }, file);
  applyWaiting(draft, waiting);
  return settle(draft);
}

/** Is there one statement in it that can be read? */
export async function holdsSql({ file, text }: TextFile): Promise<boolean> {
  if (isCatalogFile({ file, text })) return true;
  await loadModule();
  return splitStatements(upwardPart(file, text)).some(({ text: piece }) => {
    const parsed = parseStatement(piece);
    return 'nodes' in parsed && parsed.nodes.length > 0;
  });
}

export interface SchemaStatement extends SourceRef {
  readonly text: string;
}

/** The same files as the statements that make the schema on a server, in order. @throws UserError for a broken catalog.json */
export function schemaStatements(files: readonly TextFile[]): readonly SchemaStatement[] {
  return files.flatMap(({ file, text }) =>
    (isCatalogFile({ file, text })
      ? catalogStatements({ file, text })
      : splitStatements(upwardPart(file, text))
    ).map((statement) => ({ text: statement.text, file, line: statement.line })),
  );
}

interface Reading {
  readonly draft: Draft;
  /** Statements whose table is not there yet. */
  readonly waiting: Waiting[];
}

function readFile(reading: Reading, { file, text }: TextFile): void {
  startSession(reading.draft);
  if (isCatalogFile({ file, text })) {
    for (const { text: statement, line } of catalogStatements({ file, text })) {
      readStatement(reading, statement, { file, line });
    }
    return;
  }
  readStatements(reading, upwardPart(file, text), { file, line: 1 });
}

function readStatements(reading: Reading, text: string, from: SourceRef): void {
  for (const piece of splitStatements(text)) {
    readStatement(reading, piece.text, { file: from.file, line: from.line + piece.line - 1 });
  }
}

function readStatement(reading: Reading, text: string, source: SourceRef): void {
  const { draft, waiting } = reading;
  const parsed = parseStatement(text);
  if ('reason' in parsed) {
    const line = source.line + lineBreaksBefore(text, parsed.place);
    draft.unreadable.push({ reason: parsed.reason, source: { file: source.file, line } });
    readBehind(reading, text, parsed.place, source);
    return;
  }
  try {
    const context = { draft, text: statementText(text), source };
    for (const node of parsed.nodes) applyOrWait(context, node, waiting);
  } catch (error) {
    // The parser reaches a little deeper than walks over its tree do.
    if (!(error instanceof RangeError)) throw error;
    draft.unreadable.push({ reason: reasonOf(error), source });
  }
}

/** An unclosed bracket or quote swallows the statements behind it: reading goes on after the next semicolon. */
function readBehind(reading: Reading, text: string, place: number, source: SourceRef): void {
  const next = semicolonAfter(text, place);
  if (next === undefined) return;
  const line = source.line + lineBreaksBefore(text, next + 1);
  readStatements(reading, text.slice(next + 1), { file: source.file, line });
}

function semicolonAfter(text: string, place: number): number | undefined {
  const from = Buffer.byteLength(text.slice(0, place));
  try {
    const found = scanSync(text).tokens.find((token) => token.text === ';' && token.start >= from);
    return found && Buffer.from(text).subarray(0, found.start).toString('utf8').length;
  } catch {
    // Unclosed quotes end at nobody knows where; the next semicolon at the end of a line is the best guess. What follows an
    // unclosed $$ is most likely the inside of a function.
    const unclosed = text.slice(place);
    const end = /;[ \t]*\r?\n/.exec(unclosed);
    return end === null || unclosed.startsWith('$') ? undefined : place + end.index;
  }
}

type Parsed = { readonly nodes: readonly Node[] } | { readonly reason: string; readonly place: number };

function parseStatement(text: string): Parsed {
  const nul = text.indexOf('\0');
  // The parser drops everything after a NUL in silence.
  if (nul >= 0) return { reason: 'the statement contains a NUL byte', place: nul };
  try {
    return { nodes: (parseSync(text).stmts ?? []).flatMap(({ stmt }) => (stmt ? [stmt] : [])) };
  } catch (error) {
    return { reason: reasonOf(error), place: placeOf(error) };
  }
}

/** Only the kind of the error: what follows "at or near" is text of the file. */
function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return 'the statement is nested too deeply';
  const message = error instanceof Error ? error.message : '';
  const kind = message.split(' at or near ')[0] ?? '';
  if (kind === 'memory exhausted') return 'the statement is nested too deeply';
  return kind === '' || /["'`]/.test(kind) ? 'syntax error' : kind;
}

function placeOf(error: unknown): number {
  const details = (error as { sqlDetails?: { cursorPosition?: number } }).sqlDetails;
  return details?.cursorPosition ?? 0;
}

function lineBreaksBefore(text: string, place: number): number {
  return text.slice(0, place).split('\n').length - 1;
}
