/** Sharded tables by their key domain. */

import {
  type AnalysisResult,
  byCodeUnit,
  type ShardedPlacement,
  type TableReport,
} from '../../model/index.js';

/** Tables whose rows with equal keys share a shard. */
export interface KeyGroup {
  readonly group: string;
  /** Busiest first. */
  readonly tables: readonly ShardedTable[];
}

export type ShardedTable = TableReport & { readonly placement: ShardedPlacement };

/** Heaviest load first, then in the order of names. */
export function groupsOf({ tables, load }: AnalysisResult): readonly KeyGroup[] {
  const byGroup = new Map<string, ShardedTable[]>();
  for (const table of tables) {
    if (!isSharded(table)) continue;
    const { group } = table.placement;
    byGroup.set(group, [...(byGroup.get(group) ?? []), table]);
  }
  const rank = new Map(load.groups.map(({ group }, at) => [group, at]));
  const last = load.groups.length;
  return [...byGroup]
    .map(([group, members]) => ({
      group,
      tables: [...members].sort((a, b) => b.calls - a.calls || byCodeUnit(a.name, b.name)),
    }))
    .sort(
      (a, b) => (rank.get(a.group) ?? last) - (rank.get(b.group) ?? last) || byCodeUnit(a.group, b.group),
    );
}

function isSharded(table: TableReport): table is ShardedTable {
  return table.placement.placement === 'sharded';
}
