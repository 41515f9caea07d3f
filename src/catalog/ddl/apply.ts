/** One parsed statement of a schema → changes of the draft. What is not listed here says nothing about routing and is passed over. */

import {
  type CreateSchemaStmt,
  type CreateTableAsStmt,
  type DefineStmt,
  type Node,
  parsePlPgSQLSync,
  parseSync,
} from 'libpg-query';
import { alterTable } from './alter-table.js';
import { createIndex } from './constraints.js';
import type { Context } from './context.js';
import { createTable, createTableAs, createTableFromQuery } from './create-table.js';
import { drop } from './drops.js';
import { alterFunction, createAggregate, createFunction } from './functions.js';
import { alterPolicy, createPolicy, createRule, createTrigger } from './guards.js';
import { rename, setSchema } from './moves.js';
import { createdName } from './names.js';
import { walk } from './nodes.js';
import { createOperator } from './operators.js';
import { alterDomain, createComposite, createDomain, madeName } from './own-types.js';
import { setConfig, setForDatabase, setForRole, setVariable } from './settings.js';
import { statementText } from './statement-text.js';
import { createMaterializedView, createView } from './views.js';

export function applyStatement(context: Context, node: Node): void {
  const { draft } = context;
  if ('CreateStmt' in node) createTable(context, node.CreateStmt);
  else if ('CreateForeignTableStmt' in node) createTable(context, node.CreateForeignTableStmt.base ?? {});
  else if ('AlterTableStmt' in node) alterTable(context, node.AlterTableStmt);
  else if ('IndexStmt' in node) createIndex(context, node.IndexStmt);
  else if ('ViewStmt' in node) createView(context, node.ViewStmt);
  else if ('CreateTableAsStmt' in node) createFromQuery(context, node.CreateTableAsStmt);
  else if ('CreateFunctionStmt' in node) createFunction(context, node.CreateFunctionStmt);
  else if ('AlterFunctionStmt' in node) alterFunction(draft, node.AlterFunctionStmt);
  else if ('CreateTrigStmt' in node) createTrigger(context, node.CreateTrigStmt);
  else if ('RuleStmt' in node) createRule(context, node.RuleStmt);
  else if ('CreatePolicyStmt' in node) createPolicy(context, node.CreatePolicyStmt);
  else if ('AlterPolicyStmt' in node) alterPolicy(context, node.AlterPolicyStmt);
  else if ('DropStmt' in node) drop(context, node.DropStmt);
  else if ('RenameStmt' in node) rename(context, node.RenameStmt);
  else if ('AlterObjectSchemaStmt' in node) setSchema(context, node.AlterObjectSchemaStmt);
  else if ('VariableSetStmt' in node) setVariable(draft, node.VariableSetStmt);
  else if ('AlterDatabaseSetStmt' in node) setForDatabase(draft, node.AlterDatabaseSetStmt.setstmt);
  else if ('AlterRoleSetStmt' in node) setForRole(draft, node.AlterRoleSetStmt.setstmt);
  else if ('CreateSchemaStmt' in node) createSchema(context, node.CreateSchemaStmt);
  else if ('DoStmt' in node) applyBlock(context);
  else if ('SelectStmt' in node) applySelect(context, node);
  else applyType(context, node);
}

function applyType(context: Context, node: Node): void {
  const { draft } = context;
  if ('CreateEnumStmt' in node) draft.otherTypes.add(madeName(context, node.CreateEnumStmt.typeName));
  else if ('CreateRangeStmt' in node) draft.otherTypes.add(madeName(context, node.CreateRangeStmt.typeName));
  else if ('CompositeTypeStmt' in node) createComposite(context, node.CompositeTypeStmt);
  else if ('CreateDomainStmt' in node) createDomain(context, node.CreateDomainStmt);
  else if ('AlterDomainStmt' in node) alterDomain(context, node.AlterDomainStmt);
  else if ('CreateSeqStmt' in node) draft.sequences.add(createdName(draft, node.CreateSeqStmt.sequence));
  else if ('DefineStmt' in node) define(context, node.DefineStmt);
}

function createFromQuery(context: Context, statement: CreateTableAsStmt): void {
  if (statement.objtype === 'OBJECT_MATVIEW') createMaterializedView(context, statement);
  else createTableFromQuery(context, statement);
}

function define(context: Context, statement: DefineStmt): void {
  if (statement.kind === 'OBJECT_AGGREGATE') createAggregate(context, statement);
  if (statement.kind === 'OBJECT_OPERATOR') createOperator(context.draft, statement);
  if (statement.kind === 'OBJECT_COLLATION')
    context.draft.collations.add(madeName(context, statement.defnames));
  if (statement.kind === 'OBJECT_TYPE') context.draft.otherTypes.add(madeName(context, statement.defnames));
}

/** CREATE SCHEMA may hold whole tables, which are then made in it. */
function createSchema(context: Context, statement: CreateSchemaStmt): void {
  const outside = context.draft.sessionPath;
  context.draft.sessionPath = [
    statement.schemaname || (statement.authrole?.rolename ?? 'public'),
    ...outside,
  ];
  for (const element of statement.schemaElts ?? []) applyStatement(context, element);
  context.draft.sessionPath = outside;
}

function applySelect(context: Context, node: Node): void {
  if (!('SelectStmt' in node)) return;
  const into = node.SelectStmt.intoClause;
  if (into) createTableAs(context, into.rel, [], node, false);
  else setConfig(context.draft, node.SelectStmt);
}

/**
 * DO blocks of migrations wrap a plain statement against a second run (IF NOT EXISTS …, EXCEPTION WHEN duplicate_object):
 * statements written out in them count as run. What they put together at run time cannot be seen.
 */
function applyBlock(context: Context): void {
  for (const sql of statementsInBlock(context.text.bytes.toString('utf8'))) {
    const node = parsedInBlock(sql);
    if (node && isDefinition(node)) applyStatement({ ...context, text: statementText(sql) }, node);
  }
}

function statementsInBlock(text: string): readonly string[] {
  const found: string[] = [];
  try {
    walk(parsePlPgSQLSync(text), (kind, body) => {
      if (kind !== 'PLpgSQL_stmt_execsql') return;
      const statement = body.sqlstmt as { PLpgSQL_expr?: { query?: string } } | undefined;
      found.push(statement?.PLpgSQL_expr?.query ?? '');
    });
  } catch {
    // Another language, or a block that PostgreSQL itself would refuse: nothing to be seen in it.
    return [];
  }
  return found;
}

/** PL/pgSQL has statements that PostgreSQL's grammar alone does not read, such as SELECT INTO two variables. */
function parsedInBlock(sql: string): Node | undefined {
  try {
    return parseSync(sql).stmts?.[0]?.stmt;
  } catch {
    return undefined;
  }
}

function isDefinition(node: Node): boolean {
  return /^(Create|Alter|Index|View|Trig|Rule|Rename|CompositeType)/.test(Object.keys(node)[0] ?? '');
}
