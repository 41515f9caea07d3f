/**
 * What a reader is, and what both readers do alike around their parser: refuse what would be misread or would overflow,
 * take other anonymisers' `?` for parameters, and turn every failure into a reason that quotes nothing of the statement.
 */
import { readAlike } from './alike.js';
import { nextSignificant, scannerAt, tokenIs } from './lexer.js';
import { exceedsNesting } from './nesting.js';
import { numberPlaceholders } from './placeholders.js';
import { printableReason } from './reasons.js';
import type { ReadResult } from './result.js';
import { type IsName, shapesOf } from './shapes.js';
import { type SplitStatement, splitStatements } from './split.js';
import type { Statement } from './tree.js';

export type ReaderName = 'libpg-query' | 'pgsql-ast-parser';

interface ReadStatement extends SplitStatement {
  readonly result: ReadResult;
}

/** The SQL texts inside a function written in a procedural language. */
export interface Routine {
  readonly statements: readonly string[];
  readonly expressions: readonly string[];
}

export interface Reader {
  readonly name: ReaderName;
  /** Reads a text that holds one statement. Never throws for bad input. */
  read(sql: string): ReadResult;
  /** Reads each of the statements in a text. */
  readMany(sql: string): readonly ReadStatement[];
  /** Reads the body of a PL/pgSQL trigger function; undefined when it cannot be read or makes SQL at run time. */
  readTriggerFunction(body: string): Routine | undefined;
}

/** What a parser makes of a text: its statements, or its complaint in its own words. */
export type ParsedText =
  | { readonly ok: true; readonly statements: readonly Statement[] }
  | { readonly ok: false; readonly complaint: string };

export type Parse = (text: string) => ParsedText;

const nothing: ReadResult = { ok: false, reason: 'no statement in the text' };
const tooDeep: ReadResult = { ok: false, reason: 'nested too deeply' };

export function makeReader(
  name: ReaderName,
  parse: Parse,
  readTriggerFunction: Reader['readTriggerFunction'] = () => undefined,
  isName?: IsName,
): Reader {
  const readEach = (sql: string): ReadResult => readOne(sql, parse);
  const read = isName === undefined ? readEach : readAlike(readEach, shapesOf(isName));
  return {
    name,
    read,
    readTriggerFunction,
    readMany: (sql) => splitStatements(sql).map((part) => ({ ...part, result: read(part.text) })),
  };
}

function readOne(sql: string, parse: Parse): ReadResult {
  // A C string ends at NUL: what follows would be dropped in silence.
  if (sql.includes('\0')) return { ok: false, reason: 'a NUL byte' };
  if (isBlank(sql)) return nothing;
  if (exceedsNesting(sql)) return tooDeep;
  try {
    const parsed = parseWithPlaceholders(sql, parse);
    if (!parsed.ok) return { ok: false, reason: printableReason(parsed.complaint) };
    const [statement] = parsed.statements;
    if (statement === undefined) return nothing;
    if (parsed.statements.length > 1) return { ok: false, reason: 'several statements in one text' };
    return { ok: true, statement };
  } catch (error) {
    // How deep a stack reaches depends on the machine; the check above is meant to refuse such texts first.
    if (error instanceof RangeError) return tooDeep;
    throw error;
  }
}

/** Nothing but blanks, comments and semicolons. */
function isBlank(sql: string): boolean {
  const scanner = scannerAt(sql);
  while (nextSignificant(scanner)) if (!tokenIs(scanner, ';')) return false;
  return true;
}

/** `?` is also an operator of jsonb, so the text as it is comes first. */
function parseWithPlaceholders(sql: string, parse: Parse): ParsedText {
  const parsed = parse(sql);
  if (parsed.ok || !sql.includes('?')) return parsed;
  const numbered = numberPlaceholders(sql);
  if (numbered === undefined) return parsed;
  const again = parse(numbered);
  return again.ok ? again : parsed;
}
