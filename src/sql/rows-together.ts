/** Which rows GROUP BY, PARTITION BY and DISTINCT ON keep together. A primary key among the columns fixes its whole row. */

import type { Catalog, InstanceId, NodeId, RowsTogether } from '../model/index.js';
import { type Builder, nodeAt } from './builder.js';

export function rowsTogether(builder: Builder, catalog: Catalog, columns: readonly NodeId[]): RowsTogether {
  const byInstance = new Map<InstanceId, Set<string>>();
  for (const node of columns) {
    const { origin, owner } = nodeAt(builder, node);
    // Only the instance's own columns: a copy outside a derived table is another set of rows.
    if (origin === undefined || builder.instances[origin.instance]?.owner !== owner) continue;
    const known = byInstance.get(origin.instance);
    if (known === undefined) byInstance.set(origin.instance, new Set([origin.column]));
    else known.add(origin.column);
  }
  const wholeRows = [...byInstance]
    .filter(([id, names]) => holdsPrimaryKey(builder, catalog, id, names))
    .map(([id]) => id);
  return { columns, wholeRows };
}

function holdsPrimaryKey(
  builder: Builder,
  catalog: Catalog,
  id: InstanceId,
  names: ReadonlySet<string>,
): boolean {
  const table = catalog.tables.get(builder.instances[id]?.table ?? '');
  const primary = table?.uniqueKeys.find((key) => key.primary);
  return (
    primary !== undefined &&
    primary.columns.length > 0 &&
    primary.columns.every((column) => names.has(column))
  );
}

/** Do rows with one value of this column stay together? */
export function keepsColumn(builder: Builder, together: RowsTogether, node: NodeId): boolean {
  if (together.columns.includes(node)) return true;
  const { origin, owner } = nodeAt(builder, node);
  return (
    origin !== undefined &&
    together.wholeRows.includes(origin.instance) &&
    builder.instances[origin.instance]?.owner === owner
  );
}

/** The same, by columns alone that no outer join may have turned to NULL. */
export function certainRows(
  builder: Builder,
  { columns, wholeRows }: RowsTogether,
  isCertain: (node: NodeId) => boolean,
): RowsTogether {
  const certain = new Set(columns.filter(isCertain));
  const owners = new Set([...certain].map((node) => nodeAt(builder, node).owner));
  return {
    columns: [...certain],
    wholeRows: wholeRows.filter((id) => owners.has(builder.instances[id]?.owner ?? -1)),
  };
}
