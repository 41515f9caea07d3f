/**
 * FROM: its items become relations, its joins a tree; outer joins that a later condition makes pointless are simplified;
 * then each join's condition gives its facts to those sides that may learn from it.
 */

import type { InstanceId, Leaf, NodeId } from '../model/index.js';
import type { Expr, FromItem, JoinItem } from '../syntax/index.js';
import { type Builder, nodeAt, type OwnerId } from './builder.js';
import { conditionOf } from './conditions.js';
import { type Context, type Env, unseen } from './context.js';
import { collectFacts, visitExpr } from './expressions.js';
import { applyFacts, equalFact, type Fact } from './facts.js';
import { nothingRejected, nullRejected } from './null-rejection.js';
import { openRelation } from './relations.js';
import {
  type ColumnRef,
  emptyLevel,
  inner,
  joinLevels,
  type Level,
  type NamedColumn,
  nothingMerged,
  opaqueColumn,
  type Relation,
  resolveColumn,
  unknownColumns,
} from './scope.js';

export type JoinKind = JoinItem['join'];

export type FromTree =
  | { readonly kind: 'leaf'; readonly owner: OwnerId; readonly leaf?: Leaf }
  | {
      readonly kind: 'join';
      readonly join: JoinKind;
      readonly left: FromTree;
      readonly right: FromTree;
      readonly on?: Expr;
      /** Facts of USING and NATURAL. */
      readonly merged: readonly Fact[];
      /** What the ON clause sees. */
      readonly level: Level;
    };

export interface BuiltFrom {
  /** Absent without FROM. */
  readonly tree?: FromTree;
  readonly level: Level;
  readonly instances: readonly InstanceId[];
  /** TABLESAMPLE somewhere: which rows come depends on the whole table. */
  readonly sampled: boolean;
}

export interface FromFacts {
  readonly preserved: readonly Leaf[];
  /** Owners whose rows no outer join here null-extends. */
  readonly certain: readonly OwnerId[];
  readonly owners: readonly OwnerId[];
  /** Facts that hold for every row FROM gives. */
  readonly facts: readonly Fact[];
}

/** No outer join, here or below, can have put NULL in the node's place. */
export function isCertain(builder: Builder, { certain }: Pick<FromFacts, 'certain'>, node: NodeId): boolean {
  const { owner, nullExtended } = nodeAt(builder, node);
  return nullExtended !== true && certain.includes(owner);
}

/** An outer join of this FROM can put NULL in the node's place. */
export function isNullable(
  builder: Builder,
  { owners, certain }: Pick<FromFacts, 'owners' | 'certain'>,
  node: NodeId,
): boolean {
  const { owner } = nodeAt(builder, node);
  return owners.includes(owner) && !certain.includes(owner);
}

// ── items → tree ─────────────────────────────────────────────────────────────────────────────────────────────────────

interface Building {
  readonly context: Context;
  readonly env: Env;
  readonly locked: (alias: string) => boolean;
  readonly instances: InstanceId[];
  sampled: boolean;
}

export function buildFrom(
  context: Context,
  items: readonly FromItem[],
  env: Env,
  locked: (alias: string) => boolean,
  start?: { readonly tree: FromTree; readonly level: Level },
): BuiltFrom {
  const building: Building = { context, env, locked, instances: [], sampled: false };
  let tree = start?.tree;
  let level = start?.level ?? emptyLevel;
  for (const item of items) {
    const next = buildItem(building, item, level);
    const both = level === emptyLevel ? next.level : joinLevels(level, next.level);
    tree =
      tree === undefined
        ? next.tree
        : { kind: 'join', join: 'inner', left: tree, right: next.tree, merged: [], level: both };
    level = both;
  }
  const { instances, sampled } = building;
  return tree === undefined ? { level, instances, sampled } : { tree, level, instances, sampled };
}

function buildItem(building: Building, item: FromItem, visible: Level): { tree: FromTree; level: Level } {
  if (item.kind === 'join') return buildJoin(building, item, visible);
  const { context, env, locked } = building;
  const lateral: Env = { ...env, scope: inner(visible, env.scope) };
  const opened = openRelation(context, item, env, lateral, locked);
  if (item.kind === 'table' && item.sampled) building.sampled = true;
  if (opened.leaf !== undefined && 'instance' in opened.leaf) building.instances.push(opened.leaf.instance);
  const { relation, leaf } = opened;
  const { owner } = relation;
  return {
    tree: leaf === undefined ? { kind: 'leaf', owner } : { kind: 'leaf', owner, leaf },
    level: { relations: [relation], merged: nothingMerged },
  };
}

function buildJoin(building: Building, item: JoinItem, visible: Level): { tree: FromTree; level: Level } {
  const left = buildItem(building, item.left, visible);
  const right = buildItem(building, item.right, joinLevels(visible, left.level));
  if (
    item.natural &&
    ![left, right].every(({ level }) => level.relations.every(({ complete }) => complete))
  ) {
    unseen(building.context, 'it has a NATURAL join of tables whose columns are not all known');
  }
  const names = item.natural ? commonColumns(left.level, right.level) : item.using;
  const merge =
    names.length === 0
      ? nothingToMerge
      : mergeColumns(building.context, item.join, names, left.level, right.level);
  const level = joinLevels(left.level, right.level, merge.columns);
  const tree: FromTree = {
    kind: 'join',
    join: item.join,
    left: left.tree,
    right: right.tree,
    merged: merge.facts,
    level,
    ...(item.on === undefined ? {} : { on: item.on }),
  };
  return {
    tree,
    level: item.alias === undefined ? level : aliasedLevel(level, item.alias.name, item.alias.columns),
  };
}

/** `(a JOIN b …) AS j`: the join's columns under one new name. */
function aliasedLevel(level: Level, alias: string, columnAliases: readonly string[]): Level {
  const complete = level.relations.every((relation) => relation.complete);
  // Where columns are not all known, nobody knows which one an alias renames.
  if (!complete && columnAliases.length > 0)
    return { relations: [{ ...unknownColumns, alias }], merged: new Map() };
  const columns = levelColumns(level).map((column, index): NamedColumn => {
    const name = columnAliases[index] ?? column.name;
    return name === undefined ? column : { ...column, name };
  });
  const relation: Relation = {
    alias,
    owner: -2,
    complete,
    columns: () => columns,
    lookup: (name) => {
      const matches = columns.filter((column) => column.name === name);
      const only = matches[0];
      if (only === undefined)
        return complete ? { found: 'no' } : { found: 'maybe', take: () => opaqueColumn };
      return { found: 'yes', take: matches.length === 1 ? only.column : () => opaqueColumn };
    },
  };
  return { relations: [relation], merged: new Map() };
}

/** Columns as `*` gives them: merged ones first, then the rest in order. */
export function levelColumns(level: Level): readonly NamedColumn[] {
  const merged = [...level.merged].map(([name, column]) => ({ name, column: () => column }));
  const rest = level.relations
    .flatMap((relation) => relation.columns())
    .filter(({ name }) => name === undefined || !level.merged.has(name));
  return [...merged, ...rest];
}

function commonColumns(left: Level, right: Level): readonly string[] {
  const names = (level: Level) => levelColumns(level).flatMap(({ name }) => name ?? []);
  const rightNames = new Set(names(right));
  return [...new Set(names(left))].filter((name) => rightNames.has(name));
}

const nothingToMerge = { columns: nothingMerged, facts: [] };

/** USING (c): one merged column. Under an outer join it is the preserved side's; under FULL it is a COALESCE of both. */
function mergeColumns(
  context: Context,
  join: JoinKind,
  names: readonly string[],
  left: Level,
  right: Level,
): { columns: Map<string, ColumnRef>; facts: Fact[] } {
  const columns = new Map<string, ColumnRef>();
  const facts: Fact[] = [];
  for (const name of names) {
    const a = resolveColumn([left], [name]);
    const b = resolveColumn([right], [name]);
    columns.set(name, mergedColumn(context, join, a, b));
    if (a.node === undefined || b.node === undefined) continue;
    const fact = equalFact(context.builder, a.node, b.node);
    if (fact !== undefined) facts.push(fact);
  }
  return { columns, facts };
}

/** It has the type that both sides share: of columns of two types it is a cast, by which other values may be equal. */
function mergedColumn({ builder }: Context, join: JoinKind, left: ColumnRef, right: ColumnRef): ColumnRef {
  if (join === 'full') return opaqueColumn;
  const kept = join === 'right' ? right : left;
  const other = join === 'right' ? left : right;
  if (kept.node === undefined || other.node === undefined) return opaqueColumn;
  const families = [kept.node, other.node].map((node) => nodeAt(builder, node).family);
  return families[0] === families[1] || families.includes('unknown') ? kept : opaqueColumn;
}

// ── tree → facts ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** `rejected`: owners whose null-extended rows a condition above throws away. */
export function applyFrom(
  context: Context,
  tree: FromTree,
  env: Env,
  rejected: ReadonlySet<OwnerId>,
): FromFacts {
  if (tree.kind === 'leaf') {
    return {
      preserved: tree.leaf === undefined ? [] : [tree.leaf],
      certain: [tree.owner],
      owners: [tree.owner],
      facts: [],
    };
  }
  const onEnv: Env = { ...env, scope: inner(tree.level, env.scope) };
  const condition = tree.on === undefined ? undefined : conditionOf(tree.on);
  const join = simplifiedJoin(tree.join, rejected, ownersOf(tree.left), ownersOf(tree.right));
  const byOn = joinRejections(context, tree, onEnv);
  const both = byOn.size === 0 ? rejected : new Set([...rejected, ...byOn]);
  const left = applyFrom(
    context,
    tree.left,
    env,
    join === 'inner' ? both : join === 'right' ? byOn : rejected,
  );
  const right = applyFrom(
    context,
    tree.right,
    env,
    join === 'inner' ? both : join === 'left' ? byOn : rejected,
  );
  const handled = new Set<Expr>();
  const collected =
    condition === undefined ? { facts: [], owners: [] } : collectFacts(context, condition, onEnv, handled);
  if (tree.on !== undefined) visitExpr(context, tree.on, onEnv, handled);
  const facts = [...tree.merged, ...collected.facts];
  applyFacts(
    context.builder,
    facts,
    new Set([...learners(join, left.owners, right.owners), ...(join === 'full' ? [] : collected.owners)]),
  );
  return joined(join, left, right, { facts, owners: collected.owners });
}

function joined(
  join: JoinKind,
  left: FromFacts,
  right: FromFacts,
  on: { facts: readonly Fact[]; owners: readonly OwnerId[] },
): FromFacts {
  const owners = [...left.owners, ...right.owners, ...on.owners];
  switch (join) {
    case 'inner':
      return {
        preserved: [...left.preserved, ...right.preserved],
        certain: [...left.certain, ...right.certain],
        owners,
        facts: [...left.facts, ...right.facts, ...on.facts],
      };
    case 'left':
      return { preserved: left.preserved, certain: left.certain, owners, facts: left.facts };
    case 'right':
      return { preserved: right.preserved, certain: right.certain, owners, facts: right.facts };
    case 'full':
      return { preserved: [], certain: [], owners, facts: [] };
  }
}

/** Who may learn from a join's condition: rows of the preserved side stay whatever it says. */
function learners(join: JoinKind, left: readonly OwnerId[], right: readonly OwnerId[]): readonly OwnerId[] {
  switch (join) {
    case 'inner':
      return [...left, ...right];
    case 'left':
      return right;
    case 'right':
      return left;
    case 'full':
      return [];
  }
}

/** A condition above that rejects null-extended rows of a side makes the join inner on that side. */
function simplifiedJoin(
  join: JoinKind,
  rejected: ReadonlySet<OwnerId>,
  left: readonly OwnerId[],
  right: readonly OwnerId[],
): JoinKind {
  const keepsLeft = left.some((owner) => rejected.has(owner));
  const keepsRight = right.some((owner) => rejected.has(owner));
  switch (join) {
    case 'inner':
      return 'inner';
    case 'left':
      return keepsRight ? 'inner' : 'left';
    case 'right':
      return keepsLeft ? 'inner' : 'right';
    case 'full':
      if (keepsLeft && keepsRight) return 'inner';
      return keepsLeft ? 'left' : keepsRight ? 'right' : 'full';
  }
}

/** Only an outer join makes rows of NULLs: without one, nobody has to know what a condition rejects. */
export function hasOuterJoin(tree: FromTree): boolean {
  return (
    tree.kind === 'join' && (tree.join !== 'inner' || hasOuterJoin(tree.left) || hasOuterJoin(tree.right))
  );
}

function joinRejections(context: Context, tree: FromTree & { kind: 'join' }, env: Env): ReadonlySet<OwnerId> {
  if (!hasOuterJoin(tree.left) && !hasOuterJoin(tree.right)) return nothingRejected;
  const byMerged = tree.merged.flatMap((fact) =>
    fact.kind === 'equal'
      ? [nodeAt(context.builder, fact.left).owner, nodeAt(context.builder, fact.right).owner]
      : [],
  );
  const byOn = tree.on === undefined ? [] : nullRejected(context.builder, conditionOf(tree.on), env.scope);
  return new Set([...byMerged, ...byOn]);
}

function ownersOf(tree: FromTree): readonly OwnerId[] {
  return tree.kind === 'leaf' ? [tree.owner] : [...ownersOf(tree.left), ...ownersOf(tree.right)];
}
