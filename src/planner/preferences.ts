/**
 * What decides between plans of the same cost, most important first: fewer added keys, fewer globals of unknown size, more
 * constraints that the database can still check, the plainer placement, fewer key domains. The last word is each table's
 * liking of its options: higher cardinality, in the primary key, a domain shared with others, the name.
 */

import type { Catalog, Placement, TableName, TableOptions } from '../model/index.js';
import { columnNamed, distinctOf, foreignKeysOf, isInPrimaryKey } from './columns.js';
import { isForeignKeyEnforceable, isUniqueEnforceable } from './enforceable.js';
import type { TieBreak, Wish } from './problem.js';
import { TINY_BYTES } from './settings.js';
import type { TrafficOfAll } from './traffic.js';

export function tieBreaksOf(
  catalog: Catalog,
  options: TableOptions,
  traffic: TrafficOfAll,
): readonly TieBreak[] {
  const sharedBy = countTablesByGroup(options);
  const copied = new Set(
    [...options.keys()].filter((table) =>
      isBetterCopied(catalog, traffic, table, options.get(table) ?? [], sharedBy),
    ),
  );
  const charging = (name: string, charge: (table: TableName, option: Placement) => number): TieBreak => ({
    name,
    charges: new Map(
      [...options].map(([table, list]) => [table, list.map((option) => charge(table, option))]),
    ),
    wishes: [],
  });
  return [
    charging('added keys', (_, option) =>
      Number(option.placement === 'sharded' && option.addKey !== undefined),
    ),
    charging('globals of unknown size', (table, option) =>
      Number(option.placement === 'global' && sizeOf(catalog, table) === undefined),
    ),
    {
      ...charging('constraints', (table, option) => brokenUniques(catalog, table, option)),
      wishes: foreignKeyWishes(catalog, options),
    },
    charging('kinds', (table, option) => kindRank(option, copied.has(table))),
    { name: 'key domains', charges: new Map(), wishes: fewerDomains(options) },
  ];
}

function sizeOf(catalog: Catalog, table: TableName): number | undefined {
  return catalog.tables.get(table)?.statistics?.totalBytes;
}

function brokenUniques(catalog: Catalog, table: TableName, option: Placement): number {
  const keys = catalog.tables.get(table)?.uniqueKeys ?? [];
  return keys.filter((key) => !isUniqueEnforceable(key, option)).length;
}

/** Sharded before global before unsharded; for a table that is better copied, global comes first. */
function kindRank(option: Placement, isBetterCopied: boolean): number {
  switch (option.placement) {
    case 'sharded':
      return isBetterCopied ? 1 : 0;
    case 'global':
      return isBetterCopied ? 0 : 1;
    case 'unsharded':
      return 2;
  }
}

/** A small table that is only read and has no key that other tables may be sharded by as well. */
function isBetterCopied(
  catalog: Catalog,
  traffic: TrafficOfAll,
  table: TableName,
  options: readonly Placement[],
  sharedBy: ReadonlyMap<string, number>,
): boolean {
  const size = sizeOf(catalog, table);
  const isOnlyRead = (traffic.tables.get(table)?.writeCalls ?? 0) === 0;
  const hasSharedKey = options.some(
    (option) => option.placement === 'sharded' && (sharedBy.get(option.group) ?? 0) > 1,
  );
  return size !== undefined && size <= TINY_BYTES && isOnlyRead && !hasSharedKey;
}

/** One wish a foreign key; an alternative for each option of the table that leaves it checkable with some of the target's. */
function foreignKeyWishes(catalog: Catalog, options: TableOptions): readonly Wish[] {
  return [...options].flatMap(([table, list]) =>
    foreignKeysOf(catalog, catalog.tables.get(table)).flatMap((key): Wish[] => {
      const targets = options.get(key.target);
      if (targets === undefined) return [];
      const alternatives = list.flatMap((own, position) => {
        const fitting = positionsWhere(targets, (target) => isForeignKeyEnforceable(table, key, own, target));
        if (table === key.target) return fitting.includes(position) ? [new Map([[table, [position]]])] : [];
        if (fitting.length === 0) return [];
        return [
          new Map([
            [table, [position]],
            [key.target, fitting],
          ]),
        ];
      });
      return [{ id: `${table} ${key.name} ${key.columns.join(' ')}`, alternatives }];
    }),
  );
}

function positionsWhere(list: readonly Placement[], is: (option: Placement) => boolean): readonly number[] {
  return list.flatMap((option, position) => (is(option) ? [position] : []));
}

/** For each domain the wish that no table is sharded by it. */
function fewerDomains(options: TableOptions): readonly Wish[] {
  const isIn = (group: string, option: Placement): boolean =>
    option.placement === 'sharded' && option.group === group;
  const groups = new Set(
    [...options.values()].flat().flatMap((option) => (option.placement === 'sharded' ? option.group : [])),
  );
  return [...groups].sort().map((group) => ({
    id: group,
    alternatives: [
      new Map(
        [...options]
          .filter(([, list]) => list.some((option) => isIn(group, option)))
          .map(([table, list]) => [table, positionsWhere(list, (option) => !isIn(group, option))]),
      ),
    ],
  }));
}

// ── liking ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Positions of each table's options, most liked first; no two are liked alike. */
export function likingOf(catalog: Catalog, options: TableOptions): ReadonlyMap<TableName, readonly number[]> {
  const sharedBy = countTablesByGroup(options);
  return new Map(
    [...options].map(([table, list]) => {
      const traits = list.map((option) => traitsOf(catalog, table, option, sharedBy));
      const positions = list.map((_, position) => position);
      return [table, positions.sort((a, b) => compareTraits(traits[a] ?? [], traits[b] ?? []) || a - b)];
    }),
  );
}

function countTablesByGroup(options: TableOptions): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const list of options.values()) {
    const groups = new Set(list.flatMap((option) => (option.placement === 'sharded' ? option.group : [])));
    for (const group of groups) counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return counts;
}

/** Smaller is liked better, the first trait counts most. */
function traitsOf(
  catalog: Catalog,
  name: TableName,
  option: Placement,
  sharedBy: ReadonlyMap<string, number>,
): readonly (number | string)[] {
  if (option.placement !== 'sharded') return [option.placement === 'global' ? 2 : 3];
  const table = catalog.tables.get(name);
  const isOwn = option.addKey === undefined && columnNamed(table, option.key) !== undefined;
  return [
    option.addKey === undefined ? 0 : 1,
    -((isOwn ? distinctOf(table, option.key) : undefined) ?? 0),
    isInPrimaryKey(table, option.key) ? 0 : 1,
    (sharedBy.get(option.group) ?? 0) > 1 ? 0 : 1,
    option.addKey?.path.length ?? 0,
    JSON.stringify([option.key, option.addKey?.path ?? []]),
  ];
}

function compareTraits(left: readonly (number | string)[], right: readonly (number | string)[]): number {
  for (const [at, trait] of left.entries()) {
    const other = right[at];
    if (other === undefined || trait === other) continue;
    return trait < other ? -1 : 1;
  }
  return 0;
}
