/**
 * What pgsql-ast-parser would misread in a text, settled before it reads it.
 *
 * Its scanner is simpler than PostgreSQL's: it looks for strings inside comments, cuts operators and numbers that it does
 * not know into pieces, and then finds a meaning for the pieces. So comments are blanked out here, and a text with a token
 * that it would cut wrongly is refused. Offsets stay as they were.
 */
import { nextToken, type Scanner, scannerAt, tokenText } from '../lexer.js';
import { mentionsSquashedList } from '../squash.js';

/** Stands in a list for the server's mark that the list was squashed; PostgreSQL has no parameter of that number. */
export const squashedParameter = 2147483;
const squashedElement = `,$${squashedParameter}`;

/** The parser is too slow for more, and such texts are data loads. */
const maximumLength = 100_000;

export type PreparedSource =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly complaint: string };

export function prepareSource(sql: string): PreparedSource {
  if (sql.length > maximumLength) return { ok: false, complaint: 'too long for this reader' };
  const scanner = scannerAt(sql);
  const parts: string[] = [];
  const before: string[] = [];
  while (nextToken(scanner)) {
    const token = tokenText(scanner);
    if (scanner.kind === 'comment') {
      parts.push(mentionsSquashedList(token) ? squashedElement.padEnd(token.length) : blank(token));
      continue;
    }
    if (scanner.kind === 'blank') {
      parts.push(token);
      continue;
    }
    const complaint = misreadToken(scanner, token) ?? misreadSequence(token, before);
    if (complaint !== undefined) return { ok: false, complaint };
    before.push(token.toLowerCase());
    parts.push(token);
  }
  return { ok: true, text: parts.join('') };
}

function blank(comment: string): string {
  return comment.replace(/[^\n]/g, ' ');
}

/** `~~` is left out: the parser does not tell it from LIKE, which binds less tightly. */
const knownOperators = new Set([
  ...[
    '=',
    '<>',
    '!=',
    '<',
    '>',
    '<=',
    '>=',
    '+',
    '-',
    '*',
    '/',
    '%',
    '^',
    '||',
    '->',
    '->>',
    '#>>',
    '#-',
    '@>',
    '<@',
  ],
  ...['?', '?|', '?&', '~', '~*', '!~', '!~*', '&', '&&', '|', '#', '<<', '>>', '@@'],
]);

function misreadToken(scanner: Scanner, token: string): string | undefined {
  switch (scanner.kind) {
    case 'operator':
      return knownOperators.has(token) ? undefined : 'an operator that this reader does not know';
    case 'number':
      return /^\d*\.?\d*$/.test(token) ? undefined : 'a form of number that this reader does not know';
    case 'string':
    case 'bits':
      return isPlainString(token) ? undefined : 'a form of string that this reader does not know';
    case 'quotedName':
      return isPlainName(token) ? undefined : 'a quoted name that this reader would change';
    case 'word':
      return /^\w+$/.test(token) ? undefined : 'a name that this reader cannot read';
    default:
      return undefined;
  }
}

/** '…' on one piece, or E'…' without escapes, or a body of code in $$. */
function isPlainString(token: string): boolean {
  if (token.startsWith("'")) return !/'\s*\n\s*'/.test(token.slice(1, -1));
  if (/^[eE]'/.test(token))
    return !token.includes('\\') && token.length > 3 && !/'\s*\n\s*'/.test(token.slice(2, -1));
  return token.startsWith('$$');
}

function isPlainName(token: string): boolean {
  const name = token.slice(1, -1);
  return token.startsWith('"') && !name.includes('"') && name.trim() === name && name !== '';
}

const intervalFields = new Set(['year', 'month', 'day', 'hour', 'minute', 'second']);

/** Words in a row that mean something else to this parser. */
function misreadSequence(token: string, before: readonly string[]): string | undefined {
  const previous = before.at(-1) ?? '';
  // INTERVAL '1' DAY, which it would take for an alias.
  if (intervalFields.has(token.toLowerCase()) && previous.startsWith("'") && before.at(-2) === 'interval') {
    return 'a form of interval that this reader does not know';
  }
  // time(3) with time zone, which it would take for a timestamp.
  if (token === '(' && previous === 'time') return 'a form of type that this reader does not know';
  return undefined;
}
