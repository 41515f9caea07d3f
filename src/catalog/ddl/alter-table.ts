/** ALTER TABLE: one small change for each command. Changes of columns go down to partitions and children, unless ONLY was written. */

import type { AlterTableCmd, AlterTableStmt, ColumnDef, Constraint, Node, RangeVar } from 'libpg-query';
import { constraintsOf, defaultKind, generatedBy, identityDefault, readColumn } from './columns.js';
import { addConstraint, withoutColumn, withoutConstraint } from './constraints.js';
import type { Context } from './context.js';
import { addColumn } from './create-table.js';
import {
  type DraftColumn,
  type DraftTable,
  mergedColumns,
  type Switchable,
  withDescendants,
} from './draft.js';
import { findTable, relationName } from './names.js';
import { expressionAfterWord } from './statement-text.js';
import { collationName, readType, typedBy } from './types.js';

export function alterTable(context: Context, statement: AlterTableStmt): void {
  const table = findTable(context.draft, statement.relation);
  if (!table) return;
  const only = statement.relation?.inh !== true;
  for (const node of statement.cmds ?? []) {
    if ('AlterTableCmd' in node) alterOne(context, table, node.AlterTableCmd, only);
  }
}

function alterOne(context: Context, table: DraftTable, command: AlterTableCmd, only: boolean): void {
  const name = command.name ?? '';
  const everywhere = (change: (column: DraftColumn, owner: DraftTable) => DraftColumn): void => {
    for (const member of withDescendants(context.draft, table, only)) {
      member.columns = member.columns.map((column) =>
        column.name === name ? change(column, member) : column,
      );
    }
  };
  switch (command.subtype) {
    case 'AT_AddColumn':
      addOneColumn(context, table, columnDefOf(command.def), command.missing_ok === true);
      return;
    case 'AT_DropColumn':
      dropColumn(context, table, name, only);
      return;
    case 'AT_AlterColumnType':
      everywhere((column) => retyped(context, column, columnDefOf(command.def)));
      return;
    case 'AT_ColumnDefault':
      everywhere((column) => withDefault(context, column, command.def));
      return;
    case 'AT_SetNotNull':
      everywhere((column) => ({ ...column, nullable: false }));
      return;
    case 'AT_DropNotNull':
      everywhere((column) => ({ ...column, nullable: true }));
      return;
    case 'AT_AddIdentity':
      everywhere((column) => withIdentity(context, table, column, command.def));
      return;
    case 'AT_DropIdentity':
      everywhere(({ default: _default, ...column }) => column);
      return;
    case 'AT_SetExpression':
      everywhere((column) => ({ ...column, ...generatedBy(command.def) }));
      return;
    case 'AT_DropExpression':
      everywhere(({ generatedFrom: _from, generatedCalls: _calls, ...column }) => column);
      return;
    default:
      alterWhole(context, table, command);
  }
}

/** The commands that are not about one column. */
function alterWhole(context: Context, table: DraftTable, command: AlterTableCmd): void {
  const name = command.name ?? '';
  switch (command.subtype) {
    case 'AT_AddConstraint':
      if (command.def && 'Constraint' in command.def) addConstraint(context, table, command.def.Constraint);
      return;
    case 'AT_DropConstraint':
      withoutConstraint(table, name);
      return;
    case 'AT_AttachPartition':
      attach(context, command, table.name);
      return;
    case 'AT_DetachPartition':
      detach(context, partitionOf(context, command), table.name);
      return;
    case 'AT_AddInherit':
      inherit(context, table, rangeVarOf(command.def));
      return;
    case 'AT_DropInherit':
      detach(context, table, relationName(context.draft, rangeVarOf(command.def)));
      return;
    case 'AT_EnableRowSecurity':
    case 'AT_DisableRowSecurity':
      table.rowSecurity = {
        ...table.rowSecurity,
        enabled: command.subtype === 'AT_EnableRowSecurity',
      };
      return;
    case 'AT_ForceRowSecurity':
    case 'AT_NoForceRowSecurity':
      table.rowSecurity = { ...table.rowSecurity, forced: command.subtype === 'AT_ForceRowSecurity' };
      return;
    case 'AT_SetLogged':
    case 'AT_SetUnLogged':
      table.unlogged = command.subtype === 'AT_SetUnLogged';
      return;
    default:
      switchOne(table, command.subtype, name);
  }
}

const triggersOff = new Set(['AT_DisableTrig', 'AT_EnableReplicaTrig']);
const triggersOn = new Set(['AT_EnableTrig', 'AT_EnableAlwaysTrig']);
const allTriggersOff = new Set(['AT_DisableTrigAll', 'AT_DisableTrigUser']);
const allTriggersOn = new Set(['AT_EnableTrigAll', 'AT_EnableTrigUser']);
const rulesOff = new Set(['AT_DisableRule', 'AT_EnableReplicaRule']);
const rulesOn = new Set(['AT_EnableRule', 'AT_EnableAlwaysRule']);

/** A trigger or rule that is off, or fires on replicas only, does nothing to a statement of the application. */
function switchOne(table: DraftTable, command: string | undefined, name: string): void {
  if (command === undefined) return;
  if (triggersOff.has(command)) table.triggers = switched(table.triggers, true, name);
  if (triggersOn.has(command)) table.triggers = switched(table.triggers, false, name);
  if (allTriggersOff.has(command)) table.triggers = switched(table.triggers, true);
  if (allTriggersOn.has(command)) table.triggers = switched(table.triggers, false);
  if (rulesOff.has(command)) table.rules = switched(table.rules, true, name);
  if (rulesOn.has(command)) table.rules = switched(table.rules, false, name);
}

function switched<T extends Switchable & { readonly name: string }>(
  parts: readonly T[],
  disabled: boolean,
  name?: string,
): readonly T[] {
  return parts.map((part) => (name === undefined || part.name === name ? { ...part, disabled } : part));
}

// ── columns ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function columnDefOf(node: Node | undefined): ColumnDef {
  return node && 'ColumnDef' in node ? node.ColumnDef : {};
}

function addOneColumn(context: Context, table: DraftTable, node: ColumnDef, ifNotExists: boolean): void {
  const name = node.colname ?? '';
  const known = mergedColumns(context.draft, table).some((column) => column.name === name);
  if (known && ifNotExists) return;
  addColumn(table, readColumn(context, table, node));
  for (const constraint of constraintsOf(node.constraints)) addConstraint(context, table, constraint, name);
}

/** PostgreSQL drops what hangs on the column with it; foreign keys of other tables go only with CASCADE, but could not stay either. */
function dropColumn(context: Context, table: DraftTable, column: string, only: boolean): void {
  for (const member of withDescendants(context.draft, table, only)) {
    withoutColumn(member, column);
    for (const other of context.draft.tables.values()) {
      other.foreignKeys = other.foreignKeys.filter(
        (key) => !(key.target === member.name && key.targetColumns.includes(column)),
      );
    }
  }
}

function retyped(context: Context, column: DraftColumn, node: ColumnDef): DraftColumn {
  const { collation: _collation, length: _length, ...rest } = column;
  const typed = typedBy(readType(context.draft, node.typeName));
  const collation = node.collClause && collationName(context.draft, node.collClause.collname);
  return { ...rest, ...typed, ...(collation === undefined ? {} : { collation }) };
}

function withDefault(context: Context, column: DraftColumn, expression: Node | undefined): DraftColumn {
  const { default: _default, ...rest } = column;
  if (!expression) return rest;
  const text = expressionAfterWord(context.text, 'default', expression);
  return { ...rest, default: { kind: defaultKind(expression), text } };
}

function withIdentity(
  context: Context,
  table: DraftTable,
  column: DraftColumn,
  node: Node | undefined,
): DraftColumn {
  const identity: Constraint = node && 'Constraint' in node ? node.Constraint : {};
  return { ...column, nullable: false, default: identityDefault(context, table, column.name, identity) };
}

// ── parents ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function rangeVarOf(node: Node | undefined): RangeVar | undefined {
  return node && 'RangeVar' in node ? node.RangeVar : undefined;
}

function partitionOf(context: Context, command: AlterTableCmd): DraftTable | undefined {
  const named = command.def && 'PartitionCmd' in command.def ? command.def.PartitionCmd.name : undefined;
  return findTable(context.draft, named);
}

function attach(context: Context, command: AlterTableCmd, parent: string): void {
  const child = partitionOf(context, command);
  if (!child) return;
  child.parents = [parent];
  child.parentKind = 'partition';
  child.keepsOrder = true;
}

/** The child keeps the columns it had. */
function detach(context: Context, child: DraftTable | undefined, parent: string): void {
  if (!child) return;
  child.columns = mergedColumns(context.draft, child);
  child.parents = child.parents.filter((name) => name !== parent);
  if (child.parents.length === 0) child.parentKind = undefined;
}

function inherit(context: Context, table: DraftTable, parent: RangeVar | undefined): void {
  table.parents = [...table.parents, relationName(context.draft, parent)];
  table.parentKind = 'inherits';
  table.keepsOrder = true;
}
