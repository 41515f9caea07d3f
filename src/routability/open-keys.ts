/** Which keys of a statement a constant does not reach yet, for those who look for what to write to make it reach them. */

import type { Placement, Placements, Query, TableName } from '../model/index.js';
import { analyse, type Sharded } from './analysis.js';
import { pins } from './single.js';

export interface OpenKeys {
  /** The number of the parameter that reaches the most keys; undefined when none does. */
  readonly parameter?: number;
  /** Instances whose key it reaches. */
  readonly held: readonly Sharded[];
  readonly open: readonly Sharded[];
  /** Columns of the open instances, by their place in `open`, that are equal to a single constant. */
  readonly given: readonly (readonly string[])[];
}

/** Keys are existing columns here: what an added key's path would imply is not taken for said. */
export function openKeys(query: Query, placements: Placements): OpenKeys {
  const analysis = analyse(query);
  const sharded = analysis.live.flatMap((instance): readonly Sharded[] => {
    const placement = placements.get(instance.table);
    return placement?.placement === 'sharded' ? [{ instance, placement }] : [];
  });
  let best: Pick<OpenKeys, 'parameter' | 'held'> = { held: [] };
  for (const pin of analysis.constants) {
    if (pin.source.kind !== 'one' || pin.source.constant.kind !== 'param') continue;
    const held = sharded.filter((one) => pins(analysis, pin, one));
    if (held.length > best.held.length) best = { parameter: pin.source.constant.number, held };
  }
  const open = sharded.filter((one) => !best.held.includes(one));
  const given = open.map(({ instance }) =>
    [...instance.columns].flatMap(([column, node]) =>
      analysis.constants.some(({ reached }) => reached.has(node)) ? [column] : [],
    ),
  );
  return { ...best, open, given };
}

/** The plan once its new key columns are there. */
export function withColumnsAdded(placements: Placements): Placements {
  return new Map(
    [...placements].map(([table, placement]): [TableName, Placement] => {
      if (placement.placement !== 'sharded') return [table, placement];
      const { addKey: _path, ...key } = placement;
      return [table, key];
    }),
  );
}
