/** cross-shard: rows of different shards must meet. Says which instance breaks away, and how. */

import type { Verdict } from '../model/index.js';
import type { Analysis, Sharded } from './analysis.js';
import { driverSets, mixes } from './scatter.js';
import { pinEvidence, pins } from './single.js';

export function crossShardVerdict(analysis: Analysis, sharded: readonly Sharded[]): Verdict {
  const { tables } = analysis.query;
  const best = [...analysis.constants].sort(
    (a, b) => countPinned(analysis, b, sharded) - countPinned(analysis, a, sharded),
  )[0];
  if (best !== undefined && countPinned(analysis, best, sharded) > 0) {
    const away = sharded.filter((one) => !pins(analysis, best, one));
    const held = sharded.filter((one) => pins(analysis, best, one));
    const because = [...pinEvidence(analysis, best, held), ...away.map((one) => notTied(one, held))];
    return {
      verdict: 'cross-shard',
      tables,
      because,
      blocker: away.some(isNullable(analysis)) ? 'nullable-side' : 'join-off-key',
    };
  }
  return { verdict: 'cross-shard', tables, ...withoutPin(analysis, sharded) };
}

function countPinned(
  analysis: Analysis,
  pin: Parameters<typeof pins>[1],
  sharded: readonly Sharded[],
): number {
  return sharded.filter((one) => pins(analysis, pin, one)).length;
}

/** A constant reaches it, but not the one that pins the others. */
function isNullable(analysis: Analysis): (one: Sharded) => boolean {
  return (one) => analysis.constants.some((pin) => pins(analysis, pin, one));
}

function notTied({ instance, placement }: Sharded, held: readonly Sharded[]): string {
  const own = `${instance.label}.${placement.key}`;
  const others = held.map((one) => `${one.instance.label}.${one.placement.key}`);
  return others.every((other) => other === own)
    ? `${instance.label} is used more than once, and nothing ties its ${placement.key} here to that there`
    : `nothing ties ${own} to ${others.join(', ')}`;
}

function withoutPin(analysis: Analysis, sharded: readonly Sharded[]): Pick<Verdict, 'because' | 'blocker'> {
  const sets = driverSets(analysis.query, (id) => sharded.some(({ instance }) => instance.id === id));
  if (sets.length === 0) return nothingDrives(analysis, sharded);
  for (const set of sets) {
    const drivers = sharded.filter(({ instance }) => set.includes(instance.id));
    const keys = drivers.flatMap(({ instance, placement }) => analysis.keyNode(instance, placement) ?? []);
    const reached = analysis.reachFromKeys(keys);
    const away = sharded.filter((one) => {
      const node = analysis.keyNode(one.instance, one.placement);
      return !drivers.includes(one) && (node === undefined || !reached.has(node));
    });
    if (away.length > 0)
      return { because: away.map((one) => notTied(one, drivers)), blocker: 'join-off-key' };
    const mixed = mixes(analysis.query, set, reached);
    if (mixed !== undefined) return { because: [mixedReason(mixed, drivers)], blocker: mixed };
  }
  return { because: ['the key of the rows to insert is not known'], blocker: 'key-not-constant' };
}

/** No sharded table stands on the preserved side of the outermost query. */
function nothingDrives(
  analysis: Analysis,
  sharded: readonly Sharded[],
): Pick<Verdict, 'because' | 'blocker'> {
  const keys = sharded.map(({ instance, placement }) => `${instance.label}.${placement.key}`).join(', ');
  if (analysis.live.length > sharded.length) {
    const because = [
      'rows of a global table are kept whatever the sharded tables hold: each shard would repeat them',
    ];
    return { because, blocker: 'global-preserved' };
  }
  return {
    because: [`the outermost rows do not come from a sharded table, and nothing fixes ${keys}`],
    blocker: 'no-key',
  };
}

function mixedReason(mixed: 'aggregate-above-shards' | 'limit-below', drivers: readonly Sharded[]): string {
  const keys = drivers.map(({ instance, placement }) => `${instance.label}.${placement.key}`).join(', ');
  return mixed === 'limit-below'
    ? `a LIMIT below the top counts rows of all shards; ${keys} is not fixed inside it`
    : `an aggregate, window or DISTINCT without ${keys} mixes rows of all shards`;
}
