/**
 * Names the shards of a verdict: the key's constants, bound to parameter values where they are given, converted to the
 * key's type and hashed. Whatever does not convert exactly names no shard.
 */

import type { KeyConstant, Placements, ShardMap, Verdict } from '../model/index.js';
import { canonicalKeyValue, type KeyValue, keyFamilyOf, shardOf } from '../topology/index.js';

export function nameShards(
  verdict: Verdict,
  placements: Placements,
  typeOfKey: TypeOfKey,
  map: ShardMap,
  params: readonly unknown[] = [],
): readonly number[] | undefined {
  if (verdict.verdict !== 'single-shard' && verdict.verdict !== 'multi-shard') return undefined;
  const keys = keyValues(verdict, placements, typeOfKey, params);
  if (keys === undefined) return undefined;
  const shards = keys.values.map((value) => shardOf(map, keys.group, value));
  return [...new Set(shards)].sort((a, b) => a - b);
}

export type TypeOfKey = (table: string, column: string) => string | undefined;

/** The values of the verdict's `keyConstants`; undefined when one of them is not known for certain. */
export function keyValues(
  verdict: Verdict,
  placements: Placements,
  typeOfKey: TypeOfKey,
  params: readonly unknown[],
): { readonly group: string; readonly values: readonly KeyValue[] } | undefined {
  const group = verdict.key?.group;
  if (verdict.keyConstants === undefined || group === undefined) return undefined;
  const type = keyTypeOf(verdict, placements, typeOfKey);
  const family = type === undefined ? undefined : keyFamilyOf(type);
  if (type === undefined || family === undefined) return undefined;
  const values = verdict.keyConstants.flatMap((constant) => {
    const text = literalText(constant, params);
    const value =
      text === undefined ? undefined : canonicalKeyValue(family, storedAs(constant) ?? type, text);
    return value === undefined ? [] : [value];
  });
  return values.length === verdict.keyConstants.length ? { group, values } : undefined;
}

function storedAs(constant: KeyConstant): string | undefined {
  return constant.kind === 'param' ? constant.type : undefined;
}

/** The key's type: all sharded tables of the statement must agree on its family. */
function keyTypeOf(verdict: Verdict, placements: Placements, typeOfKey: TypeOfKey): string | undefined {
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
  if (constant.kind === 'expression' || constant.kind === 'elements') return undefined;
  const value = params[constant.number - 1];
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value)))
    return value.toString();
  return undefined;
}
