/**
 * What lies where under a plan: rows, bytes and load of each sharded table, and what is on all shards or on none. A statement
 * that is single-shard by a group's key goes where the key goes, in equal parts by the keys of the group's tables that it
 * touches; a read of global tables or a list of keys is spread; everything else that the shards do is done on every shard.
 */

import {
  byCodeUnit,
  type Catalog,
  type Placements,
  type StatementReport,
  type TableName,
} from '../model/index.js';
import { type KeyKnowledge, keyKnowledge } from './keys.js';

export interface WeighedTable {
  readonly name: TableName;
  readonly group: string;
  readonly keys: KeyKnowledge;
  /** Unknown without statistics. */
  readonly rows: number | undefined;
  readonly bytes: number | undefined;
  readonly load: number;
}

export interface Weighed {
  /** Sharded ones, in name order. */
  readonly tables: readonly WeighedTable[];
  /** Rows and bytes of global tables. */
  readonly copied: { readonly rows: number; readonly bytes: number };
  readonly spreadLoad: number;
  /** On each shard. */
  readonly everyShardLoad: number;
  readonly unshardedLoad: number;
  readonly unplacedLoad: number;
}

export function weigh(
  catalog: Catalog,
  placements: Placements,
  statements: readonly StatementReport[],
  listLength: number,
): Weighed {
  const loads = loadsOf(placements, statements, listLength);
  const named = [...placements].sort(([a], [b]) => byCodeUnit(a, b));
  const statisticsOf = (name: TableName) => catalog.tables.get(name)?.statistics;
  const copies = named.filter(([, { placement }]) => placement === 'global');
  return {
    tables: named.flatMap(([name, placement]) =>
      placement.placement !== 'sharded'
        ? []
        : [
            {
              name,
              group: placement.group,
              keys: keyKnowledge(catalog, placements, name, placement),
              rows: statisticsOf(name)?.rowCount,
              bytes: statisticsOf(name)?.totalBytes,
              load: loads.byTable.get(name) ?? 0,
            },
          ],
    ),
    copied: {
      rows: copies.reduce((sum, [name]) => sum + (statisticsOf(name)?.rowCount ?? 0), 0),
      bytes: copies.reduce((sum, [name]) => sum + (statisticsOf(name)?.totalBytes ?? 0), 0),
    },
    spreadLoad: loads.spread,
    everyShardLoad: loads.everyShard,
    unshardedLoad: loads.unsharded,
    unplacedLoad: loads.unplaced,
  };
}

interface Loads {
  readonly byTable: Map<TableName, number>;
  spread: number;
  everyShard: number;
  unsharded: number;
  unplaced: number;
}

function loadsOf(placements: Placements, statements: readonly StatementReport[], listLength: number): Loads {
  const loads: Loads = { byTable: new Map(), spread: 0, everyShard: 0, unsharded: 0, unplaced: 0 };
  for (const statement of [...statements].sort((a, b) => byCodeUnit(a.id, b.id))) {
    addStatement(loads, placements, statement, listLength);
  }
  return loads;
}

function addStatement(
  loads: Loads,
  placements: Placements,
  { verdict, weight }: StatementReport,
  listLength: number,
): void {
  switch (verdict.verdict) {
    case 'single-shard': {
      const tables = verdict.tables.filter((table) => {
        const placement = placements.get(table);
        return placement?.placement === 'sharded' && placement.group === verdict.key?.group;
      });
      for (const table of tables) {
        loads.byTable.set(table, (loads.byTable.get(table) ?? 0) + weight / tables.length);
      }
      if (tables.length === 0) loads.spread += weight;
      return;
    }
    case 'global-read':
      loads.spread += weight;
      return;
    case 'multi-shard':
      loads.spread += weight * (verdict.fanOut ?? listLength);
      return;
    case 'conditional':
    case 'scatter':
    case 'global-write':
    case 'cross-shard':
      loads.everyShard += weight;
      return;
    case 'cross-database':
      loads.everyShard += weight;
      loads.unsharded += weight;
      return;
    case 'unsharded':
      loads.unsharded += weight;
      return;
    case 'unroutable':
    case 'unknown':
      loads.unplaced += weight;
      return;
    case 'tableless':
      return;
  }
}
