/**
 * Parameters as query files of applications write them → `$n`: `@name` and `sqlc.arg(name)`, `:name`, `?`. What looks like
 * one and is none stays: strings, comments, casts (`::`), slices (`[1:n]`), and the operators `@`, `<@`, `?`, `?|`, `@?`.
 *
 * A name has one number wherever it stands. Line breaks stay where they are.
 */

import { nextToken, type Scanner, scannerAt, type TokenKind, tokenText } from './lexer.js';
import { hasPlaceholder } from './placeholders.js';

interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

/** Only tokens that mean something have neighbours; a blank or comment between two keeps them from touching. */
interface Place {
  readonly token: Token;
  readonly before: Token | undefined;
  readonly after: Token | undefined;
  /** The next token follows at once. */
  readonly touching: Token | undefined;
  /** Inside `[…]`. */
  readonly subscript: boolean;
}

export function numberNamedParameters(sql: string): string {
  const tokens = tokensOf(sql);
  const numbers = numbering(tokens);
  const parts: string[] = [];
  let depth = 0;
  let before: Token | undefined;
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] as Token;
    if (token.text === '[') depth += 1;
    else if (token.text === ']') depth -= 1;
    const place: Place = {
      token,
      before,
      after: significantFrom(tokens, at + 1),
      touching: tokens[at + 1],
      subscript: depth > 0,
    };
    const written = sqlcCall(tokens, at, numbers) ?? parameterAt(place, numbers);
    parts.push(written?.text ?? token.text);
    at += written?.taken ?? 0;
    if (isSignificant(token)) before = written === undefined ? token : parameter;
  }
  return parts.join('');
}

function tokensOf(sql: string): readonly Token[] {
  const scanner: Scanner = scannerAt(sql);
  const tokens: Token[] = [];
  while (nextToken(scanner)) tokens.push({ kind: scanner.kind, text: tokenText(scanner) });
  return tokens;
}

function significantFrom(tokens: readonly Token[], from: number): Token | undefined {
  let at = from;
  while (at < tokens.length && !isSignificant(tokens[at] as Token)) at += 1;
  return tokens[at];
}

/** What was written instead, to whoever looks back. */
const parameter: Token = { kind: 'param', text: '$' };

function isSignificant({ kind }: Token): boolean {
  return kind !== 'blank' && kind !== 'comment';
}

// ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Numbers {
  readonly of: (name: string) => string;
  readonly fresh: () => string;
  /** The text numbers its parameters itself: then `?` is an operator. */
  readonly isNumbered: boolean;
}

function numbering(tokens: readonly Token[]): Numbers {
  const given = tokens.filter(({ kind }) => kind === 'param').map(({ text }) => Number(text.slice(1)));
  let last = Math.max(0, ...given);
  const names = new Map<string, string>();
  const fresh = (): string => {
    last += 1;
    return `$${last}`;
  };
  const of = (name: string): string => {
    const known = names.get(name) ?? fresh();
    names.set(name, known);
    return known;
  };
  return { of, fresh, isNumbered: given.length > 0 };
}

interface Written {
  readonly text: string;
  /** How many tokens behind the first it stands for as well. */
  readonly taken: number;
}

function parameterAt(place: Place, numbers: Numbers): Written | undefined {
  return atSign(place, numbers) ?? colon(place, numbers) ?? questionMarks(place, numbers);
}

/** `@name`, also behind an operator as in `=@name`; `a <@b` and `a @@b` are operators. */
function atSign({ token, touching }: Place, numbers: Numbers): Written | undefined {
  if (token.kind !== 'operator' || touching?.kind !== 'word' || !/(?:^|[=>+*/|-])@$/.test(token.text)) {
    return undefined;
  }
  return { text: `${token.text.slice(0, -1)}${spaced(token.text)}${numbers.of(touching.text)}`, taken: 1 };
}

function spaced(operator: string): string {
  return operator.length > 1 ? ' ' : '';
}

/** `:name`, and psql's `:'name'`. */
function colon({ token, before, touching, subscript }: Place, numbers: Numbers): Written | undefined {
  const isName = touching?.kind === 'word' || touching?.kind === 'string';
  if (token.text !== ':' || touching === undefined || !isName) return undefined;
  // The bounds of a slice have something before the colon.
  if (subscript && before?.text !== '[' && before?.text !== ',') return undefined;
  return { text: numbers.of(touching.text.replaceAll("'", '')), taken: 1 };
}

// ── question marks ───────────────────────────────────────────────────────────────────────────────────────────────────

function questionMarks(place: Place, numbers: Numbers): Written | undefined {
  const { token } = place;
  if (token.kind !== 'operator' || !token.text.includes('?') || numbers.isNumbered) return undefined;
  // JDBC's way to write the operators themselves.
  if (/^\?\?[|&]?$/.test(token.text)) return { text: token.text.slice(1), taken: 0 };
  if (!hasPlaceholder(token.text) || (token.text === '?' && standsBetweenOperands(place))) return undefined;
  return { text: token.text.replace(/\?/g, () => ` ${numbers.fresh()} `).trim(), taken: 0 };
}

/** `data ? 'key'` asks whether the key is there. */
function standsBetweenOperands({ before, after }: Place): boolean {
  return before !== undefined && after !== undefined && endsOperand(before) && startsOperand(after);
}

const operands: ReadonlySet<TokenKind> = new Set(['quotedName', 'string', 'number', 'param', 'bits']);

function endsOperand({ kind, text }: Token): boolean {
  if (kind === 'word') return !beforeOperands.has(text.toLowerCase());
  return operands.has(kind) || text === ')' || text === ']';
}

function startsOperand({ kind, text }: Token): boolean {
  if (kind === 'word') return !behindOperands.has(text.toLowerCase());
  return operands.has(kind) || text === '(' || text === '?';
}

const beforeOperands = new Set([
  ...['select', 'distinct', 'where', 'and', 'or', 'not', 'on', 'having', 'when', 'then', 'else', 'case'],
  ...['between', 'like', 'ilike', 'in', 'is', 'limit', 'offset', 'fetch', 'first', 'next', 'values', 'set'],
  ...['returning', 'by', 'interval', 'date', 'timestamp', 'time', 'any', 'all', 'some', 'from', 'using'],
  ...['as', 'to', 'escape', 'symmetric', 'for'],
]);

const behindOperands = new Set([
  ...['and', 'or', 'as', 'from', 'where', 'group', 'order', 'limit', 'offset', 'having', 'union'],
  ...['intersect', 'except', 'then', 'else', 'when', 'end', 'is', 'between', 'like', 'ilike', 'in', 'not'],
  ...['asc', 'desc', 'nulls', 'on', 'using', 'returning', 'for', 'fetch', 'window', 'collate', 'at'],
  ...['escape', 'similar', 'rows', 'row', 'join', 'left', 'right', 'inner', 'full', 'cross', 'only'],
]);

// ── sqlc ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** sqlc's own functions stand for parameters. A slice is a list of any length, which the server writes with this mark. */
function sqlcCall(tokens: readonly Token[], at: number, numbers: Numbers): Written | undefined {
  if (tokens[at]?.text.toLowerCase() !== 'sqlc') return undefined;
  const [dot, call, open, argument, close] = tokens.slice(at + 1, at + 6);
  if (dot?.text !== '.' || open?.text !== '(' || close?.text !== ')') return undefined;
  const name = argument?.text.replaceAll("'", '') ?? '';
  switch (call?.text.toLowerCase()) {
    case 'arg':
    case 'narg':
      return { text: numbers.of(name), taken: 5 };
    case 'slice':
      return { text: `${numbers.of(name)} /*, ... */`, taken: 5 };
    case 'embed':
      return { text: `${name}.*`, taken: 5 };
    default:
      return undefined;
  }
}
