/**
 * Children and their parents. A partition's rows are its parent's rows, so a statement on `orders_2026_01` is one on `orders`.
 * A child by INHERITS belongs to its parent too: `SELECT … FROM parent` reads its rows, which must lie where the parent's lie.
 */

import type { Catalog, Rule, Table, TableName, Trigger, UniqueKey } from '../model/index.js';

/** The table at the top of the tree that `name` hangs in; `name` itself when it hangs in none or the catalog does not have it. */
export function resolveParent(catalog: Catalog, name: TableName): TableName {
  if (catalog.tables.get(name)?.parent === undefined) return name;
  const seen = new Set<TableName>();
  let current = name;
  while (!seen.has(current)) {
    seen.add(current);
    const parent = catalog.tables.get(current)?.parent;
    if (parent === undefined || !catalog.tables.has(parent)) return current;
    current = parent;
  }
  // A circle is no hierarchy: PostgreSQL would have refused it.
  return name;
}

const descendantsByCatalog = new WeakMap<Catalog, Map<TableName, Table[]>>();
const nobody: readonly Table[] = [];

/** All tables below `name`, in the catalog's order. Gathered once: every write asks. */
export function descendantsOf(catalog: Catalog, name: TableName): readonly Table[] {
  const known = descendantsByCatalog.get(catalog) ?? allDescendants(catalog);
  descendantsByCatalog.set(catalog, known);
  return known.get(name) ?? nobody;
}

function allDescendants(catalog: Catalog): Map<TableName, Table[]> {
  const below = new Map<TableName, Table[]>();
  for (const table of catalog.tables.values()) {
    for (const above of resolveParentChain(catalog, table.name)) {
      if (above === table.name) continue;
      const known = below.get(above);
      if (known === undefined) below.set(above, [table]);
      else known.push(table);
    }
  }
  return below;
}

/**
 * What a write to the table, or to one below it, may set off: a row of the table lies in any of them, and each has triggers
 * and rules of its own. One that a partition has from its parent counts once.
 */
export function familyTriggers(catalog: Catalog, table: Table): readonly Trigger[] {
  return distinct(
    table.triggers,
    descendantsOf(catalog, table.name).flatMap(({ triggers }) => triggers),
  );
}

export function familyRules(catalog: Catalog, table: Table): readonly Rule[] {
  return distinct(
    table.rules,
    descendantsOf(catalog, table.name).flatMap(({ rules }) => rules),
  );
}

function distinct<T>(own: readonly T[], others: readonly T[]): readonly T[] {
  if (others.length === 0) return own;
  return [...new Map([...own, ...others].map((one) => [JSON.stringify(one), one])).values()];
}

function resolveParentChain(catalog: Catalog, name: TableName): readonly TableName[] {
  const chain: TableName[] = [];
  let parent = catalog.tables.get(name)?.parent;
  while (parent !== undefined && !chain.includes(parent)) {
    chain.push(parent);
    parent = catalog.tables.get(parent)?.parent;
  }
  return chain;
}

/**
 * The keys that a row of the table or of anything below it must keep to: the table's own, and those of its children that it
 * does not have itself. What matters for ON CONFLICT without a target.
 */
export function familyUniqueKeys(catalog: Catalog, name: TableName): readonly UniqueKey[] {
  const own = catalog.tables.get(name)?.uniqueKeys ?? [];
  const found = new Map(own.map((key) => [shapeOf(key), key]));
  for (const table of descendantsOf(catalog, name)) {
    for (const key of table.uniqueKeys) {
      if (!found.has(shapeOf(key))) found.set(shapeOf(key), key);
    }
  }
  return [...found.values()];
}

function shapeOf(key: UniqueKey): string {
  return JSON.stringify([[...key.columns].sort(), key.expressions, key.partial, key.exclusion, key.collated]);
}
