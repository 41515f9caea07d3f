/** What a query gives to the one around it: output columns, and which of them let knowledge in. */

import type { BlockId, NodeId } from '../model/index.js';
import { addFlow, type Builder, newNode, newOwner, nodeAt, noOwner, type OwnerId } from './builder.js';
import type { Fact } from './facts.js';
import { type ColumnRef, type Lookup, type NamedColumn, opaqueColumn, type Relation } from './scope.js';

export interface Resolved {
  readonly block: BlockId;
  readonly outputs: readonly NamedColumn[];
  /** Relations with unknown columns that a `*` took in: any name may come from them. */
  readonly openStars: readonly Relation[];
  /**
   * May knowledge about an output pass down to this inner node? Not below LIMIT, nor below an aggregate, DISTINCT ON or
   * window that does not keep rows of one value together.
   */
  readonly allowsIn: (node: NodeId) => boolean;
  /** May an outer join inside have put NULL in this inner node's place? */
  readonly nullExtends: (node: NodeId) => boolean;
  /** Facts that hold whenever the query returns a row, for a positive EXISTS or IN around it. */
  readonly exported: { readonly facts: readonly Fact[]; readonly owners: readonly OwnerId[] };
}

export const nothingExported: Resolved['exported'] = { facts: [], owners: [] };

/** The query as a relation of the FROM around it. Column aliases rename outputs from the left. */
export function derivedRelation(
  builder: Builder,
  resolved: Resolved,
  alias: string,
  columnAliases: readonly string[],
): Relation {
  const owner = newOwner(builder);
  const made = new Map<string, ColumnRef>();
  const outside = (name: string, inside: () => ColumnRef): ColumnRef => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const column = inside();
    const ref =
      column.node === undefined
        ? opaqueColumn
        : { node: outputNode(builder, owner, `${alias}.${name}`, column.node, resolved) };
    made.set(name, ref);
    return ref;
  };
  const named = resolved.outputs.map((output, index) => ({
    name: columnAliases[index] ?? output.name,
    column: output.column,
  }));
  const known = new Set(named.map((output) => output.name));
  return {
    alias,
    owner,
    complete: resolved.openStars.length === 0,
    columns: () => named.map(({ name, column }) => ({ name, column: () => outside(name, column) })),
    lookup: (name): Lookup => {
      const matches = named.filter((output) => output.name === name);
      const only = matches[0];
      if (matches.length > 1) return { found: 'yes', take: () => opaqueColumn };
      if (only !== undefined) return { found: 'yes', take: () => outside(name, only.column) };
      return throughStars(resolved.openStars, name, (column) => outside(name, column), known);
    },
  };
}

function throughStars(
  stars: readonly Relation[],
  name: string,
  outside: (column: () => ColumnRef) => ColumnRef,
  known: ReadonlySet<string>,
): Lookup {
  if (known.has(name)) return { found: 'no' };
  const lookups = stars
    .map((star) => star.lookup(name))
    .flatMap((lookup) => (lookup.found === 'no' ? [] : [lookup]));
  const only = lookups[0];
  if (only === undefined) return { found: 'no' };
  if (lookups.length > 1) return { found: 'maybe', take: () => opaqueColumn };
  return { found: only.found, take: () => outside(only.take) };
}

/** A copy of an inner column at the outside. What is known inside is known outside; the other way only where allowed. */
export function outputNode(
  builder: Builder,
  owner: OwnerId,
  label: string,
  innerNode: NodeId,
  inside: Pick<Resolved, 'allowsIn' | 'nullExtends'>,
): NodeId {
  const { family, origin, column, owner: innerOwner } = nodeAt(builder, innerNode);
  const node = newNode(builder, {
    owner,
    family,
    label,
    ...(origin === undefined ? {} : { origin }),
    ...(column === undefined ? {} : { column }),
    ...(isNullExtended(builder, inside, innerNode) ? { nullExtended: true } : {}),
  });
  addFlow(builder, [innerNode], node);
  if (innerOwner !== noOwner && inside.allowsIn(innerNode)) addFlow(builder, [node], innerNode);
  return node;
}

export function isNullExtended(
  builder: Builder,
  inside: Pick<Resolved, 'nullExtends'>,
  node: NodeId,
): boolean {
  return nodeAt(builder, node).nullExtended === true || inside.nullExtends(node);
}
