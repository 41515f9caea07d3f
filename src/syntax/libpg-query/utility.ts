/** Statements that are not data statements → UtilityStatement: the command's tag, the tables it names, the data statement in it. */
import type {
  CopyStmt,
  CreateTableAsStmt,
  DropStmt,
  Node,
  TransactionStmt,
  VariableSetStmt,
} from 'libpg-query';
import type { NamePath, Statement, UtilityStatement } from '../tree.js';
import { bodyOf, itemsOf, type NodeTag, stringOf, strings, type Translation, tagOf } from './nodes.js';
import { tableName } from './relations.js';

type TranslateInner = (node: Node, t: Translation) => Statement;

type Inside = Pick<UtilityStatement, 'inner' | 'through'>;

export function utilityStatement(node: Node, t: Translation, inner: TranslateInner): UtilityStatement {
  if ('CopyStmt' in node) return copyStatement(node.CopyStmt, t, inner);
  if ('CreateTableAsStmt' in node) {
    return createTableAs(node.CreateTableAsStmt, t, inner);
  }
  if ('ExplainStmt' in node) return utility('explain', [], innerOf(node.ExplainStmt.query, t, inner));
  if ('PrepareStmt' in node) return utility('prepare', [], innerOf(node.PrepareStmt.query, t, inner));
  if ('DeclareCursorStmt' in node) {
    return utility('declare cursor', [], innerOf(node.DeclareCursorStmt.query, t, inner));
  }
  if ('TransactionStmt' in node) return utility(transactionCommand(node.TransactionStmt), []);
  if ('VariableSetStmt' in node) return utility(variableCommand(node.VariableSetStmt), []);
  if ('DropStmt' in node) return dropStatement(node.DropStmt);
  const tag = tagOf(node);
  const command = commandOf(node, tag);
  if (/(?:index|sequence)$/.test(command) && command.startsWith('alter')) return utility(command, []);
  return utility(command, namedTables(Object.values(node)[0]));
}

function utility(command: string, tables: readonly NamePath[], inside: Inside = {}): UtilityStatement {
  return { kind: 'utility', command, ...inside, tables };
}

/** The statement in EXPLAIN, PREPARE, COPY …: through a command inside (EXPLAIN CREATE TABLE AS) to its data. */
function innerOf(node: Node | undefined, t: Translation, inner: TranslateInner): Inside {
  if (node === undefined) return {};
  const statement = inner(node, t);
  if (statement.kind !== 'utility') return { inner: statement };
  return { ...(statement.inner === undefined ? {} : { inner: statement.inner }), through: statement.command };
}

function copyStatement(copy: CopyStmt, t: Translation, inner: TranslateInner): UtilityStatement {
  if (copy.relation === undefined) return utility('copy', [], innerOf(copy.query, t, inner));
  const table = tableName(copy.relation);
  const statement = utility('copy', [table]);
  return copy.is_from === true
    ? { ...statement, copyFrom: { table, columns: strings(copy.attlist) } }
    : statement;
}

function createTableAs(create: CreateTableAsStmt, t: Translation, inner: TranslateInner): UtilityStatement {
  const command = create.objtype === 'OBJECT_MATVIEW' ? 'create materialized view' : 'create table as';
  const created = create.into?.rel;
  return utility(command, created === undefined ? [] : [tableName(created)], innerOf(create.query, t, inner));
}

const transactionCommands: Readonly<Record<string, string>> = {
  TRANS_STMT_BEGIN: 'begin',
  TRANS_STMT_START: 'start transaction',
  TRANS_STMT_COMMIT: 'commit',
  TRANS_STMT_ROLLBACK: 'rollback',
  TRANS_STMT_SAVEPOINT: 'savepoint',
  TRANS_STMT_RELEASE: 'release',
  TRANS_STMT_ROLLBACK_TO: 'rollback to savepoint',
  TRANS_STMT_PREPARE: 'prepare transaction',
  TRANS_STMT_COMMIT_PREPARED: 'commit prepared',
  TRANS_STMT_ROLLBACK_PREPARED: 'rollback prepared',
};

function transactionCommand(statement: TransactionStmt): string {
  return transactionCommands[statement.kind ?? ''] ?? 'transaction';
}

function variableCommand(statement: VariableSetStmt): string {
  return statement.kind === 'VAR_RESET' || statement.kind === 'VAR_RESET_ALL' ? 'reset' : 'set';
}

/** Objects of these kinds hold rows and are named like tables. */
const relationTypes = new Set(['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_FOREIGN_TABLE']);

function dropStatement(drop: DropStmt): UtilityStatement {
  const tables = relationTypes.has(drop.removeType ?? '')
    ? (drop.objects ?? []).map((object) => strings(itemsOf(object)))
    : [];
  return utility(`drop ${objectWords(drop.removeType)}`, tables);
}

/** OBJECT_FOREIGN_TABLE → 'foreign table'. */
function objectWords(type: string | undefined): string {
  const words = (type ?? '').replace('OBJECT_', '').toLowerCase().replace(/_/g, ' ');
  return words === 'matview' ? 'materialized view' : words;
}

/** Command tags that do not follow from the node's name. */
const commands: { readonly [Tag in NodeTag]?: string } = {
  CreateStmt: 'create table',
  CreateForeignTableStmt: 'create foreign table',
  IndexStmt: 'create index',
  ViewStmt: 'create view',
  RuleStmt: 'create rule',
  CreateTrigStmt: 'create trigger',
  CreateEventTrigStmt: 'create event trigger',
  CreateSeqStmt: 'create sequence',
  AlterSeqStmt: 'alter sequence',
  CreateEnumStmt: 'create type',
  CreateRangeStmt: 'create type',
  CompositeTypeStmt: 'create type',
  AlterEnumStmt: 'alter type',
  CreateStatsStmt: 'create statistics',
  TruncateStmt: 'truncate table',
  LockStmt: 'lock table',
  RefreshMatViewStmt: 'refresh materialized view',
  VariableShowStmt: 'show',
  ClosePortalStmt: 'close cursor',
  ConstraintsSetStmt: 'set constraints',
  CheckPointStmt: 'checkpoint',
  CreatedbStmt: 'create database',
  DropdbStmt: 'drop database',
  GrantRoleStmt: 'grant role',
  CreateFdwStmt: 'create foreign data wrapper',
  SecLabelStmt: 'security label',
};

function commandOf(node: Node, tag: NodeTag | ''): string {
  if ('FetchStmt' in node) return node.FetchStmt.ismove === true ? 'move' : 'fetch';
  if ('VacuumStmt' in node) return node.VacuumStmt.is_vacuumcmd === true ? 'vacuum' : 'analyze';
  if ('AlterTableStmt' in node) return `alter ${objectWords(node.AlterTableStmt.objtype)}`;
  if ('RenameStmt' in node) return `alter ${renamedObject(node.RenameStmt)}`;
  if ('GrantStmt' in node) return node.GrantStmt.is_grant === true ? 'grant' : 'revoke';
  if ('CreateFunctionStmt' in node) {
    return node.CreateFunctionStmt.is_procedure === true ? 'create procedure' : 'create function';
  }
  if ('DiscardStmt' in node) {
    return `discard ${(node.DiscardStmt.target ?? '').replace('DISCARD_', '').toLowerCase()}`;
  }
  if (tag === '') return 'unknown';
  return commands[tag] ?? wordsOf(tag);
}

function renamedObject(rename: { readonly renameType?: string; readonly relationType?: string }): string {
  const part = rename.renameType === 'OBJECT_COLUMN' || rename.renameType === 'OBJECT_TABCONSTRAINT';
  return objectWords(part ? rename.relationType : rename.renameType);
}

/** AlterPolicyStmt → 'alter policy'. */
function wordsOf(tag: NodeTag): string {
  return tag
    .replace(/Stmt$/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}

/** The tables in a utility statement's own fields: `relation`, `table`, `relations`, `rels`. */
function namedTables(body: unknown): readonly NamePath[] {
  const fields = (body ?? {}) as Partial<Record<string, unknown>>;
  const base = fields.base as { readonly relation?: unknown } | undefined;
  const single = [fields.relation, fields.table, fields.view, base?.relation].filter(isRangeVar);
  const listed = [fields.relations, fields.rels].flatMap((list) =>
    Array.isArray(list) ? list : [],
  ) as Node[];
  return [...single.map(tableName), ...listed.flatMap(listedTable)];
}

function isRangeVar(value: unknown): value is { readonly relname: string } {
  return typeof value === 'object' && value !== null && 'relname' in value;
}

function listedTable(node: Node): readonly NamePath[] {
  const relation = bodyOf(node, 'RangeVar') ?? bodyOf(node, 'VacuumRelation')?.relation;
  if (relation !== undefined) return [tableName(relation)];
  const name = stringOf(node);
  return name === '' ? [] : [[name]];
}
