/**
 * Reader 1: PostgreSQL's own grammar (libpg-query, in WASM).
 *
 * Takes a text that is neither empty nor too deeply nested, gives its statements translated into the neutral tree, or the
 * parser's complaint.
 */
import { loadModule, parseSync, SqlError, scanSync } from 'libpg-query';
import type { Parse, ParsedText } from '../reader.js';
import type { Statement } from '../tree.js';
import { UntranslatableError } from './nodes.js';
import { translateStatement } from './statements.js';

export { readTriggerFunction } from './routines.js';

export async function loadParser(): Promise<Parse> {
  await loadModule();
  return parse;
}

function parse(text: string): ParsedText {
  try {
    const statements: Statement[] = [];
    for (const raw of parseSync(text).stmts ?? []) {
      if (raw.stmt !== undefined) statements.push(translateStatement(raw.stmt, text));
    }
    return { ok: true, statements };
  } catch (error) {
    if (error instanceof SqlError) return { ok: false, complaint: error.message };
    if (error instanceof UntranslatableError) return { ok: false, complaint: error.message };
    throw error;
  }
}

/** Whether PostgreSQL's scanner takes a word for a name and for no keyword. */
export function isName(word: string): boolean {
  const { tokens } = scanSync(word);
  return tokens.length === 1 && tokens[0]?.tokenName === 'IDENT';
}
