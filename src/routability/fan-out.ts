/** multi-shard and scatter: shards work alone, on a bounded list of keys or on all. */

import type { InstanceId, Verdict } from '../model/index.js';
import type { Reached } from '../sql/index.js';
import type { Analysis, Sharded, SourceReach } from './analysis.js';
import { driverSets, groupsMeet, mixes } from './scatter.js';
import { pinEvidence } from './single.js';

export interface Drive {
  readonly drivers: readonly Sharded[];
  readonly reached: Reached;
}

export function scatterVerdict(analysis: Analysis, sharded: readonly Sharded[]): Verdict | undefined {
  const drive = findDrive(analysis, sharded);
  if (drive === undefined) return undefined;
  const lists = listsOf(analysis, drive);
  const { tables } = analysis.query;
  const meet = groupsMeet(analysis.query, drive.reached) ? { groupsMeet: true } : {};
  if (lists === undefined)
    return { verdict: 'scatter', tables, ...meet, because: scatterReasons(drive), blocker: 'no-key' };
  const constants = lists.map(({ source }) => (source.kind === 'one' ? [source.constant] : source.constants));
  const known = constants.every((list) => list !== undefined) ? constants.flat() : undefined;
  const bound = boundOf(lists);
  return {
    verdict: 'multi-shard',
    tables,
    key: {
      group: drive.drivers[0]?.placement.group ?? '',
      param: lists.map(({ source }) => source.label).join(', '),
    },
    ...(known === undefined ? {} : { keyConstants: known }),
    ...meet,
    ...(bound === undefined ? {} : { fanOut: bound }),
    because: lists.flatMap((pin, index) => pinEvidence(analysis, pin, drive.drivers.slice(index, index + 1))),
    blocker: 'list-of-keys',
  };
}

/** How many shards at most when shards can work alone on listed keys. */
export function fanOut(analysis: Analysis, sharded: readonly Sharded[]): number | undefined {
  const drive = findDrive(analysis, sharded);
  const lists = drive === undefined ? undefined : listsOf(analysis, drive);
  return lists === undefined ? undefined : boundOf(lists);
}

/** The one with the fewest keys listed; the first one of those that ask every shard. */
function findDrive(analysis: Analysis, sharded: readonly Sharded[]): Drive | undefined {
  const byId = new Map<InstanceId, Sharded>(sharded.map((one) => [one.instance.id, one]));
  let best: { readonly drive: Drive; readonly keys: number } | undefined;
  for (const set of driverSets(analysis.query, (id) => byId.has(id))) {
    const drivers = set.flatMap((id) => byId.get(id) ?? []);
    const drive = driveOf(analysis, drivers, sharded);
    if (drive === undefined) continue;
    const keys = keysOf(analysis, drive);
    if (best === undefined || keys < best.keys) best = { drive, keys };
  }
  return best?.drive;
}

/** A list of unknown length is longer than all others, and no list longer still. */
function keysOf(analysis: Analysis, drive: Drive): number {
  const lists = listsOf(analysis, drive);
  if (lists === undefined) return Number.POSITIVE_INFINITY;
  return boundOf(lists) ?? Number.MAX_VALUE;
}

/** Do these drivers fix all other keys, and nothing on the way mixes? */
export function driveOf(
  analysis: Analysis,
  drivers: readonly Sharded[],
  sharded: readonly Sharded[],
): Drive | undefined {
  const keys = drivers.flatMap(({ instance, placement }) => analysis.keyNode(instance, placement) ?? []);
  const reached = analysis.reachFromKeys(keys);
  const driving = new Set(drivers.map(({ instance }) => instance.id));
  const covered = sharded.every(({ instance, placement }) => {
    const node = analysis.keyNode(instance, placement);
    return driving.has(instance.id) || (node !== undefined && reached.has(node));
  });
  if (!covered || mixes(analysis.query, [...driving], reached) !== undefined) return undefined;
  const drive = { drivers, reached };
  // Rows to insert come from nowhere: without known keys there is nothing to send to each shard.
  const inserts = drivers.some(({ instance }) => instance.access === 'insert');
  return inserts && listsOf(analysis, drive) === undefined ? undefined : drive;
}

/** The constant or list that each driver's key is in, the shortest one; undefined when one of them has none. */
export function listsOf(analysis: Analysis, drive: Drive): readonly SourceReach[] | undefined {
  const lists = drive.drivers.map(({ instance, placement }) => {
    const node = analysis.keyNode(instance, placement);
    const fitting =
      node === undefined
        ? []
        : [...analysis.constants, ...analysis.lists].filter(({ reached }) => reached.has(node));
    return [...fitting].sort((a, b) => lengthOf(a) - lengthOf(b))[0];
  });
  return lists.every((list) => list !== undefined) && lists.length > 0 ? lists : undefined;
}

function lengthOf({ source }: SourceReach): number {
  return source.kind === 'one' ? 1 : (source.length ?? Number.POSITIVE_INFINITY);
}

export function boundOf(lists: readonly SourceReach[]): number | undefined {
  const length = lists.reduce((sum, pin) => sum + lengthOf(pin), 0);
  return Number.isFinite(length) ? length : undefined;
}

function scatterReasons({ drivers }: Drive): readonly string[] {
  return drivers.map(({ instance, placement }) => `no constant for ${instance.label}.${placement.key}`);
}
