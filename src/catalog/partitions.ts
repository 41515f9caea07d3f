/**
 * Children and their parents. A partition's rows are its parent's rows, so a statement on `orders_2026_01` is one on `orders`.
 * A child by INHERITS belongs to its parent too: `SELECT … FROM parent` reads its rows, which must lie where the parent's lie.
 */

import type { Catalog, Table, TableName, UniqueKey } from '../model/index.js';

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

/** All tables below `name`, by name. */
export function descendantsOf(catalog: Catalog, name: TableName): readonly Table[] {
  return [...catalog.tables.values()].filter(
    (table) => table.name !== name && resolveParentChain(catalog, table.name).includes(name),
  );
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
  return JSON.stringify([[...key.columns].sort(), key.expressions, key.partial, key.exclusion]);
}
