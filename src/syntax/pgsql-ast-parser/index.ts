/**
 * Reader 2: pgsql-ast-parser, independent of PostgreSQL's grammar.
 *
 * It reads less, and reads some things otherwise than PostgreSQL does. What it may have misread is refused: a reading of
 * this one that stands beside the first reader's is worth something only if it does not guess.
 */
import parser from 'pgsql-ast-parser';
import type { Parse, ParsedText } from '../reader.js';
import { RefusedError } from './context.js';
import { prepareSource } from './source.js';
import { translateStatement } from './statements.js';

export async function loadParser(): Promise<Parse> {
  return parse;
}

function parse(sql: string): ParsedText {
  const source = prepareSource(sql);
  if (!source.ok) return source;
  try {
    const nodes = parser.parse(source.text, { locationTracking: true });
    return { ok: true, statements: nodes.map((node) => translateStatement(node, source.text)) };
  } catch (error) {
    if (error instanceof RefusedError) return { ok: false, complaint: error.message };
    if (error instanceof RangeError || !(error instanceof Error)) throw error;
    return { ok: false, complaint: complaintOf(error.message) };
  }
}

/** The parser throws plain errors, with an excerpt of the text behind the first line. */
function complaintOf(message: string): string {
  if (message.includes('Ambiguous')) return 'ambiguous to this reader';
  const place = /^Syntax error at line (\d+) col (\d+)/.exec(message);
  if (place !== null) return `syntax error at line ${place[1]}, column ${place[2]}`;
  return message.includes('end of input') ? 'syntax error at end of input' : 'syntax error';
}
