/** CREATE TABLE in all its forms: columns and constraints, LIKE, OF, INHERITS, PARTITION OF, PARTITION BY, AS. */

import type { CreateStmt, CreateTableAsStmt, Node, RangeVar, TableLikeClause } from 'libpg-query';
import { constraintsOf, readColumn } from './columns.js';
import { addConstraint, markNotNull } from './constraints.js';
import type { Context } from './context.js';
import { type DraftColumn, type DraftTable, mergedColumns, newTable } from './draft.js';
import { chosenName, createdName, findTable, relationName } from './names.js';
import { namePathOf } from './nodes.js';
import { outputColumns } from './output-columns.js';
import { typeNameOf } from './types.js';

export function createTable(context: Context, statement: CreateStmt): void {
  const table = startTable(context, statement.relation, statement.if_not_exists === true);
  if (!table) return;
  table.unlogged = statement.relation?.relpersistence === 'u';
  addParents(context, table, statement);
  addTypedColumns(context, table, statement);
  for (const element of statement.tableElts ?? []) addElement(context, table, element);
  for (const constraint of constraintsOf(statement.constraints)) addConstraint(context, table, constraint);
  const key = partitionKeyOf(statement);
  if (key) table.partitionKey = key;
}

/** Nothing when the table is temporary, or is there already and IF NOT EXISTS was said. */
function startTable(
  context: Context,
  relation: RangeVar | undefined,
  ifNotExists: boolean,
): DraftTable | undefined {
  const { draft } = context;
  if (relation?.relpersistence === 't' || relation?.schemaname === 'pg_temp') {
    draft.temporary.add(relation.relname ?? '');
    return undefined;
  }
  const name = createdName(draft, relation);
  if (ifNotExists && (draft.tables.has(name) || draft.views.has(name))) return undefined;
  const table = newTable(name, context.source);
  draft.tables.set(name, table);
  return table;
}

function addParents(context: Context, table: DraftTable, statement: CreateStmt): void {
  table.parents = (statement.inhRelations ?? []).flatMap((node) =>
    'RangeVar' in node ? [relationName(context.draft, node.RangeVar)] : [],
  );
  if (table.parents.length > 0) table.parentKind = statement.partbound ? 'partition' : 'inherits';
}

function addTypedColumns(context: Context, table: DraftTable, statement: CreateStmt): void {
  if (!statement.ofTypename) return;
  const type = typeNameOf(context.draft, namePathOf(statement.ofTypename.names));
  const columns = context.draft.composites.get(type);
  table.columns = columns ?? [];
  table.columnsComplete = columns !== undefined;
}

function addElement(context: Context, table: DraftTable, element: Node): void {
  if ('ColumnDef' in element) {
    const column = readColumn(context, table, element.ColumnDef);
    addColumn(table, column);
    for (const constraint of constraintsOf(element.ColumnDef.constraints)) {
      addConstraint(context, table, constraint, column.name);
    }
  } else if ('Constraint' in element) {
    addConstraint(context, table, element.Constraint);
  } else if ('TableLikeClause' in element) {
    addLike(context, table, element.TableLikeClause);
  }
}

/** A column written twice is an override: that of a partition, of a typed table. */
export function addColumn(table: DraftTable, column: DraftColumn): void {
  const known = table.columns.find(({ name }) => name === column.name);
  if (!known) {
    table.columns = [...table.columns, column];
    return;
  }
  const { type: _type, modified: _modified, length: _length, array: _array, ...said } = column;
  const merged = { ...known, ...said, nullable: known.nullable && column.nullable };
  table.columns = table.columns.map((each) => (each === known ? merged : each));
}

/** Bits of TableLikeClause.options, as PostgreSQL numbers them. */
const likeConstraints = 1 << 2;
const likeDefaults = 1 << 3;
const likeGenerated = 1 << 4;
const likeIdentity = 1 << 5;
const likeIndexes = 1 << 6;

function addLike(context: Context, table: DraftTable, clause: TableLikeClause): void {
  const model = findTable(context.draft, clause.relation);
  if (!model) {
    table.columnsComplete = false;
    return;
  }
  const options = clause.options ?? 0;
  const columns = mergedColumns(context.draft, model).map((column) => likeColumn(column, options));
  for (const column of columns) addColumn(table, column);
  if ((options & likeConstraints) !== 0) table.checks = [...table.checks, ...model.checks];
  if ((options & likeIndexes) !== 0) copyIndexes(model, table);
}

function likeColumn(column: DraftColumn, options: number): DraftColumn {
  const { default: byDefault, generatedFrom, generatedCalls, ...bare } = column;
  const identity = byDefault?.text.startsWith('generated ') === true;
  const keepsDefault = (options & (identity ? likeIdentity : likeDefaults)) !== 0;
  const keepsGenerated = (options & likeGenerated) !== 0;
  return {
    ...bare,
    ...(byDefault && keepsDefault ? { default: byDefault } : {}),
    ...(generatedFrom && keepsGenerated ? { generatedFrom } : {}),
    ...(generatedCalls && keepsGenerated ? { generatedCalls } : {}),
  };
}

function copyIndexes(model: DraftTable, table: DraftTable): void {
  for (const key of model.uniqueKeys) {
    const label = key.primary ? 'pkey' : key.exclusion ? 'excl' : key.constraint ? 'key' : 'idx';
    const name = chosenName(table, key.primary ? [] : key.columns, label);
    table.uniqueKeys = [...table.uniqueKeys, { ...key, name }];
    if (key.primary) markNotNull(table, key.columns);
  }
  for (const index of model.indexes) {
    table.indexes = [...table.indexes, { ...index, name: chosenName(table, index.columns, 'idx') }];
  }
}

function partitionKeyOf(statement: CreateStmt): readonly string[] | undefined {
  return statement.partspec?.partParams?.flatMap((node) =>
    'PartitionElem' in node && node.PartitionElem.name ? [node.PartitionElem.name] : [],
  );
}

/** CREATE TABLE … AS and SELECT … INTO: names of columns when the query shows them, never their types. */
export function createTableAs(
  context: Context,
  relation: RangeVar | undefined,
  given: readonly string[],
  query: Node | undefined,
  ifNotExists: boolean,
): void {
  const table = startTable(context, relation, ifNotExists);
  if (!table) return;
  const found = outputColumns(context.draft, query, context.draft.sessionPath) ?? [];
  const names = [...given, ...found.slice(given.length)];
  table.columns = [...new Set(names)].map((name) => ({
    name,
    modified: false,
    array: false,
    nullable: true,
  }));
  table.columnsComplete = false;
}

export function createTableFromQuery(context: Context, statement: CreateTableAsStmt): void {
  const given = namePathOf(statement.into?.colNames);
  createTableAs(context, statement.into?.rel, given, statement.query, statement.if_not_exists === true);
}
