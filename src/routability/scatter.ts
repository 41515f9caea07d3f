/**
 * Can each shard work alone? A statement scatters when some sharded instances *drive* it: one on the preserved side of
 * every FROM on the way to the top (one in each arm of a set operation), such that fixing their keys to a value fixes the
 * keys of all other sharded instances to the same value. Every result row then comes from one shard, and from that alone,
 * unless grouping, a window, DISTINCT or a limit on the way mixes rows of several values.
 */

import type { Block, BlockId, InstanceId, Query, RowsTogether } from '../model/index.js';
import type { Reached } from '../sql/index.js';

/** Beyond these a statement is not scattered: it would take longer to reason about than it is worth. */
const mostDriverSets = 64;
const mostDrivers = 8;

/** The sets of instances that could drive the statement, if `mayDrive` lets them. */
export function driverSets(
  query: Query,
  mayDrive: (instance: InstanceId) => boolean,
): readonly (readonly InstanceId[])[] {
  const all = driversOf(query, query.top, () => true);
  if (all.length > mostDriverSets || all.some((set) => set.length > mostDrivers)) return [];
  return driversOf(query, query.top, mayDrive);
}

function driversOf(
  query: Query,
  id: BlockId,
  mayDrive: (instance: InstanceId) => boolean,
): readonly (readonly InstanceId[])[] {
  const block = blockOf(query, id);
  switch (block.shape) {
    case 'core':
      return block.preserved.flatMap((leaf) => {
        if ('block' in leaf) return driversOf(query, leaf.block, mayDrive);
        return mayDrive(leaf.instance) ? [[leaf.instance]] : [];
      });
    case 'union':
    case 'intersect':
    case 'except':
      return block.arms.map((arm) => driversOf(query, arm, mayDrive)).reduce(combinations, [[]]);
    case 'other':
      return [];
  }
}

function combinations(
  left: readonly (readonly InstanceId[])[],
  right: readonly (readonly InstanceId[])[],
): readonly (readonly InstanceId[])[] {
  if (left.length * right.length > mostDriverSets * 4) return left.slice(0, mostDriverSets + 1);
  return left.flatMap((first) => right.map((second) => [...first, ...second]));
}

function blockOf(query: Query, id: BlockId): Block {
  const block = query.blocks[id];
  if (block === undefined) throw new Error(`no block ${id}`);
  return block;
}

/** Why shards cannot work alone, or undefined when they can. `reached`: what the drivers' keys flow to. */
export function mixes(
  query: Query,
  drivers: readonly InstanceId[],
  reached: Reached,
): 'aggregate-above-shards' | 'limit-below' | undefined {
  return mixesIn(query, query.top, new Set(drivers), reached, true);
}

function mixesIn(
  query: Query,
  id: BlockId,
  drivers: ReadonlySet<InstanceId>,
  reached: Reached,
  top: boolean,
): 'aggregate-above-shards' | 'limit-below' | undefined {
  const block = blockOf(query, id);
  if (!top && block.limited) return 'limit-below';
  if (block.shape !== 'core') return armsMix(query, block, drivers, reached, top);
  if (!keepsValuesApart(query, block, reached, top)) return 'aggregate-above-shards';
  const inside = block.preserved.find((leaf) => 'block' in leaf && holds(query, leaf.block, drivers));
  return inside !== undefined && 'block' in inside
    ? mixesIn(query, inside.block, drivers, reached, false)
    : undefined;
}

function armsMix(
  query: Query,
  block: Block,
  drivers: ReadonlySet<InstanceId>,
  reached: Reached,
  top: boolean,
) {
  const comparesRows = block.shape !== 'union' || (!block.all && !top);
  if (comparesRows && !mentions(block.outputs, reached)) return 'aggregate-above-shards';
  for (const arm of block.arms) {
    const mixed = holds(query, arm, drivers) ? mixesIn(query, arm, drivers, reached, false) : undefined;
    if (mixed !== undefined) return mixed;
  }
  return undefined;
}

/** Do groups of the outermost query have rows on several shards, so that they have to be put together afterwards? */
export function groupsMeet(query: Query, reached: Reached): boolean {
  const block = blockOf(query, query.top);
  return block.shape === 'core' && isGrouped(block) && !keepsGroups(query, block, reached);
}

function isGrouped({ groupingSets, aggregates, having }: Block): boolean {
  return groupingSets !== undefined || aggregates !== 'none' || having;
}

function keepsGroups(query: Query, { groupingSets = [] }: Block, reached: Reached): boolean {
  return groupingSets.length > 0 && groupingSets.every((rows) => keepsKey(query, rows, reached));
}

/** Grouping, windows and DISTINCT keep rows of one key value together, or, at the top, can be merged afterwards. */
function keepsValuesApart(query: Query, block: Block, reached: Reached, top: boolean): boolean {
  const together = (rows: RowsTogether) => keepsKey(query, rows, reached);
  if (!block.windows.every(together)) return false;
  if (block.distinctOn !== undefined && !together(block.distinctOn)) return false;
  if (block.distinct && !top && !mentions(block.outputs, reached)) return false;
  if (!isGrouped(block) || keepsGroups(query, block, reached)) return true;
  const sets = block.groupingSets?.length ?? 0;
  return top && block.aggregates !== 'other' && !block.having && block.windows.length === 0 && sets <= 1;
}

/** Rows that stay together have one value of the drivers' key: it is among the columns, or in a row that they fix. */
function keepsKey(query: Query, { columns, wholeRows }: RowsTogether, reached: Reached): boolean {
  if (mentions(columns, reached)) return true;
  return wholeRows.some((id) => mentions([...(query.instances[id]?.columns.values() ?? [])], reached));
}

function mentions(nodes: readonly (number | undefined)[], reached: Reached): boolean {
  return nodes.some((node) => node !== undefined && reached.has(node));
}

/** Is one of the drivers somewhere in this block's FROM? */
function holds(query: Query, id: BlockId, drivers: ReadonlySet<InstanceId>): boolean {
  const block = blockOf(query, id);
  return (
    block.arms.some((arm) => holds(query, arm, drivers)) ||
    block.preserved.some((leaf) =>
      'block' in leaf ? holds(query, leaf.block, drivers) : drivers.has(leaf.instance),
    )
  );
}
