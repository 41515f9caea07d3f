/**
 * Statements from the application's own `.sql` files: plain ones separated by `;`, and those of tools like sqlc that name
 * each in a comment (`-- name: GetUser :one`). They have no counters: nobody has counted them.
 *
 * A folder that holds an export is left to those who read exports. In any other, `.sql` files are looked for at any depth.
 * What only defines tables is a schema; so is what lies in `migrations/` or is called `schema*.sql`.
 */

import path from 'node:path';
import { byCodeUnit, byNumberedName, UserError, type WorkloadStatement } from '../model/index.js';
import { normaliseText, numberNamedParameters, splitStatements } from '../syntax/index.js';
import { decodeText } from './decode.js';
import {
  beginningOfStandardInput,
  bytesOf,
  displayName,
  folderEntries,
  kindOfPath,
  standardInput,
} from './open.js';
import { firstSource } from './order.js';
import { sniffFile } from './sniff.js';
import { digest, statementId } from './texts.js';

export interface QueryFiles {
  /** By id; each text once, at its first place. */
  readonly statements: readonly WorkloadStatement[];
  readonly schemas: readonly string[];
  /** Paths that are something else. */
  readonly others: readonly string[];
}

/** @throws UserError for a path that does not exist or is no text */
export async function readQueryFiles(paths: readonly string[]): Promise<QueryFiles> {
  const found = {
    statements: new Map<string, WorkloadStatement>(),
    schemas: [] as string[],
    others: [] as string[],
  };
  for (const given of paths) {
    const files = await sqlFilesAt(given);
    if (files === undefined) found.others.push(given);
    for (const file of files ?? []) {
      const text = await textOf(file);
      if (isSchema(file, text)) found.schemas.push(named(file));
      else for (const statement of statementsIn(file, text)) keepFirst(found.statements, statement);
    }
  }
  return {
    statements: [...found.statements.values()].sort((a, b) => byCodeUnit(a.id, b.id)),
    schemas: [...new Set(found.schemas)],
    others: found.others,
  };
}

// ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Undefined for what is no .sql file and no folder of them. */
async function sqlFilesAt(given: string): Promise<readonly string[] | undefined> {
  if (given === standardInput) return isSql(await beginningOfStandardInput()) ? [given] : undefined;
  if ((await kindOfPath(given)) === 'file') return isSqlName(given) ? [given] : undefined;
  if (await holdsExport(given)) return undefined;
  const files = await sqlFilesBelow(given);
  return files.length === 0 ? undefined : files;
}

/** By its first word: no export and no log begins with one of SQL's. */
function isSql(beginning: string): boolean {
  const code = beginning.replace(/^(?:\uFEFF|\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, '');
  return defines.test(code) || uses.test(code) || /^(?:begin|set|copy|truncate)\b[^,]/i.test(code);
}

/** @throws UserError bad-option: schemas are read more than once */
function named(file: string): string {
  if (file !== standardInput) return file;
  throw new UserError(
    'bad-option',
    'standard input holds a schema and no statement to check',
    'Write it into a file, and give that as --schema FILE.',
  );
}

function isSqlName(name: string): boolean {
  return /\.sql(?:\.gz)?$/i.test(name);
}

async function holdsExport(folder: string): Promise<boolean> {
  for (const entry of await folderEntries(folder)) {
    if (entry.folder || isSqlName(entry.name)) continue;
    const { kind } = await sniffFile(entry.path);
    if (kind === 'export') return true;
  }
  return false;
}

/** Folders that no statement of the application lies in. */
const passedOver = /^(?:\..*|node_modules|vendor|target|dist|build)$/;

/** In the order in which migrations are run; the way back down is left out. */
async function sqlFilesBelow(folder: string): Promise<readonly string[]> {
  const files: string[] = [];
  const entries = [...(await folderEntries(folder))].sort((a, b) => byNumberedName(a.name, b.name));
  for (const { name, path: file, folder: isFolder } of entries) {
    if (isFolder) {
      if (!passedOver.test(name)) files.push(...(await sqlFilesBelow(file)));
    } else if (isSqlName(name) && !/(?:^|[._-])down\.sql$/i.test(name)) files.push(file);
  }
  return files;
}

async function textOf(file: string): Promise<string> {
  const parts: string[] = [];
  try {
    for await (const text of decodeText(bytesOf(file), file)) parts.push(text);
  } catch (error) {
    // An empty file holds no statement; a repository may have some.
    if (!(error instanceof UserError) || error.code !== 'file-empty') throw error;
  }
  return parts.join('');
}

const defines = /^\s*(?:create|alter|drop|comment|grant|revoke)\b/i;
const uses = /^\s*(?:select|insert|update|delete|merge|with|values)\b/i;

function isSchema(file: string, text: string): boolean {
  if (/^schema.*\.sql/i.test(path.basename(file))) return true;
  if (/(?:^|[/\\])migrations?[/\\]/i.test(file)) return true;
  const pieces = splitStatements(text);
  return pieces.some((piece) => defines.test(piece.text)) && !pieces.some((piece) => uses.test(piece.text));
}

// ── statements ───────────────────────────────────────────────────────────────────────────────────────────────────────

const uncounted = { calls: 0, totalExecMs: 0, rows: 0, walBytes: 0, blocksRead: 0, blocksHit: 0 };

function statementsIn(file: string, text: string): readonly WorkloadStatement[] {
  return splitStatements(text).map(({ text: sql, line, leading }) => {
    const normalised = normaliseText(numberNamedParameters(sql));
    const label = labelIn(leading);
    return {
      id: statementId(digest(`\n${normalised.identity}`)),
      text: normalised.text,
      counters: uncounted,
      mergedRows: 0,
      source: { file: displayName(file), line },
      tags: normalised.tags,
      ...(label === undefined ? {} : { label }),
      truncated: false,
    };
  });
}

const nameComment = /(?:--|\/\*)[ \t]*name:[ \t]*([^\s:*]+)/g;

/** The last name before the statement: those above it belong to others. */
function labelIn(leading: string): string | undefined {
  return [...leading.matchAll(nameComment)].at(-1)?.[1];
}

function keepFirst(statements: Map<string, WorkloadStatement>, statement: WorkloadStatement): void {
  const known = statements.get(statement.id);
  const isFirst = known === undefined || firstSource(known.source, statement.source) === statement.source;
  if (isFirst) statements.set(statement.id, statement);
}
