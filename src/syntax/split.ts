/**
 * A file of SQL → its statements. Semicolons count only outside quotes, comments, parentheses and BEGIN ATOMIC bodies;
 * psql's meta-commands and the data of `COPY … FROM stdin` are skipped. One pass, linear in the file's size.
 */
import { nextToken, type Scanner, scannerAt, tokenIs, tokenText } from './lexer.js';

export interface SplitStatement {
  /** From the first to the last character that is not blank, without the semicolon. Comments at its end belong to it. */
  readonly text: string;
  /** Of `text` in the file, in characters. */
  readonly offset: number;
  /** 1-based line of `text`. */
  readonly line: number;
  /** What stands between the statement before and this one: comments, skipped lines. */
  readonly leading: string;
}

/** The statement that is being gathered. */
interface Gathering {
  leadingFrom: number;
  /** -1 until its first token was seen. */
  start: number;
  /** End of its last token, comments included. */
  end: number;
  parentheses: number;
  /** Depth of BEGIN ATOMIC and CASE, each closed by END. */
  atomicDepth: number;
  previousWord: string;
  /** CREATE RULE: its actions may stand in parentheses with semicolons between. */
  rule: boolean;
  /** 0: not a COPY; 1: COPY; 2: COPY … FROM; 3: COPY … FROM stdin. */
  copy: 0 | 1 | 2 | 3;
}

export function splitStatements(sql: string): readonly SplitStatement[] {
  const statements: SplitStatement[] = [];
  const lines = lineCounter(sql);
  const endOfCopyData = copyDataEnds(sql);
  const scanner = scannerAt(sql);
  let current = gatheringFrom(0);
  const emit = (): void => {
    if (current.start < 0) return;
    statements.push({
      text: sql.slice(current.start, current.end),
      offset: current.start,
      line: lines(current.start),
      leading: sql.slice(current.leadingFrom, current.start),
    });
  };
  while (nextToken(scanner)) {
    if (endsStatement(scanner, current)) {
      emit();
      const copiesIn = current.copy === 3;
      // A COPY's data is skipped before what leads the next statement starts.
      if (copiesIn) scanner.end = endOfCopyData(scanner.end);
      current = gatheringFrom(scanner.end);
    } else if (isMetaCommand(scanner, current)) {
      emit();
      scanner.end = endOfLine(sql, scanner.start);
      if (current.start >= 0) current = gatheringFrom(scanner.end);
    } else gather(scanner, current);
  }
  emit();
  return statements;
}

function gatheringFrom(offset: number): Gathering {
  return {
    leadingFrom: offset,
    start: -1,
    end: offset,
    parentheses: 0,
    atomicDepth: 0,
    previousWord: '',
    rule: false,
    copy: 0,
  };
}

/**
 * A semicolon in parentheses belongs to a rule's actions. Anywhere else it shows that a parenthesis was left open, and
 * one broken statement shall not swallow the rest of the file.
 */
function endsStatement(scanner: Scanner, current: Gathering): boolean {
  if (scanner.kind !== 'punctuation' || current.atomicDepth > 0 || !tokenIs(scanner, ';')) return false;
  return current.parentheses <= 0 || !current.rule;
}

/** `\connect db`, `\restrict …` on a line of their own, or `\g` behind a statement. */
function isMetaCommand(scanner: Scanner, current: Gathering): boolean {
  return scanner.kind === 'punctuation' && current.parentheses <= 0 && tokenIs(scanner, '\\');
}

function gather(scanner: Scanner, current: Gathering): void {
  if (scanner.kind === 'blank') return;
  if (scanner.kind === 'comment') {
    if (current.start >= 0) current.end = scanner.end;
    return;
  }
  if (current.start < 0) current.start = scanner.start;
  current.end = scanner.end;
  if (scanner.kind === 'word') gatherWord(scanner, current);
  else if (scanner.kind === 'punctuation') {
    if (tokenIs(scanner, '(')) current.parentheses += 1;
    else if (tokenIs(scanner, ')')) current.parentheses -= 1;
  }
}

function gatherWord(scanner: Scanner, current: Gathering): void {
  // Longer words open and close nothing.
  const word = scanner.end - scanner.start > 6 ? '' : tokenText(scanner).toLowerCase();
  if (current.start === scanner.start && word === 'copy') current.copy = 1;
  else if (current.copy === 1 && word === 'from' && current.parentheses === 0) current.copy = 2;
  else if (current.copy === 2 && word === 'stdin' && current.previousWord === 'from') current.copy = 3;
  if (current.atomicDepth > 0) {
    if (word === 'case' || word === 'begin') current.atomicDepth += 1;
    else if (word === 'end') current.atomicDepth -= 1;
  } else if (word === 'atomic' && current.previousWord === 'begin') current.atomicDepth = 1;
  if (word === 'rule' && (current.previousWord === 'create' || current.previousWord === ''))
    current.rule = true;
  current.previousWord = word;
}

function endOfLine(sql: string, from: number): number {
  const at = sql.indexOf('\n', from);
  return at < 0 ? sql.length : at;
}

/**
 * Ends of the data of COPY statements at growing offsets: it starts on the next line and ends with a line `\.`; without
 * such a line the file holds no data.
 */
function copyDataEnds(sql: string): (from: number) => number {
  let mark = 0;
  return (from) => {
    while (mark >= 0 && (mark < from || !endsLine(sql, mark + 3)))
      mark = sql.indexOf('\n\\.', Math.max(mark + 1, from));
    return mark < 0 ? from : endOfLine(sql, mark + 1);
  };
}

function endsLine(sql: string, at: number): boolean {
  const next = sql[at];
  return next === undefined || next === '\n' || next === '\r';
}

/** Lines of growing offsets, counted once. */
function lineCounter(sql: string): (offset: number) => number {
  let line = 1;
  let next = sql.indexOf('\n');
  return (offset) => {
    while (next >= 0 && next < offset) {
      line += 1;
      next = sql.indexOf('\n', next + 1);
    }
    return line;
  };
}
