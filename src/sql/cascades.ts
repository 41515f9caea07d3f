/**
 * Foreign keys that act: deleting or re-keying a row deletes or changes rows of the tables that refer to it, in the same
 * statement. Those tables are written instances, tied to the deleted row by the foreign key's columns.
 */

import { referencesTo } from '../catalog/index.js';
import type { ForeignKey, Table } from '../model/index.js';
import { addFlow, columnNode, newInstance, nodeAt, type OpenInstance } from './builder.js';
import { type Context, depthLimit, unseen } from './context.js';
import { tableRelation } from './relations.js';
import { afterWrite, changedBy } from './target.js';
import { runTriggers } from './triggers.js';
import { recordWrite } from './write-record.js';

/** `set`: columns that an UPDATE changes. */
export function expandCascades(
  context: Context,
  instance: OpenInstance,
  table: Table,
  kind: 'update' | 'delete',
  set: readonly string[],
): void {
  for (const { table: child, key } of referencesTo(context.catalog, table.name)) {
    const action = actionOf(key, kind, set);
    if (action !== undefined) cascade(context, instance, table, child, key, action);
  }
}

type Action = { readonly kind: 'delete' } | { readonly kind: 'update'; readonly set: readonly string[] };

function actionOf(key: ForeignKey, kind: 'update' | 'delete', set: readonly string[]): Action | undefined {
  const rule = kind === 'delete' ? key.onDelete : key.onUpdate;
  if (kind === 'update' && !key.targetColumns.some((column) => set.includes(column))) return undefined;
  if (rule === 'no action' || rule === 'restrict') return undefined;
  return kind === 'delete' && rule === 'cascade' ? { kind: 'delete' } : { kind: 'update', set: key.columns };
}

function cascade(
  context: Context,
  parent: OpenInstance,
  parentTable: Table,
  child: Table,
  key: ForeignKey,
  action: Action,
): void {
  if (context.depth >= depthLimit) {
    unseen(context, `foreign keys below ${parent.table} cascade too deeply`);
    return;
  }
  const { builder } = context;
  const via = `foreign key ${key.name}`;
  const name = child.name.split('.').slice(1).join('.');
  const instance = newInstance(builder, child, name, action.kind, via);
  key.columns.forEach((column, index) => {
    const target = key.targetColumns[index];
    if (target === undefined) return;
    const from = columnNode(
      builder,
      parent,
      target,
      parentTable.columns.find((candidate) => candidate.name === target),
    );
    const to = columnNode(
      builder,
      instance,
      column,
      child.columns.find((candidate) => candidate.name === column),
    );
    addFlow(builder, [from], to, `${nodeAt(builder, to).label} = ${nodeAt(builder, from).label}`);
  });
  const set = action.kind === 'update' ? action.set : [];
  const write = recordWrite(context, { instance, table: child }, { kind: action.kind, setColumns: set });
  const deep: Context = { ...context, depth: context.depth + 1 };
  const before = tableRelation(context, child, instance);
  const after = afterWrite(before, changedBy(child, set, write));
  runTriggers(deep, { table: child, events: [action.kind], before, after });
  // A cascade that comes back to a table it started from ends at the depth limit, not here: rows may still follow.
  expandCascades(deep, instance, child, action.kind, set);
}
