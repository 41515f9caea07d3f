/** One statement of pgsql-ast-parser's tree → Statement. */
import type {
  DeleteStatement as AstDelete,
  Expr as AstExpr,
  InsertStatement as AstInsert,
  SelectStatement as AstSelect,
  Statement as AstStatement,
  UpdateStatement as AstUpdate,
  OnConflictAction,
  SetStatement,
  WithRecursiveStatement,
  WithStatement,
  WithStatementBinding,
} from 'pgsql-ast-parser';
import { other } from '../build.js';
import type {
  Assignment,
  Cte,
  DataStatement,
  DeleteStatement,
  Expr,
  InsertStatement,
  OnConflict,
  SelectStatement,
  Statement,
  UpdateStatement,
} from '../tree.js';
import { parenthesesOf, refuse, type Translation } from './context.js';
import { expr } from './expressions.js';
import { fromItems, tableItem } from './relations.js';
import { outputItems, selectStatement } from './selects.js';
import { utilityStatement } from './utility.js';

/**
 * @param text the text that the node's places refer to
 * @throws RefusedError when the parser may have misread the statement
 */
export function translateStatement(node: AstStatement, text: string): Statement {
  const t: Translation = { text, parentheses: parenthesesOf(text), expr, select };
  return statement(node, t);
}

function statement(node: AstStatement, t: Translation): Statement {
  if (isData(node)) return dataStatement(node, t);
  return utilityStatement(node, (inner) => {
    const prepared = statement(inner, t);
    return prepared.kind === 'utility' ? prepared.inner : prepared;
  });
}

const dataTypes = new Set<string>([
  ...['select', 'union', 'union all', 'values', 'with', 'with recursive', 'insert', 'update', 'delete'],
]);

function isData(node: AstStatement): node is AstSelect | WithStatementBinding {
  return dataTypes.has(node.type);
}

function dataStatement(node: AstSelect | WithStatementBinding, t: Translation): DataStatement {
  switch (node.type) {
    case 'with':
    case 'with recursive':
      return withStatement(node, t);
    case 'insert':
      return insertStatement(node, t);
    case 'update':
      return updateStatement(node, t);
    case 'delete':
      return deleteStatement(node, t);
    default:
      return selectStatement(node, t);
  }
}

function select(node: AstSelect, t: Translation): SelectStatement {
  const translated = dataStatement(node, t);
  return translated.kind === 'select' ? translated : refuse('a write where a query should be');
}

function withStatement(node: WithStatement | WithRecursiveStatement, t: Translation): DataStatement {
  const body = dataStatement(node.in, t);
  if (body.with !== undefined) return refuse('two WITH clauses in one statement');
  const ctes =
    node.type === 'with'
      ? node.bind.map((bound) => cte(bound.alias.name, [], dataStatement(bound.statement, t)))
      : [
          cte(
            node.alias.name,
            node.columnNames.map((column) => column.name),
            select(node.bind, t),
          ),
        ];
  return { ...body, with: { recursive: node.type === 'with recursive', ctes } };
}

function cte(name: string, columns: readonly string[], inner: DataStatement): Cte {
  return { name, columns, statement: inner, materialized: false };
}

function insertStatement(node: AstInsert, t: Translation): InsertStatement {
  // Without rows the grammar of PostgreSQL asks for DEFAULT VALUES, which this parser cannot read.
  if (!node.insert) return refuse('INSERT without rows');
  return {
    kind: 'insert',
    table: tableItem(node.into, node.into.alias),
    ...(node.columns ? { columns: node.columns.map((column) => column.name) } : {}),
    ...(node.overriding === 'user' ? { overridingUserValue: true } : {}),
    source: select(node.insert, t),
    ...(node.onConflict ? { onConflict: onConflict(node.onConflict, t) } : {}),
    returning: outputItems(node.returning, t),
  };
}

function onConflict(node: OnConflictAction, t: Translation): OnConflict {
  const targetColumns =
    node.on?.type === 'on expr' ? node.on.exprs.map((part) => conflictTarget(part, t)) : [];
  const update = node.do === 'do nothing' ? undefined : node.do;
  return {
    action: update === undefined ? 'nothing' : 'update',
    targetColumns,
    ...(node.on?.type === 'on constraint' ? { constraint: node.on.constraint.name } : {}),
    assignments: update === undefined ? [] : assignments(update.sets, t),
    ...(node.where ? { where: t.expr(node.where, t) } : {}),
  };
}

function conflictTarget(node: AstExpr, t: Translation): Expr {
  const target = t.expr(node, t);
  return target.kind === 'column' ? target : other('expression', [target]);
}

function updateStatement(node: AstUpdate, t: Translation): UpdateStatement {
  return {
    kind: 'update',
    table: tableItem(node.table, node.table.alias),
    assignments: assignments(node.sets, t),
    from: node.from ? fromItems([node.from], t) : [],
    ...(node.where ? { where: t.expr(node.where, t) } : {}),
    currentOf: false,
    returning: outputItems(node.returning, t),
  };
}

function assignments(sets: readonly SetStatement[], t: Translation): readonly Assignment[] {
  return sets.map((set) => ({ column: set.column.name, value: t.expr(set.value, t) }));
}

function deleteStatement(node: AstDelete, t: Translation): DeleteStatement {
  return {
    kind: 'delete',
    table: tableItem(node.from, node.from.alias),
    using: [],
    ...(node.where ? { where: t.expr(node.where, t) } : {}),
    currentOf: false,
    returning: outputItems(node.returning, t),
  };
}
