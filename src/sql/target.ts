/** The written table as a relation, and the block that a write statement becomes. */

import type { NodeId, Table, Write } from '../model/index.js';
import type { OutputItem, TableItem } from '../syntax/index.js';
import { emptyBlock, fillBlock, type OpenInstance } from './builder.js';
import type { Context, Env } from './context.js';
import { visitAll } from './expressions.js';
import { type BuiltFrom, type FromFacts, type FromTree, isNullable } from './from.js';
import { nothingExported, type Resolved } from './outputs.js';
import { applyPolicies } from './policies.js';
import { openBaseTable } from './relations.js';
import { inner, type Level, opaqueColumn, type Relation } from './scope.js';
import { outputsOf } from './select.js';

export interface Target {
  readonly instance: OpenInstance;
  readonly table: Table;
  readonly relation: Relation;
  readonly tree: FromTree;
  readonly level: Level;
}

export function openTarget(
  context: Context,
  item: TableItem,
  access: 'insert' | 'update' | 'delete',
): Target {
  const { relation, instance, table } = openBaseTable(context, item, access);
  applyPolicies(context, table, relation);
  return {
    instance,
    table,
    relation,
    tree: { kind: 'leaf', owner: relation.owner, leaf: { instance: instance.id } },
    level: { relations: [relation], merged: new Map() },
  };
}

/**
 * The target as RETURNING sees it: the row after the write. Columns that the write may have changed are no longer those
 * that the condition or the VALUES spoke of.
 */
export function afterWrite(relation: Relation, isChanged: (column: string) => boolean): Relation {
  return {
    ...relation,
    columns: () =>
      relation.columns().map((output) => {
        const isOpen = output.name === undefined || isChanged(output.name);
        return isOpen ? { ...output, column: () => opaqueColumn } : output;
      }),
    lookup: (name) => {
      const lookup = relation.lookup(name);
      return lookup.found === 'no' || !isChanged(name)
        ? lookup
        : { found: lookup.found, take: () => opaqueColumn };
    },
  };
}

/** Changed by the statement or by a BEFORE trigger. */
export function changedBy(
  table: Table,
  set: readonly string[],
  { triggerColumns }: Pick<Write, 'triggerColumns'>,
) {
  return (column: string): boolean =>
    set.includes(column) ||
    triggerColumns === 'any' ||
    triggerColumns.includes(column) ||
    table.columns.some(({ name, generatedFrom }) => name === column && generatedFrom !== undefined);
}

export function withRelation(from: BuiltFrom, relation: Relation): BuiltFrom {
  const relations = from.level.relations.map((one) => (one.owner === relation.owner ? relation : one));
  return { ...from, level: { ...from.level, relations } };
}

export function finish(
  context: Context,
  block: number,
  rows: Pick<FromFacts, 'preserved' | 'owners' | 'certain'>,
  returning: readonly OutputItem[],
  from: BuiltFrom,
  env: Env,
): Resolved {
  const here: Env = { ...env, scope: inner(from.level, env.scope), locks: false };
  visitAll(
    context,
    returning.map(({ expr }) => expr),
    here,
  );
  fillBlock(context.builder, { ...emptyBlock(block), shape: 'core', preserved: rows.preserved });
  // A write happens as a whole: what is asked of its RETURNING rows does not narrow it.
  const nullExtends = (node: NodeId) => isNullable(context.builder, rows, node);
  return {
    block,
    ...outputsOf(context, returning, from, here),
    allowsIn: () => false,
    nullExtends,
    exported: nothingExported,
  };
}
