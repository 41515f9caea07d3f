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

/**
 * Commands that read and write no rows of the application, known by their first words: without literals (`INCREMENT BY $1`,
 * `IS $1`) their own parser refuses them.
 */
const harmlessCommand = new RegExp(
  `^\\s*(${[
    'fetch|move|close|deallocate|savepoint|release|rollback|set|show|reset|discard|listen|unlisten|notify',
    'alter|comment',
    'create\\s+((temp|temporary|unlogged)\\s+)?sequence',
    'create\\s+(role|user|group|database|subscription|type|domain)',
    'create\\s+(or\\s+replace\\s+)?(function|procedure)',
  ].join('|')})\\b`,
  'i',
);

export function isHarmlessCommand(text: string): boolean {
  return harmlessCommand.test(text);
}
