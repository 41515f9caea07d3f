/** Where a key that somebody asks about lives: the group it belongs to, its value by that group's type, its place in a map. */

import { type KeyLocation, namesAmong, type Placements, type ShardMap, UserError } from '../model/index.js';
import { canonicalKeyValue, keyFamilyOf, locate } from '../topology/index.js';

/**
 * `asked`: `GROUP=VALUE`, the group as reports print it or in full, or the value alone where the plan has one group.
 * @throws UserError bad-option: no such group, a group whose type is not known, no value of that type
 */
export function locateKey(placements: Placements, map: ShardMap, asked: string): KeyLocation {
  const types = typesOfGroups(placements);
  const { group, text } = groupAndValue(asked, [...types.keys()]);
  const type = widestOf(types.get(group) ?? new Set());
  if (type === undefined) {
    throw new UserError(
      'bad-option',
      `the plan does not say of which type the keys of ${group} are`,
      'Write "keyType" for its tables; "shardwright analyze" with a schema does.',
    );
  }
  const family = keyFamilyOf(type);
  const value = family === undefined ? undefined : canonicalKeyValue(family, type, text);
  if (value === undefined) {
    throw new UserError(
      'bad-option',
      `what --key gives is no ${type}, the type of the keys of ${group}`,
      'Write it as PostgreSQL prints it.',
    );
  }
  return locate(map, group, value);
}

function typesOfGroups(placements: Placements): ReadonlyMap<string, Set<string>> {
  const types = new Map<string, Set<string>>();
  for (const placement of placements.values()) {
    if (placement.placement !== 'sharded') continue;
    const known = types.get(placement.group) ?? new Set();
    if (placement.keyType !== undefined) known.add(placement.keyType);
    types.set(placement.group, known);
  }
  return types;
}

/** The widest integer type reads every value of the narrower ones; else all have to be of one family. */
function widestOf(types: ReadonlySet<string>): string | undefined {
  const families = new Set([...types].map((type) => keyFamilyOf(type)));
  if (families.size !== 1) return undefined;
  if (families.has('integer')) return 'bigint';
  return families.has('text') ? 'text' : [...types][0];
}

function groupAndValue(
  asked: string,
  groups: readonly string[],
): { readonly group: string; readonly text: string } {
  const short = namesAmong(groups);
  const named = groups
    .flatMap((group) => [group, short(group)].map((name) => ({ group, start: `${name}=` })))
    .filter(({ start }) => asked.startsWith(start))
    .sort((a, b) => b.start.length - a.start.length)[0];
  if (named !== undefined) return { group: named.group, text: asked.slice(named.start.length) };
  const [only] = groups;
  if (only !== undefined && groups.length === 1) return { group: only, text: asked };
  throw new UserError(
    'bad-option',
    only === undefined ? 'the plan shards no table' : '--key has to say of which group it is',
    only === undefined
      ? 'There is no key to look for.'
      : `Write --key GROUP=VALUE; the groups are: ${[...groups].sort().join(', ')}.`,
  );
}
