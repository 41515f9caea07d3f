/** What a text is, apart from where it goes: data, transaction control, session settings, cursors, COPY, or a utility. */

import { columnOf, keyTypeOf, lookupTable, resolveParent } from '../catalog/index.js';
import type { Catalog, CopyIn, Placements, Role } from '../model/index.js';
import { nextToken, type Statement, scannerAt, tokenText, type UtilityStatement } from '../syntax/index.js';

/** `text`: the statement's own, for what the tree leaves out. */
export function roleOf(statement: Statement, text: string, catalog: Catalog, placements: Placements): Role {
  if (statement.kind !== 'utility') return { kind: 'data' };
  const { command } = statement;
  return (
    transactionRole(command) ??
    sessionRole(statement, text) ??
    otherRole(statement, text, catalog, placements) ?? { kind: 'utility', command }
  );
}

const transactionActions: Readonly<Record<string, (Role & { kind: 'transaction' })['action']>> = {
  begin: 'begin',
  'start transaction': 'begin',
  commit: 'commit',
  rollback: 'rollback',
  savepoint: 'savepoint',
  release: 'release',
  'rollback to savepoint': 'rollback to',
  'prepare transaction': 'two-phase',
  'commit prepared': 'two-phase',
  'rollback prepared': 'two-phase',
};

function transactionRole(command: string): Role | undefined {
  const action = transactionActions[command];
  return action === undefined ? undefined : { kind: 'transaction', action };
}

function sessionRole({ command }: UtilityStatement, text: string): Role | undefined {
  const words = firstWords(text);
  if (command === 'set') {
    const local = words[1] === 'local';
    const rest = words.slice(local || (words[1] === 'session' && words[2] !== 'characteristics') ? 2 : 1);
    if (rest[0] === 'transaction') return { kind: 'transaction', action: 'set transaction' };
    return { kind: 'session', action: 'set', local, name: settingNamed(rest) };
  }
  if (command === 'set constraints') return { kind: 'transaction', action: 'set transaction' };
  if (command === 'reset')
    return { kind: 'session', action: 'reset', local: false, name: settingNamed(words.slice(1)) };
  if (command === 'show')
    return { kind: 'session', action: 'show', local: false, name: settingNamed(words.slice(1)) };
  if (command.startsWith('discard'))
    return { kind: 'session', action: 'discard', local: false, name: command.slice('discard '.length) };
  return undefined;
}

/** `SET TIME ZONE` and its like name a setting in words of their own. */
function settingNamed(words: readonly string[]): string {
  const [first = '', second = ''] = words;
  if (first === 'time' && second === 'zone') return 'timezone';
  if (first === 'xml' && second === 'option') return 'xmloption';
  if (first === 'schema') return 'search_path';
  if (first === 'session' && second === 'authorization') return 'session_authorization';
  if (first === 'session' || first === 'transaction') return `${first}_${second}`;
  return first === 'names' ? 'client_encoding' : first;
}

/** Up to five, in lower case; `a.b` is one. */
function firstWords(text: string): readonly string[] {
  const words: string[] = [];
  const scanner = scannerAt(text);
  let joined = false;
  while (words.length < 6 && nextToken(scanner)) {
    if (scanner.kind === 'blank' || scanner.kind === 'comment') continue;
    const token = tokenText(scanner);
    if (token === '.') joined = true;
    else if (scanner.kind === 'word' || scanner.kind === 'quotedName') {
      const word = scanner.kind === 'word' ? token.toLowerCase() : token.slice(1, -1).toLowerCase();
      if (joined) words.push(`${words.pop() ?? ''}.${word}`);
      else words.push(word);
      joined = false;
    } else break;
  }
  return words;
}

function otherRole(
  statement: UtilityStatement,
  text: string,
  catalog: Catalog,
  placements: Placements,
): Role | undefined {
  const { command, inner, through, copyFrom } = statement;
  switch (command) {
    case 'explain':
      // With ANALYZE the command in it is run.
      return inner === undefined || through !== undefined ? undefined : { kind: 'data' };
    case 'declare cursor':
      return { kind: 'cursor', action: 'declare' };
    case 'close cursor':
      return { kind: 'cursor', action: closesAll(text) ? 'close all' : 'close' };
    case 'fetch':
    case 'move':
      return { kind: 'cursor', action: command };
    case 'prepare':
    case 'execute':
    case 'deallocate':
      return { kind: 'prepared', action: command };
    case 'listen':
    case 'unlisten':
    case 'notify':
      return { kind: 'notification', action: command };
    case 'copy':
      return copyFrom === undefined ? { kind: 'copy-out' } : copyIn(copyFrom, catalog, placements);
    default:
      return undefined;
  }
}

/** A cursor may be called "all". */
function closesAll(text: string): boolean {
  return /\ball\b/i.test(text) && firstWords(text)[1] === 'all' && !/"/.test(text);
}

function copyIn(
  { table: path, columns: listed }: NonNullable<UtilityStatement['copyFrom']>,
  catalog: Catalog,
  placements: Placements,
): CopyIn {
  const known = lookupTable(catalog, path);
  const table = known === undefined ? path.join('.') : resolveParent(catalog, known.name);
  const all = known?.columnsComplete === true ? known.columns.map(({ name }) => name) : undefined;
  const columns = listed.length > 0 ? listed : all;
  const placement = placements.get(table);
  if (placement?.placement !== 'sharded' || known === undefined || columns === undefined)
    return { kind: 'copy-in', table, ...(columns === undefined ? {} : { columns }) };
  const column = columnOf(known, placement.key);
  const type = placement.keyType ?? (column === undefined ? undefined : keyTypeOf(column));
  const at = columns.indexOf(placement.key);
  return {
    kind: 'copy-in',
    table,
    columns,
    ...(at < 0 || type === undefined ? {} : { key: { at, group: placement.group, type } }),
  };
}
