/** What placements take of what global and unsharded tables may have, with the limits that plans are made under. */

import {
  byCodeUnit,
  type Catalog,
  type PlacedUse,
  type Placement,
  type Placements,
  type TableName,
} from '../model/index.js';
import { globalBudget } from './options.js';
import { GLOBAL_WRITE_SHARE, type PlannerSettings, type WeightedQuery } from './settings.js';
import { noTraffic, type Traffic, trafficOf } from './traffic.js';

export function placedLoad(
  catalog: Catalog,
  queries: readonly WeightedQuery[],
  placements: Placements,
  settings: PlannerSettings,
): PlacedUse {
  const { tables, totalLoad, totalWriteLoad } = trafficOf(queries);
  const traffic = (table: TableName): Traffic => tables.get(table) ?? noTraffic;
  const placed = (as: Placement['placement'], measure: (table: TableName) => number | undefined) =>
    [...placements]
      .flatMap(([table, { placement }]) => {
        const figure = placement === as ? measure(table) : undefined;
        return figure === undefined || figure === 0 ? [] : [{ table, figure }];
      })
      .sort((a, b) => b.figure - a.figure || byCodeUnit(a.table, b.table));
  const unsharded = (
    what: 'time' | 'writes',
    limit: number,
    whole: number,
    load: (of: Traffic) => number,
  ) => {
    const taking = placed('unsharded', (table) => load(traffic(table)));
    const sum = taking.reduce((all, { figure }) => all + figure, 0);
    return { what, limit, used: whole === 0 ? 0 : sum / whole, tables: taking.map(({ table }) => table) };
  };
  return {
    globalBytes: {
      limit: globalBudget(catalog, settings),
      tables: placed('global', (table) => catalog.tables.get(table)?.statistics?.totalBytes).map(
        ({ table, figure }) => ({ table, bytes: figure }),
      ),
    },
    globalWrites: {
      limit: GLOBAL_WRITE_SHARE,
      tables: placed('global', (table) => writeShare(traffic(table))).map(({ table, figure }) => ({
        table,
        share: figure,
      })),
    },
    unsharded: [
      unsharded('time', settings.budgets.unshardedTimeShare, totalLoad, ({ load }) => load),
      unsharded('writes', settings.budgets.unshardedWriteShare, totalWriteLoad, ({ writeLoad }) => writeLoad),
    ],
  };
}

function writeShare({ calls, writeCalls }: Traffic): number {
  return calls === 0 ? 0 : writeCalls / calls;
}
