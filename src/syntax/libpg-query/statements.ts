/** One statement of PostgreSQL's parse tree → Statement. */
import type { Node, SelectStmt } from 'libpg-query';
import { mentionsSquashedList } from '../squash.js';
import type { DataStatement, Statement } from '../tree.js';
import { expr, isExpression } from './expressions.js';
import { type Translation, tagOf, UntranslatableError } from './nodes.js';
import { selectStatement } from './selects.js';
import { utilityStatement } from './utility.js';
import { deleteStatement, insertStatement, mergeStatement, updateStatement } from './writes.js';

/**
 * @param node the statement, `text` the whole text it was parsed from
 * @throws UntranslatableError when the grammar produced something unknown
 */
export function translateStatement(node: Node, text: string): Statement {
  const t: Translation = {
    expr,
    select: (select, inner) => selectStatement(select, inner, dataStatement),
    isExpression,
    text,
    hasSquashedLists: mentionsSquashedList(text),
    rowAliases: new Map(),
    sharedSource: undefined,
  };
  return statement(node, t);
}

function statement(node: Node, t: Translation): Statement {
  if ('SelectStmt' in node && selectsInto(node.SelectStmt)) {
    return { kind: 'utility', command: 'select into', inner: t.select(node.SelectStmt, t), tables: [] };
  }
  return isData(node) ? dataStatement(node, t) : utilityStatement(node, t, statement);
}

function isData(node: Node): boolean {
  return (
    'SelectStmt' in node ||
    'InsertStmt' in node ||
    'UpdateStmt' in node ||
    'DeleteStmt' in node ||
    'MergeStmt' in node
  );
}

function dataStatement(node: Node | undefined, t: Translation): DataStatement {
  if (node === undefined) throw new UntranslatableError('a statement is missing');
  if ('SelectStmt' in node) return t.select(node.SelectStmt, t);
  if ('InsertStmt' in node) return insertStatement(node.InsertStmt, t, dataStatement);
  if ('UpdateStmt' in node) return updateStatement(node.UpdateStmt, t, dataStatement);
  if ('DeleteStmt' in node) return deleteStatement(node.DeleteStmt, t, dataStatement);
  if ('MergeStmt' in node) return mergeStatement(node.MergeStmt, t, dataStatement);
  throw new UntranslatableError(`a data statement of an unknown kind (${tagOf(node)})`);
}

/** SELECT … INTO makes a table; in a set operation the clause stands in the first arm. */
function selectsInto(select: SelectStmt): boolean {
  let first: SelectStmt | undefined = select;
  while (first !== undefined) {
    if (first.intoClause !== undefined) return true;
    first = first.larg;
  }
  return false;
}
