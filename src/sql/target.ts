/** The written table as a relation, and the block that a write statement becomes. */

import type { NodeId, Table } from '../model/index.js';
import type { OutputItem, TableItem } from '../syntax/index.js';
import { fillBlock, nodeAt, type OpenInstance } from './builder.js';
import type { Context, Env } from './context.js';
import { visitAll } from './expressions.js';
import type { BuiltFrom, FromFacts, FromTree } from './from.js';
import { nothingExported, type Resolved } from './outputs.js';
import { applyPolicies } from './policies.js';
import { openBaseTable } from './relations.js';
import type { Level, Relation } from './scope.js';
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

export function finish(
  context: Context,
  block: number,
  rows: Pick<FromFacts, 'preserved' | 'owners' | 'certain'>,
  returning: readonly OutputItem[],
  from: BuiltFrom,
  here: Env,
): Resolved {
  visitAll(
    context,
    returning.map(({ expr }) => expr),
    here,
  );
  const { columns, openStars } = outputsOf(context, returning, from, here);
  fillBlock(context.builder, {
    id: block,
    shape: 'core',
    all: false,
    arms: [],
    preserved: rows.preserved,
    aggregates: 'none',
    having: false,
    windows: [],
    distinct: false,
    limited: false,
    outputs: [],
  });
  // A write happens as a whole: what is asked of its RETURNING rows does not narrow it.
  const nullExtends = (node: NodeId) => {
    const { owner } = nodeAt(context.builder, node);
    return rows.owners.includes(owner) && !rows.certain.includes(owner);
  };
  return {
    block,
    outputs: columns,
    openStars,
    allowsIn: () => false,
    nullExtends,
    exported: nothingExported,
  };
}
