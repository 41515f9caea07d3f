/** Statements of pgsql-ast-parser's tree that are not data statements → UtilityStatement. */
import type { Statement as AstStatement, QName } from 'pgsql-ast-parser';
import type { DataStatement, NamePath, UtilityStatement } from '../tree.js';
import { refuse } from './context.js';
import { tableName } from './relations.js';

/** The types whose name is not the command's. */
const commands: Readonly<Record<string, string>> = {
  'set timezone': 'set',
  'set names': 'set',
  'create enum': 'create type',
  'create composite type': 'create type',
  'alter enum': 'alter type',
};

export function utilityStatement(
  node: AstStatement,
  inner: (node: AstStatement) => DataStatement | undefined,
): UtilityStatement {
  switch (node.type) {
    case 'create table':
    case 'create view':
    case 'refresh materialized view':
      return utility(node.type, [node.name]);
    case 'create materialized view':
      return withInner(utility(node.type, [node.name]), inner(node.query));
    case 'prepare':
      return withInner(utility(node.type, []), inner(node.statement));
    case 'alter table':
    case 'create index':
      return utility(node.type, [node.table]);
    case 'drop table':
      return utility(node.type, node.names);
    case 'truncate table':
      return utility(node.type, node.tables);
    case 'drop trigger':
      return refuse('DROP TRIGGER');
    case 'raise':
    case 'tablespace':
      return refuse('a statement that is not of SQL');
    default:
      return utility(commands[node.type] ?? node.type, []);
  }
}

function utility(command: string, tables: readonly QName[]): UtilityStatement {
  const names: readonly NamePath[] = tables.map(tableName);
  return { kind: 'utility', command, tables: names };
}

function withInner(statement: UtilityStatement, inner: DataStatement | undefined): UtilityStatement {
  return inner === undefined ? statement : { ...statement, inner };
}
