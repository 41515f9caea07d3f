/** One item of FROM as a relation: a base table, a view or CTE read in, a derived table, a function. */

import {
  columnsByName,
  isSystemRelation,
  lookupTable,
  lookupView,
  resolveParent,
  unknownTable,
} from '../catalog/index.js';
import type { Column, Leaf, Table, View } from '../model/index.js';
import type { DerivedItem, FromItem, FunctionItem, NamePath, TableItem } from '../syntax/index.js';
import { columnNode, newInstance, newOwner, type OpenInstance } from './builder.js';
import { type Context, depthLimit, type Env, topEnv, unseen } from './context.js';
import { openCte } from './ctes.js';
import { visitAll } from './expressions.js';
import { derivedRelation, type Resolved } from './outputs.js';
import { applyPolicies } from './policies.js';
import { type ColumnRef, type Lookup, opaqueColumn, type Relation } from './scope.js';

export interface Opened {
  readonly relation: Relation;
  /** What may drive a scatter; functions, VALUES and system relations may not. */
  readonly leaf?: Leaf;
}

type LeafItem = Exclude<FromItem, { kind: 'join' }>;

export function openRelation(
  context: Context,
  item: LeafItem,
  env: Env,
  lateral: Env,
  locked: (alias: string) => boolean,
): Opened {
  switch (item.kind) {
    case 'table':
      return openTable(context, item, env, locked);
    case 'derived':
      return openDerived(context, item, item.lateral ? lateral : env, locked);
    case 'function':
      return openFunction(context, item, lateral);
  }
}

function openDerived(
  context: Context,
  item: DerivedItem,
  env: Env,
  locked: (alias: string) => boolean,
): Opened {
  const alias = item.alias?.name ?? '';
  const locks = env.locks || locked(alias);
  return fromResolved(
    context,
    context.resolveSelect(context, item.query, { ...env, locks }),
    alias,
    item.alias?.columns ?? [],
  );
}

function fromResolved(
  context: Context,
  resolved: Resolved,
  alias: string,
  columns: readonly string[],
): Opened {
  return {
    relation: derivedRelation(context.builder, resolved, alias, columns),
    leaf: { block: resolved.block },
  };
}

/** A function's rows are made anew wherever it runs; what it calls is looked at, its columns are open. */
function openFunction(context: Context, item: FunctionItem, env: Env): Opened {
  visitAll(context, item.calls, env);
  return {
    relation: openColumns(
      newOwner(context.builder),
      item.alias?.name ?? functionName(item),
      item.alias?.columns,
    ),
  };
}

function functionName(item: FunctionItem): string {
  const call = item.calls[0];
  return call?.kind === 'call' ? (call.name[call.name.length - 1] ?? '') : '';
}

/** A relation whose columns no equality can use. Names in its alias need not be all of them: it may have any column. */
function openColumns(owner: number, alias: string, names: readonly string[] = []): Relation {
  const lookup = (name: string): Lookup => {
    const isKnown = names.includes(name) || name === alias;
    return { found: isKnown ? 'yes' : 'maybe', take: () => opaqueColumn };
  };
  const columns = names.map((name) => ({ name, column: () => opaqueColumn }));
  return { alias, owner, complete: false, lookup, columns: () => columns };
}

// ── named relations ──────────────────────────────────────────────────────────────────────────────────────────────────

function openTable(context: Context, item: TableItem, env: Env, locked: (alias: string) => boolean): Opened {
  const alias = item.alias?.name ?? item.name[item.name.length - 1] ?? '';
  const locks = env.locks || locked(alias);
  const binding = item.name.length === 1 ? env.ctes.get(item.name[0] ?? '') : undefined;
  if (binding !== undefined) return openCte(context, binding, alias, item.alias?.columns ?? []);
  const view = lookupView(context.catalog, item.name);
  if (view !== undefined && !view.materialized)
    return openView(context, view, alias, item.alias?.columns ?? [], locks);
  if (isSystemRelation(context.catalog, item.name)) {
    context.builder.systemRelations++;
    return { relation: openColumns(newOwner(context.builder), alias, undefined) };
  }
  const { relation, instance } = openBaseTable(context, item, locks ? 'lock' : 'read');
  applyPolicies(context, tableOf(context, item.name), relation);
  return { relation, leaf: { instance: instance.id } };
}

function openView(
  context: Context,
  view: View,
  alias: string,
  columns: readonly string[],
  locks: boolean,
): Opened {
  const statement = context.depth < depthLimit ? context.readSql(view.query) : undefined;
  if (statement?.kind !== 'select') {
    unseen(context, `it reads the view ${view.name}, whose query could not be read`);
    return { relation: openColumns(newOwner(context.builder), alias) };
  }
  // A view reads with its owner's rights, which policies may not hold for.
  const inside: Context = { ...context, depth: context.depth + 1, assumeRls: false };
  const resolved = context.resolveSelect(inside, statement, { ...topEnv, locks });
  const names = view.columns.map((name, index) => columns[index] ?? name);
  return fromResolved(context, resolved, alias, names.length > 0 ? names : columns);
}

/** The table a name means: partitions belong to their parent, an unknown one gets columns as they are mentioned. */
function tableOf(context: Context, name: NamePath): Table {
  const { catalog } = context;
  const known = lookupTable(catalog, name);
  if (known === undefined)
    return unknownTable(
      name.length > 1 ? name.slice(-2).join('.') : `${catalog.searchPath[0] ?? 'public'}.${name[0]}`,
    );
  const parent = catalog.tables.get(resolveParent(catalog, known.name));
  if (parent === undefined || parent === known) return known;
  // A child by INHERITS lives where its parent does, but may have columns of its own.
  return known.parentKind === 'inherits' ? { ...parent, columnsComplete: false } : asPartition(parent, known);
}

const partitionsByTable = new WeakMap<Table, Table>();

/** Its parent, with the columns in the order in which the partition itself has them, and its own defaults. */
function asPartition(parent: Table, partition: Table): Table {
  const known = partitionsByTable.get(partition);
  if (known !== undefined) return known;
  const shape = ({ columns }: Table) => JSON.stringify(columns.map((one) => [one.name, one.default]));
  const isLikeParent = shape(parent) === shape(partition);
  const { columns, columnsComplete } = partition;
  const made = isLikeParent ? parent : { ...parent, columns, columnsComplete };
  partitionsByTable.set(partition, made);
  return made;
}

export function openBaseTable(
  context: Context,
  item: TableItem,
  access: OpenInstance['access'],
): { relation: Relation; instance: OpenInstance; table: Table } {
  const table = tableOf(context, item.name);
  const label = item.alias?.name ?? item.name[item.name.length - 1] ?? table.name;
  const instance = newInstance(context.builder, table, label, access, context.via);
  return { relation: tableRelation(context, table, instance, item), instance, table };
}

export function tableRelation(
  context: Context,
  table: Table,
  instance: OpenInstance,
  item?: TableItem,
): Relation {
  const aliases = item?.alias?.columns ?? [];
  // Of a table whose columns are not all known, nobody knows which one an alias renames.
  if (!table.columnsComplete && aliases.length > 0)
    return openColumns(instance.owner, instance.label, aliases);
  const byName = aliases.length === 0 ? columnsByName(table) : renamedColumns(table, aliases);
  const take = (name: string): ColumnRef => {
    const column = byName.get(name);
    return { node: columnNode(context.builder, instance, column?.name ?? name, column) };
  };
  const relation: Relation = {
    alias: instance.label,
    owner: instance.owner,
    complete: table.columnsComplete,
    columns: () =>
      // By place, not by name: an alias may repeat the name of another column.
      table.columns.map((column, index) => ({
        name: aliases[index] ?? column.name,
        column: () => ({ node: columnNode(context.builder, instance, column.name, column) }),
      })),
    lookup: (name): Lookup => {
      if (byName.has(name)) return { found: 'yes', take: () => take(name) };
      if (table.columnsComplete) return { found: 'no' };
      return { found: 'maybe', take: () => take(name) };
    },
  };
  const isQualified = item !== undefined && item.alias === undefined && item.name.length > 1;
  return isQualified ? { ...relation, qualified: item.name } : relation;
}

function renamedColumns(table: Table, aliases: readonly string[]): ReadonlyMap<string, Column> {
  return new Map(table.columns.map((column, index) => [aliases[index] ?? column.name, column]));
}
