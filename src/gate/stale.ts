/** Where the plan and the schema as it is now disagree: tables and key columns that are gone, and keys of another type. */

import { columnOf } from '../catalog/index.js';
import { sqlTypeName } from '../contract/index.js';
import { byCodeUnit, type ShardedPlacement, type Table, type TableName } from '../model/index.js';
import { keyFamilyOf } from '../topology/index.js';
import type { GateInput } from './input.js';

export type Stale = { readonly table: TableName } & (
  | { readonly kind: 'table-gone' }
  | { readonly kind: 'key-gone'; readonly key: string }
  | { readonly kind: 'path-gone'; readonly key: string; readonly column: string }
  | {
      readonly kind: 'other-type';
      readonly key: string;
      readonly planned: string;
      readonly found: string;
      /** Equal values no longer have equal hashes. */
      readonly hashesApart: boolean;
    }
);

/** In name order. Empty without a schema: nothing is known to be gone then. */
export function staleTables({ catalog, plan }: Pick<GateInput, 'catalog' | 'plan'>): readonly Stale[] {
  if (catalog.origin !== 'schema' || catalog.tables.size === 0) return [];
  return [...plan.tables]
    .sort(([a], [b]) => byCodeUnit(a, b))
    .flatMap(([table, placement]): readonly Stale[] => {
      const known = catalog.tables.get(table);
      if (known === undefined) return catalog.views.has(table) ? [] : [{ kind: 'table-gone', table }];
      if (placement.placement !== 'sharded') return [];
      const stale = staleKey(known, placement);
      return stale === undefined ? [] : [stale];
    });
}

function staleKey(table: Table, placement: ShardedPlacement): Stale | undefined {
  const { key, keyType, addKey } = placement;
  const column = columnOf(table, key);
  const at = { table: table.name, key };
  if (column === undefined) {
    if (!table.columnsComplete) return undefined;
    if (addKey === undefined) return { kind: 'key-gone', ...at };
    const start = (addKey.path[0] ?? '').split(' -> ')[0] ?? '';
    return columnOf(table, start) === undefined ? { kind: 'path-gone', ...at, column: start } : undefined;
  }
  const type = column.baseType ?? column.type;
  if (keyType === undefined || type === undefined) return undefined;
  const [planned, found] = [typeName(keyType), `${typeName(type)}${column.array ? '[]' : ''}`];
  if (planned === found) return undefined;
  return {
    kind: 'other-type',
    ...at,
    planned,
    found,
    hashesApart: keyFamilyOf(planned) !== keyFamilyOf(found),
  };
}

const shortNames: ReadonlyMap<string, string> = new Map([
  ['int', 'integer'],
  ['serial', 'integer'],
  ['bigserial', 'bigint'],
]);

/** As SQL spells it, without a length. */
function typeName(type: string): string {
  const name = type
    .toLowerCase()
    .replace(/^pg_catalog\./, '')
    .replace(/\s*\(.*\)/, '');
  return sqlTypeName(shortNames.get(name) ?? name);
}
