/**
 * Table names out of text that cannot be parsed, mostly because a monitoring tool has cut it off: what stands after
 * FROM, JOIN, UPDATE, INTO and USING. A guess that leaves out rather than adds: names of CTEs, functions, and a name
 * that the cut may have shortened are not given.
 */
import { byCodeUnit } from '../model/index.js';
import { nextSignificant, scannerAt, tokenIs, tokenText } from './lexer.js';
import type { NamePath } from './tree.js';

interface Token {
  readonly kind: 'name' | 'word' | 'mark';
  /** As PostgreSQL folds it: a word in lower case, a quoted name without its quotes. */
  readonly text: string;
  readonly end: number;
}

export function salvageTables(sql: string): readonly NamePath[] {
  const tokens = significantTokens(sql);
  const ctes = cteNames(tokens);
  const found = new Map<string, NamePath>();
  for (const path of namedTables(tokens, sql.length)) {
    if (path.length === 1 && ctes.has(path[0] ?? '')) continue;
    found.set(JSON.stringify(path), path);
  }
  return [...found].sort(([a], [b]) => byCodeUnit(a, b)).map(([, path]) => path);
}

function significantTokens(sql: string): readonly Token[] {
  const scanner = scannerAt(sql);
  const tokens: Token[] = [];
  while (nextSignificant(scanner)) {
    const { kind, end } = scanner;
    if (kind === 'word') tokens.push({ kind: 'word', text: tokenText(scanner).toLowerCase(), end });
    else if (kind === 'quotedName' && !scanner.unterminated) {
      tokens.push({ kind: 'name', text: tokenText(scanner).slice(1, -1).replace(/""/g, '"'), end });
    } else if (kind === 'punctuation') {
      tokens.push({ kind: 'mark', text: tokenIs(scanner, '.') ? '.' : tokenText(scanner), end });
    } else tokens.push({ kind: 'mark', text: '', end });
  }
  return tokens;
}

/** `name AS (` and `name (a, b) AS MATERIALIZED (` under WITH. */
function cteNames(tokens: readonly Token[]): ReadonlySet<string> {
  const names = new Set<string>();
  tokens.forEach((token, at) => {
    if (token.kind === 'mark') return;
    let next = at + 1;
    if (tokens[next]?.text === '(') {
      while (next < tokens.length && tokens[next]?.text !== ')' && next < at + 200) next += 1;
      next += 1;
    }
    if (tokens[next]?.text !== 'as') return;
    next += 1;
    if (tokens[next]?.text === 'not') next += 1;
    if (tokens[next]?.text === 'materialized') next += 1;
    if (tokens[next]?.text === '(') names.add(token.text);
  });
  return names;
}

const functionsWithFrom = new Set(['extract', 'substring', 'trim', 'overlay', 'position']);
const notBeforeUpdate = new Set(['for', 'do', 'on', 'key']);
/** Reserved words and those that start something else than a table where a table could stand. */
const notTables = new Set(
  (
    'and as cross except fetch for from full group having inner intersect into join lateral left limit natural not ' +
    'offset on only or order returning right rows select set table union update using values when where window with'
  ).split(' '),
);

function namedTables(tokens: readonly Token[], textLength: number): readonly NamePath[] {
  const found: NamePath[] = [];
  const enclosing: boolean[] = [];
  // In other statements USING names columns, operators or index methods.
  const usingNamesTables = tokens.some(({ text }) => text === 'delete' || text === 'merge');
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    const before = tokens[at - 1]?.text ?? '';
    if (token?.kind === 'mark' && token.text === '(') enclosing.push(functionsWithFrom.has(before));
    else if (token?.kind === 'mark' && token.text === ')') enclosing.pop();
    else if (
      token?.kind === 'word' &&
      namesTable(token.text, before, enclosing.at(-1) === true, usingNamesTables)
    ) {
      at = takeTables(tokens, at, textLength, found) - 1;
    }
  }
  return found;
}

function namesTable(word: string, before: string, inFunction: boolean, usingNamesTables: boolean): boolean {
  switch (word) {
    case 'from':
      return !inFunction && before !== 'distinct';
    case 'join':
    case 'into':
      return true;
    case 'update':
      return !notBeforeUpdate.has(before);
    case 'using':
      return usingNamesTables;
    default:
      return false;
  }
}

/** Takes the table or the list of tables after a keyword and gives the place behind it. */
function takeTables(
  tokens: readonly Token[],
  keywordAt: number,
  textLength: number,
  found: NamePath[],
): number {
  const keyword = tokens[keywordAt]?.text ?? '';
  const isList = keyword === 'from' || keyword === 'using';
  let at = keywordAt + 1;
  for (;;) {
    while (tokens[at]?.text === 'only' || tokens[at]?.text === 'lateral') at += 1;
    const { path, next, end } = nameAt(tokens, at);
    at = next;
    // A name before a parenthesis is a function, but for INSERT INTO t (a, b).
    const isTable = path.length > 0 && end < textLength && (keyword === 'into' || tokens[at]?.text !== '(');
    if (isTable) found.push(path);
    if (!isList || path.length === 0) return at;
    // FROM a, b AS x, c
    if (tokens[at]?.text === 'as') at += 1;
    if (tokens[at + 1]?.text === ',' && tokens[at]?.kind !== 'mark') at += 1;
    if (tokens[at]?.text !== ',') return at;
    at += 1;
  }
}

/** The name at a place, empty when there is none or when it is not complete. */
function nameAt(tokens: readonly Token[], from: number): { path: NamePath; next: number; end: number } {
  const path: string[] = [];
  let at = from;
  for (let token = tokens[at]; token !== undefined && token.kind !== 'mark'; token = tokens[at]) {
    if (token.kind === 'word' && path.length === 0 && notTables.has(token.text)) break;
    path.push(token.text);
    at += 1;
    if (tokens[at]?.text !== '.') return { path, next: at, end: token.end };
    at += 1;
  }
  return { path: [], next: at, end: 0 };
}
