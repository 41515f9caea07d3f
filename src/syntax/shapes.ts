/**
 * The shape of a statement: its text with gaps where names of tables and columns stand. The texts of an export are many and
 * their shapes few, because a mapper writes the same query for every table.
 *
 * PostgreSQL's grammar asks of a name only whether it is one, so the trees of one shape differ in nothing but the names.
 * Gaps are for what is certainly a name: quoted, after a dot, or a word that is no keyword. A text with a keyword whose
 * grammar might look into names, as JSON's ENCODING and all of DDL do, has no shape.
 */
import { nextSignificant, nextToken, type Scanner, scannerAt, tokenIs, tokenText } from './lexer.js';
import type { OutputItem } from './tree.js';

export interface Shape {
  /** Texts of one shape have the same key: the text with marks in its gaps. */
  readonly key: string;
  /** As PostgreSQL folds them, in the order of the gaps. */
  readonly names: readonly string[];
  /** The columns of a text that begins by selecting plain columns: however many, they are one gap. Else none. */
  readonly columns: readonly OutputItem[];
}

export const nameMark = '\x01';
export const columnsMark = '\x02';

/** Of a word in lower case: is it a name wherever it stands, and no keyword? */
export type IsName = (word: string) => boolean;

/** Undefined for a text that has no shape. */
export type ShapeOf = (text: string) => Shape | undefined;

/** `joined`: the scanner may join it with the word that follows, even after a dot. `refused`: no gap and in no shape. */
type Role = 'name' | 'keyword' | 'joined' | 'foreign' | 'refused';

interface Word {
  readonly name: string;
  readonly role: Role;
}

/** What was met before, by how it is written. */
interface Met {
  readonly wordOf: (written: string) => Word;
  /** Columns in lists, with all that is written before the comma that ends them. */
  readonly columns: Map<string, OutputItem>;
}

/** Those of one workload are few, but nothing says that all workloads together are. */
const mostMet = 50_000;

export function shapesOf(isName: IsName): ShapeOf {
  const words = new Map<string, Word>();
  const wordOf = (written: string): Word =>
    words.get(written) ?? remembered(words, written, wordFrom(written, isName));
  const met: Met = { wordOf, columns: new Map() };
  return (text) => shapeOf(text, met);
}

function remembered<T>(met: Map<string, T>, written: string, one: T): T {
  if (met.size >= mostMet) met.clear();
  met.set(written, one);
  return one;
}

/** Keywords whose grammar takes every name alike. */
const plainKeywords = new Set(
  [
    'select from where and or is null as on using recursive distinct all union intersect except',
    'join left right full inner outer cross natural lateral group by having order asc desc first last',
    'limit offset fetch next row rows only insert into values update set delete returning default conflict do nothing',
    'exists between like ilike in any some array case when then else end coalesce nullif greatest least cast extract',
    'over partition window filter range preceding following unbounded current for share no key of skip locked nowait',
    'true false current_timestamp current_date int integer bigint smallint boolean numeric decimal real float',
    'char character varying varchar text timestamp time zone at interval',
    'name type value role action version source data position language location level owner schema',
  ]
    .join(' ')
    .split(' '),
);
const joinedKeywords = new Set(['not', 'nulls', 'with']);
const neverJoined = new Set(['without', 'format']);

/** Of ASCII, and short enough for PostgreSQL not to cut it. */
const plainName = /^(?:[A-Za-z_][\w$]{0,62}|"[ !#-~]{1,63}")$/;

function wordFrom(written: string, isName: IsName): Word {
  const name = written.startsWith('"') ? written.slice(1, -1) : written.toLowerCase();
  return { name, role: roleOf(written, name, isName) };
}

function roleOf(written: string, name: string, isName: IsName): Role {
  // The tree leaves this schema out.
  if (!plainName.test(written) || name === 'pg_catalog' || neverJoined.has(name)) return 'refused';
  if (written.startsWith('"') || isName(name)) return 'name';
  if (joinedKeywords.has(name)) return 'joined';
  return plainKeywords.has(name) ? 'keyword' : 'foreign';
}

function shapeOf(text: string, met: Met): Shape | undefined {
  if (text.includes(nameMark) || text.includes(columnsMark)) return undefined;
  const scanner = scannerAt(text);
  const columns = leadingColumns(scanner, met);
  const names: string[] = [];
  const beginning = columns === undefined ? '' : `SELECT ${columnsMark} `;
  const between: string[] = [];
  let copied = columns === undefined ? 0 : scanner.start;
  scanner.end = copied;
  let dotted = false;
  while (nextToken(scanner)) {
    if (scanner.kind === 'blank' || scanner.kind === 'comment') continue;
    if (scanner.kind === 'word' || scanner.kind === 'quotedName') {
      const { name, role } = met.wordOf(tokenText(scanner));
      if (role === 'refused' || (role === 'foreign' && !dotted)) return undefined;
      if (role === 'name' || (dotted && role !== 'joined')) {
        if (!standsFree(scanner)) return undefined;
        names.push(name);
        between.push(text.slice(copied, scanner.start));
        copied = scanner.end;
      }
    }
    dotted = tokenIs(scanner, '.');
  }
  between.push(text.slice(copied));
  return { key: beginning + between.join(nameMark), names, columns: columns ?? [] };
}

/** `SELECT a, t.b FROM`: the columns, and the scanner at FROM. Undefined when the text begins in any other way. */
function leadingColumns(scanner: Scanner, met: Met): readonly OutputItem[] | undefined {
  if (!nextSignificant(scanner) || !isWord(scanner, 'select')) return undefined;
  const columns: OutputItem[] = [];
  while (!isWord(scanner, 'from')) {
    const column = columnMetBefore(scanner, met) ?? nextColumn(scanner, met);
    if (column === undefined) return undefined;
    columns.push(column);
  }
  return columns;
}

/** Longer ones are something else. */
const longestColumn = 200;

/** The scanner goes to the comma. What is written up to there was read as a column before, and would be again. */
function columnMetBefore(scanner: Scanner, { columns }: Met): OutputItem | undefined {
  const { text, end } = scanner;
  const comma = text.indexOf(',', end);
  if (comma < 0 || comma - end > longestColumn) return undefined;
  const known = columns.get(text.slice(end, comma));
  if (known === undefined) return undefined;
  scanner.end = comma;
  nextToken(scanner);
  return known;
}

/** The scanner goes to the comma, or to FROM. */
function nextColumn(scanner: Scanner, met: Met): OutputItem | undefined {
  const from = scanner.end;
  const path: string[] = [];
  do {
    if (!nextSignificant(scanner) || (scanner.kind !== 'word' && scanner.kind !== 'quotedName'))
      return undefined;
    const { name, role } = met.wordOf(tokenText(scanner));
    const isColumn = role === 'name' || (path.length > 0 && (role === 'keyword' || role === 'foreign'));
    if (!isColumn || !standsFree(scanner) || !nextSignificant(scanner)) return undefined;
    path.push(name);
  } while (tokenIs(scanner, '.'));
  const column: OutputItem = { expr: { kind: 'column', path } };
  if (tokenIs(scanner, ',')) return remembered(met.columns, scanner.text.slice(from, scanner.start), column);
  return isWord(scanner, 'from') ? column : undefined;
}

function isWord(scanner: Scanner, word: string): boolean {
  return scanner.kind === 'word' && tokenText(scanner).toLowerCase() === word;
}

/** Nothing touches it that would run together with another name in its place. */
function standsFree({ text, start, end }: Scanner): boolean {
  return !joins(text.charCodeAt(start - 1)) && !joins(text.charCodeAt(end));
}

/** A character of a word or a quote. */
function joins(code: number): boolean {
  const letter = code | 32;
  const isLetter = letter >= 97 && letter <= 122;
  const isDigit = code >= 48 && code <= 57;
  return isLetter || isDigit || code === 95 || code === 36 || code === 39 || code === 34 || code >= 128;
}
