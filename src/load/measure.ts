/**
 * A measure (rows, bytes or load) laid on the shards of a run. Parts go where the keys of their group go; what is even is
 * spread, what is everywhere lies on every shard whole.
 */

import type { KeySpread } from './keys.js';
import type { Run, SimulatedRuns } from './runs.js';

export interface Part {
  /** The group's number: groups draw from other runs, since keys of two groups have nothing to do with each other. */
  readonly group: number;
  readonly spread: KeySpread;
  readonly weight: number;
}

export interface Measure {
  readonly parts: readonly Part[];
  readonly even: number;
  readonly everywhere: number;
}

/** A common key of a group, by its place in the order of frequencies from 0. */
export interface CommonKey {
  readonly group: number;
  readonly rank: number;
}

export function totalOf({ parts, even, everywhere }: Measure, shards: number): number {
  return parts.reduce((sum, { weight }) => sum + weight, 0) + even + everywhere * shards;
}

/** How much lies on each shard. */
export function layOut(measure: Measure, { shards, hashedKeys, runs }: SimulatedRuns, run: number): number[] {
  const loads = Array.from({ length: shards }, () => measure.even / shards + measure.everywhere);
  for (const part of measure.parts) addPart(loads, part, runOf(runs, run, part.group), hashedKeys);
  return loads;
}

function addPart(loads: number[], { spread, weight }: Part, run: Run, hashedKeys: number): void {
  const { frequencies, nullShare, tailShare, tailKeys } = spread;
  add(loads, 0, weight * nullShare);
  for (const [rank, frequency] of frequencies.entries()) add(loads, run.shardOfKey(rank), weight * frequency);
  if (tailShare === 0) return;
  const first = frequencies.length;
  const counted = Math.min(tailKeys, hashedKeys - first);
  const [before, after] = [run.countsOfFirst(first), run.countsOfFirst(first + counted)];
  const even = 1 / loads.length;
  // What n keys deviate from even shrinks with the root of n: so the hashed ones stand for all.
  const shrunk = Math.sqrt(counted / tailKeys);
  const tail = weight * tailShare;
  for (let shard = 0; shard < loads.length; shard++) {
    const share = ((after[shard] ?? 0) - (before[shard] ?? 0)) / counted;
    loads[shard] = (loads[shard] ?? 0) + tail * (even + (share - even) * shrunk);
  }
}

function add(loads: number[], shard: number, weight: number): void {
  loads[shard] = (loads[shard] ?? 0) + weight;
}

function runOf(runs: readonly Run[], run: number, group: number): Run {
  const found = runs[(run + group * GROUP_STRIDE) % runs.length];
  if (found === undefined) throw new RangeError('no run was simulated');
  return found;
}

/** Prime to the number of runs, so that neighbouring groups never share one. */
const GROUP_STRIDE = 7;

export function weightOfKey({ parts }: Measure, key: CommonKey): number {
  return parts.reduce(
    (sum, part) =>
      part.group === key.group ? sum + part.weight * (part.spread.frequencies[key.rank] ?? 0) : sum,
    0,
  );
}

// ── what can be done for whales ──────────────────────────────────────────────────────────────────────────────────────

export interface MovableKey extends CommonKey {
  readonly weight: number;
}

/**
 * Each whale, the heaviest first, goes to the shard that holds least without it. A step never raises the hottest shard: at
 * worst the whale goes back to where it was.
 */
export function pinned(
  loads: readonly number[],
  whales: readonly MovableKey[],
  simulated: SimulatedRuns,
  run: number,
): number[] {
  const moved = [...loads];
  for (const whale of whales) {
    add(moved, homeOf(whale, simulated, run), -whale.weight);
    add(moved, moved.indexOf(Math.min(...moved)), whale.weight);
  }
  return moved;
}

/** The whale leaves for one more shard, on which lies besides only what lies on every shard. */
export function withOwnShard(
  loads: readonly number[],
  whale: MovableKey,
  everywhere: number,
  simulated: SimulatedRuns,
  run: number,
): number[] {
  const moved = [...loads];
  add(moved, homeOf(whale, simulated, run), -whale.weight);
  return [...moved, whale.weight + everywhere];
}

function homeOf({ group, rank }: CommonKey, { runs }: SimulatedRuns, run: number): number {
  return runOf(runs, run, group).shardOfKey(rank);
}
