/**
 * One execution with its values → which shards it reached. Equal key values are one shard under any map; that two values
 * lie together is what this map says, and told apart.
 */

import type { KeyConstant, Placements, ShardMap, Verdict } from '../../model/index.js';
import { keyValues, type TypeOfKey } from '../../routability/index.js';
import { keyText, shardOf } from '../../topology/index.js';
import type { Execution } from './logged-statements.js';

export interface ReachedKey {
  readonly group: string;
  readonly key: string;
  readonly shard: number;
}

export type Reach =
  | { readonly kind: 'nothing' | 'anyShard' | 'unsharded' | 'several' | 'unknown' }
  /** One key, by the statement's own proof, but the log lacks its value. */
  | { readonly kind: 'unnamedKey' }
  /** Each key once. */
  | { readonly kind: 'keys'; readonly keys: readonly ReachedKey[] };

export interface ReachSettings {
  readonly placements: Placements;
  readonly typeOfKey: TypeOfKey;
  readonly map: ShardMap;
}

export function reachOf({ statement, values }: Execution, settings: ReachSettings): Reach {
  const { verdict } = statement;
  switch (verdict?.verdict) {
    case undefined:
    case 'tableless':
      return { kind: 'nothing' };
    case 'global-read':
      return { kind: 'anyShard' };
    case 'unsharded':
      return { kind: 'unsharded' };
    case 'unknown':
      return { kind: 'unknown' };
    case 'single-shard':
      return reachedKeys(verdict, values, settings) ?? { kind: 'unnamedKey' };
    case 'multi-shard':
      // An array of keys, or one without its value, may hold any number.
      return reachedKeys(verdict, values, settings) ?? { kind: 'unknown' };
    case 'conditional':
      return conditionalReach(verdict, values, settings);
    case 'scatter':
    case 'global-write':
    case 'cross-shard':
    case 'cross-database':
    case 'unroutable':
      return { kind: 'several' };
  }
}

/** The promise is kept when all its values are equal; otherwise what the statement needs is several shards. */
function conditionalReach(verdict: Verdict, values: Execution['values'], settings: ReachSettings): Reach {
  if (verdict.blocker !== 'two-parameters') return { kind: 'several' };
  const parameters = [...new Set((verdict.pairs ?? []).flat())];
  const reach = reachedKeys({ ...verdict, keyConstants: parameters.map(parameter) }, values, settings);
  if (reach === undefined) return { kind: 'unknown' };
  return reach.keys.length === 1 ? reach : { kind: 'several' };
}

function parameter(label: string): KeyConstant {
  return { kind: 'param', number: Number(label.slice(1)) };
}

function reachedKeys(
  verdict: Verdict,
  values: Execution['values'],
  { placements, typeOfKey, map }: ReachSettings,
): (Reach & { readonly kind: 'keys' }) | undefined {
  const named = keyValues(verdict, placements, typeOfKey, values);
  if (named === undefined || named.values.length === 0) return undefined;
  const { group } = named;
  const keys = new Map(
    named.values.map((value) => {
      const key = keyText(value);
      return [key, { group, key, shard: shardOf(map, group, value) }] as const;
    }),
  );
  return { kind: 'keys', keys: [...keys.values()] };
}

export interface PairOutcome {
  readonly pair: string;
  readonly outcome: 'equal' | 'different' | 'unknown';
}

/** For each pair of a conditional statement, whether this execution had equal values. */
export function pairOutcomes(
  { statement, values }: Execution,
  settings: ReachSettings,
): readonly PairOutcome[] {
  const { verdict } = statement;
  if (verdict?.verdict !== 'conditional') return [];
  return (verdict.pairs ?? []).map(([left, right]) => {
    const constants = [parameter(left), parameter(right)];
    const reach = reachedKeys({ ...verdict, keyConstants: constants }, values, settings);
    const outcome = reach === undefined ? 'unknown' : reach.keys.length === 1 ? 'equal' : 'different';
    return { pair: `${left} = ${right}`, outcome };
  });
}
