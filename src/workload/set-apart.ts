/**
 * What an export holds beside the application's statements: transaction control and settings, DDL, and the server's own
 * foreign-key checks. Counted, but in no share: they touch no application table of their own accord.
 */

import type { Statement } from '../syntax/index.js';

type Kind = 'application' | 'utility' | 'foreignKeyCheck';

/** Commands that move or lock rows of tables, though PostgreSQL calls them utilities; and those that run code. */
const dataCommands = new Set(['copy', 'truncate table', 'lock table', 'call', 'do', 'execute']);

/** `SELECT 1 FROM ONLY "public"."t" x WHERE "id" OPERATOR(pg_catalog.=) $1 FOR KEY SHARE OF x`, as ri_triggers.c writes it. */
const foreignKeyCheck =
  /^\s*SELECT\s+\S+\s+FROM\s+(ONLY\s+)?.*OPERATOR\s*\(\s*pg_catalog\s*\..*FOR\s+KEY\s+SHARE\s+OF\s+x\s*$/is;

export function kindOfStatement(statement: Statement, text: string): Kind {
  if (statement.kind !== 'utility') return foreignKeyCheck.test(text) ? 'foreignKeyCheck' : 'application';
  if (statement.inner !== undefined || dataCommands.has(statement.command)) return 'application';
  return 'utility';
}

/** Commands that touch no table, known by their first word: the server stores some with a `$1` that its own parser refuses. */
const harmlessCommand =
  /^\s*(fetch|move|close|deallocate|savepoint|release|rollback|set|show|reset|discard|listen|unlisten|notify)\b/i;

export function isHarmlessCommand(text: string): boolean {
  return harmlessCommand.test(text);
}
