/**
 * search_path: where the session looks names up now, and where the application will.
 *
 * Dumps empty the path (`set_config('search_path', '', false)`) or, before 10.3, point it at one schema after another, always
 * with pg_catalog at the end; neither says anything about the application. ALTER DATABASE and ALTER ROLE do, and a plain SET in
 * a hand-written file is at least a hint.
 */

import type { Node, SelectStmt, VariableSetStmt } from 'libpg-query';
import type { Draft } from './draft.js';
import { userSchemas } from './names.js';
import { namePathOf, stringOf } from './nodes.js';

const fallback = ['public'];

/** Each file is a session of its own. */
export function startSession(draft: Draft): void {
  draft.sessionPath = draft.databasePath ?? fallback;
  draft.temporary.clear();
}

export function setVariable(draft: Draft, statement: VariableSetStmt): void {
  if (statement.name !== 'search_path' && statement.kind !== 'VAR_RESET_ALL') return;
  const path = pathOf(statement);
  draft.sessionPath = path ?? draft.databasePath ?? fallback;
  if (path && userSchemas(path).length > 0) draft.sessionPaths.push(path);
}

/** `SELECT pg_catalog.set_config('search_path', …, …)`. */
export function setConfig(draft: Draft, statement: SelectStmt): void {
  for (const target of statement.targetList ?? []) {
    const call = 'ResTarget' in target ? target.ResTarget.val : undefined;
    if (!call || !('FuncCall' in call) || namePathOf(call.FuncCall.funcname).at(-1) !== 'set_config')
      continue;
    const [name, value] = call.FuncCall.args ?? [];
    if (stringOf(name) !== 'search_path') continue;
    draft.sessionPath = splitPath(stringOf(value));
    if (userSchemas(draft.sessionPath).length > 0) draft.sessionPaths.push(draft.sessionPath);
  }
}

export function setForDatabase(draft: Draft, statement: VariableSetStmt | undefined): void {
  if (statement?.name === 'search_path') draft.databasePath = pathOf(statement) ?? draft.databasePath;
}

export function setForRole(draft: Draft, statement: VariableSetStmt | undefined): void {
  const path = statement?.name === 'search_path' ? pathOf(statement) : undefined;
  if (path) draft.rolePaths.push(path);
}

export function pathOf(statement: VariableSetStmt): readonly string[] | undefined {
  return statement.kind === 'VAR_SET_VALUE'
    ? (statement.args ?? []).map((node: Node) => stringOf(node))
    : undefined;
}

function splitPath(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.toLowerCase()))
    .filter((part) => part !== '');
}

/** Where the application's unqualified names are looked up. What was declared counts as it is; what was only SET comes before `public`. */
export function applicationPath(draft: Draft): readonly string[] {
  const declared = [draft.databasePath ?? [], ...draft.rolePaths].flatMap(userSchemas);
  if (declared.length > 0) return [...new Set(declared)];
  const handWritten = draft.sessionPaths.filter((path) => path.at(-1) !== 'pg_catalog');
  const dumped = draft.sessionPaths.filter((path) => path.at(-1) === 'pg_catalog');
  return [...new Set([...handWritten.flatMap(userSchemas), ...fallback, ...dumped.flatMap(userSchemas)])];
}
