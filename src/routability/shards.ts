/**
 * Names the shards of a verdict: the key's constants, bound to parameter values where they are given, converted to the
 * key's type and hashed. Whatever does not convert exactly names no shard.
 */

import type { KeyConstant, Placements, Verdict } from '../model/index.js';
import { canonicalKeyValue, keyFamilyOf, type ShardMap, shardOf } from '../topology/index.js';

export function nameShards(
  verdict: Verdict,
  placements: Placements,
  typeOfKey: (table: string, column: string) => string | undefined,
  map: ShardMap,
  params: readonly unknown[] = [],
): readonly number[] | undefined {
  if (verdict.verdict !== 'single-shard' && verdict.verdict !== 'multi-shard') return undefined;
  const group = verdict.key?.group;
  if (verdict.keyConstants === undefined || group === undefined) return undefined;
  const type = keyTypeOf(verdict, placements, typeOfKey);
  const family = type === undefined ? undefined : keyFamilyOf(type);
  if (type === undefined || family === undefined) return undefined;
  const texts = verdict.keyConstants.map((constant) => literalText(constant, params));
  const values = texts.map((text) =>
    text === undefined ? undefined : canonicalKeyValue(family, type, text),
  );
  if (values.some((value) => value === undefined)) return undefined;
  const shards = values.flatMap((value) => (value === undefined ? [] : [shardOf(map, group, value)]));
  return [...new Set(shards)].sort((a, b) => a - b);
}

/** The key's type: all sharded tables of the statement must agree on its family. */
function keyTypeOf(
  verdict: Verdict,
  placements: Placements,
  typeOfKey: (table: string, column: string) => string | undefined,
): string | undefined {
  const types = verdict.tables.flatMap((table) => {
    const placement = placements.get(table);
    return placement?.placement === 'sharded' ? [placement.keyType ?? typeOfKey(table, placement.key)] : [];
  });
  const families = new Set(types.map((type) => (type === undefined ? undefined : keyFamilyOf(type))));
  if (families.size !== 1) return undefined;
  // The widest integer type reads every value of the narrower ones.
  return families.has('integer') ? 'bigint' : types[0];
}

function literalText(constant: KeyConstant, params: readonly unknown[]): string | undefined {
  if (constant.kind === 'literal') return constant.text;
  if (constant.kind === 'expression') return undefined;
  const value = params[constant.number - 1];
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value)))
    return value.toString();
  return undefined;
}
