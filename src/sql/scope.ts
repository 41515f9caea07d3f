/**
 * Names in scope: which relation an alias means and which node a column reference is.
 *
 * Without a schema a table's columns are not all known. A reference then resolves only where a valid statement leaves no
 * other reading: a column that one relation is known to have is that relation's, and one that only a single relation
 * *may* have is that one's. Everything else stays open and proves nothing.
 */

import type { NodeId } from '../model/index.js';
import type { NamePath } from '../syntax/index.js';
import type { OwnerId } from './builder.js';

/** A column of a relation: its node, or none when it is an expression that no equality can use. */
export interface ColumnRef {
  readonly node?: NodeId;
}

export const opaqueColumn: ColumnRef = {};

/** `maybe`: the relation's columns are not all known. `take` commits to the reading and makes the node. */
export type Lookup =
  | { readonly found: 'yes' | 'maybe'; readonly take: () => ColumnRef }
  | { readonly found: 'no' };

/**
 * `column` makes the node when it is first asked for, so that `*` alone mentions no column. Without a name the column has
 * one that only PostgreSQL knows (that of a CASE, a scalar subquery, a field): it may be any.
 */
export interface NamedColumn {
  readonly name?: string;
  readonly column: () => ColumnRef;
}

export interface Relation {
  readonly alias: string;
  /** Schema and table of a base table without an alias, for `public.orders.id`. */
  readonly qualified?: NamePath;
  readonly owner: OwnerId;
  readonly lookup: (name: string) => Lookup;
  readonly columns: () => readonly NamedColumn[];
  readonly complete: boolean;
}

/** One level of nesting; `merged` holds columns of USING and NATURAL joins. */
export interface Level {
  readonly relations: readonly Relation[];
  readonly merged: ReadonlyMap<string, ColumnRef>;
}

/** Stands for columns that are there and not known: of `(row).*`, of CYCLE and SEARCH. */
export const unknownColumns: Relation = {
  alias: '',
  owner: -3,
  complete: false,
  columns: () => [],
  lookup: () => ({ found: 'maybe', take: () => opaqueColumn }),
};

export type Scope = readonly Level[];

export const nothingMerged: Level['merged'] = new Map();
export const emptyLevel: Level = { relations: [], merged: nothingMerged };

export function inner(level: Level, scope: Scope): Scope {
  return [level, ...scope];
}

export function joinLevels(left: Level, right: Level, merged: Level['merged'] = nothingMerged): Level {
  const isPlain = left.merged.size + right.merged.size + merged.size === 0;
  return {
    relations: [...left.relations, ...right.relations],
    merged: isPlain ? nothingMerged : new Map([...left.merged, ...right.merged, ...merged]),
  };
}

/** The column that a reference means, opaque when it cannot be told. */
export function resolveColumn(scope: Scope, path: NamePath): ColumnRef {
  if (path.length === 1) return resolveUnqualified(scope, path[0] ?? '');
  const column = path[path.length - 1] ?? '';
  const relation = findRelation(scope, path.slice(0, -1));
  if (relation === undefined) return opaqueColumn;
  const lookup = relation.lookup(column);
  return lookup.found === 'no' ? opaqueColumn : lookup.take();
}

export function findRelation(scope: Scope, qualifier: NamePath): Relation | undefined {
  for (const level of scope) {
    const matches = level.relations.filter((relation) => isCalled(relation, qualifier));
    if (matches.length > 0) return matches.length === 1 ? matches[0] : undefined;
  }
  return undefined;
}

function isCalled(relation: Relation, qualifier: NamePath): boolean {
  if (qualifier.length === 1) return relation.alias === qualifier[0];
  const full = relation.qualified;
  return (
    full !== undefined &&
    qualifier.length === full.length &&
    qualifier.every((part, index) => part === full[index])
  );
}

function resolveUnqualified(scope: Scope, name: string): ColumnRef {
  for (let depth = 0; depth < scope.length; depth++) {
    const level = scope[depth] ?? emptyLevel;
    const merged = level.merged.get(name);
    if (merged !== undefined) return merged;
    const lookups = level.relations.map((relation) => relation.lookup(name));
    const sure = lookups.filter((lookup) => lookup.found === 'yes');
    if (sure.length === 1 && sure[0]?.found === 'yes') return sure[0].take();
    if (sure.length > 1) return opaqueColumn;
    const possible = lookups.filter((lookup) => lookup.found === 'maybe');
    if (possible.length === 0) continue;
    const only = possible[0];
    const nowhereElse = possible.length === 1 && !mayBeIn(scope.slice(depth + 1), name);
    return nowhereElse && only?.found === 'maybe' ? only.take() : opaqueColumn;
  }
  return opaqueColumn;
}

function mayBeIn(scope: Scope, name: string): boolean {
  return scope.some(
    (level) =>
      level.merged.has(name) || level.relations.some((relation) => relation.lookup(name).found !== 'no'),
  );
}
