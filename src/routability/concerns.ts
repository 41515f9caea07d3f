/** Which tables and columns keep a statement from one shard: what statements of one blocker are told apart by. */

import type { Concern, Placements, Query, ShardedPlacement, TableName, Verdict } from '../model/index.js';
import { pathColumn } from './added-keys.js';
import { openKeys } from './open-keys.js';

export function concernsOf(query: Query, placements: Placements, verdict: Verdict): readonly Concern[] {
  const { blocker } = verdict;
  if (blocker === undefined) return [];
  switch (blocker) {
    case 'unseen-code':
    case 'unreadable':
      return [];
    case 'table-not-in-plan':
      return query.tables.filter((table) => !placements.has(table)).map((table) => ({ table }));
    case 'two-databases':
      return query.tables
        .filter((table) => isPlaced(placements, table, 'unsharded'))
        .map((table) => ({ table }));
    case 'global-written':
    case 'global-from-shards':
      return unique(
        query.instances
          .filter(({ table, access }) => access !== 'read' && isPlaced(placements, table, 'global'))
          .map(({ table }) => ({ table })),
      );
    case 'insert-without-key':
    case 'key-updated':
    case 'unique-without-key':
      return keysOf(
        query.writes.map(({ table }) => table),
        placements,
      );
    case 'key-passed-by-path':
      return keysOf(query.tables, placements, (placement) => pathColumn(placement) !== undefined);
    case 'no-key':
    case 'join-off-key':
    case 'nullable-side':
      return keysOf(openTables(query, placements), placements);
    case 'list-of-keys':
    case 'key-not-constant':
    case 'two-parameters':
    case 'two-groups':
    case 'aggregate-above-shards':
    case 'limit-below':
    case 'global-preserved':
    case 'runs-everywhere':
      return keysOf(query.tables, placements);
  }
}

function openTables(query: Query, placements: Placements): readonly TableName[] {
  const open = openKeys(query, placements).open.map(({ instance }) => instance.table);
  return open.length > 0 ? open : query.tables;
}

function isPlaced(placements: Placements, table: TableName, placement: 'global' | 'unsharded'): boolean {
  return placements.get(table)?.placement === placement;
}

function keysOf(
  tables: readonly TableName[],
  placements: Placements,
  fits: (placement: ShardedPlacement) => boolean = () => true,
): readonly Concern[] {
  return unique(
    tables.flatMap((table) => {
      const placement = placements.get(table);
      return placement?.placement === 'sharded' && fits(placement) ? [{ table, column: placement.key }] : [];
    }),
  );
}

function unique(concerns: readonly Concern[]): readonly Concern[] {
  const byName = new Map(concerns.map((concern) => [concern.table, concern]));
  return [...byName.keys()].sort().flatMap((name) => byName.get(name) ?? []);
}
