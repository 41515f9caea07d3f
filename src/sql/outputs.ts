/** What a query gives to the one around it: output columns, and which of them let knowledge in. */

import type { BlockId, NodeId } from '../model/index.js';
import { addFlow, type Builder, newNode, newOwner, nodeAt, noOwner, type OwnerId } from './builder.js';
import type { Fact } from './facts.js';
import {
  type ColumnRef,
  type Lookup,
  type NamedColumn,
  opaqueColumn,
  type Relation,
  unknownColumns,
} from './scope.js';

export interface Resolved {
  readonly block: BlockId;
  /** Made when they are asked for: of a whole statement nobody does. */
  readonly outputs: () => readonly NamedColumn[];
  /** Relations with unknown columns that a `*` took in: any name may come from them. */
  readonly openStars: () => readonly Relation[];
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
  columnAliases: readonly (string | undefined)[],
): Relation {
  const owner = newOwner(builder);
  const [outputs, openStars] = [resolved.outputs(), resolved.openStars()];
  // After a `*` over unknown columns nobody knows which column an alias renames.
  if (openStars.length > 0 && columnAliases.length > 0) return { ...unknownColumns, alias, owner };
  const outside = remembered((inside: () => ColumnRef, name: string) => {
    const { node } = inside();
    return node === undefined
      ? opaqueColumn
      : { node: outputNode(builder, owner, `${alias}.${name}`, node, resolved) };
  });
  const named = outputs.map((output, index): NamedColumn => {
    const name = columnAliases[index] ?? output.name;
    const column = () => outside(`${index}`, output.column, name ?? '?');
    return name === undefined ? { column } : { name, column };
  });
  const isNamed = named.every(({ name }) => name !== undefined);
  return {
    alias,
    owner,
    complete: openStars.length === 0 && isNamed,
    columns: () => named,
    lookup: (name): Lookup => {
      const matches = named.filter((output) => output.name === name);
      const only = matches[0];
      if (only !== undefined)
        return { found: 'yes', take: matches.length > 1 ? () => opaqueColumn : only.column };
      if (!isNamed) return { found: 'maybe', take: () => opaqueColumn };
      return throughStars(openStars, name, (inside) => outside(`*${name}`, inside, name));
    },
  };
}

/** Each outside column is made once, when it is first asked for. */
function remembered(make: (inside: () => ColumnRef, name: string) => ColumnRef) {
  const made = new Map<string, ColumnRef>();
  return (key: string, inside: () => ColumnRef, name: string): ColumnRef => {
    const known = made.get(key) ?? make(inside, name);
    made.set(key, known);
    return known;
  };
}

function throughStars(
  stars: readonly Relation[],
  name: string,
  outside: (column: () => ColumnRef) => ColumnRef,
): Lookup {
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
