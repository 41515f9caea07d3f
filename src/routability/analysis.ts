/** A query made ready for questions: where each constant flows, and which node is an instance's key under a placement. */

import type { Instance, NodeId, Query, ShardedPlacement, Source, TableName } from '../model/index.js';
import { type FlowIndex, indexFlows, type Reached, reach } from '../sql/index.js';
import { addKeys } from './added-keys.js';

/** A constant or list, and every node that it flows to. */
export interface SourceReach {
  readonly source: Source;
  readonly reached: Reached;
}

/** An instance of a sharded table with its placement. */
export interface Sharded {
  readonly instance: Instance;
  readonly placement: ShardedPlacement;
}

export interface Analysis {
  readonly query: Query;
  /** Instances whose rows can influence the result. */
  readonly live: readonly Instance[];
  /** What each single constant, and each list, flows to. */
  readonly constants: readonly SourceReach[];
  readonly lists: readonly SourceReach[];
  /** The node that holds an instance's key; undefined when the statement does not mention the column. */
  readonly keyNode: (instance: Instance, placement: ShardedPlacement) => NodeId | undefined;
  /** Where a value would flow that these keys had. */
  readonly reachFromKeys: (keys: readonly NodeId[]) => Reached;
  /** Tables that the statement writes or locks, live instances only. */
  readonly written: ReadonlySet<TableName>;
  /** Of these, the ones whose rows it changes. */
  readonly modified: ReadonlySet<TableName>;
}

/** `added`: placements with an added key that will be asked about. */
export function analyse(
  query: Query,
  added: Iterable<ShardedPlacement & { table: TableName }> = [],
): Analysis {
  const plain = indexFlows(query.flows);
  const extension = addKeys(query, plain, added);
  const index: FlowIndex =
    extension.flows.length === 0 ? plain : indexFlows([...query.flows, ...extension.flows]);
  const live = query.instances.filter((instance) => !instance.vacuous);
  const pins = query.sources.map((source): SourceReach => ({ source, reached: reach(index, [source.node]) }));
  const remembered = new Map<string, Reached>();
  return {
    query,
    live,
    constants: pins.filter(({ source }) => source.kind === 'one'),
    lists: pins.filter(({ source }) => source.kind === 'list'),
    keyNode: (instance, placement) => {
      const own = placement.addKey === undefined ? instance.columns.get(placement.key) : undefined;
      return own ?? extension.node(instance.id, placement);
    },
    reachFromKeys: (keys) => {
      const name = keys.join(' ');
      const known = remembered.get(name);
      if (known !== undefined) return known;
      const reached = reach(index, keys.flatMap(extension.starts));
      remembered.set(name, reached);
      return reached;
    },
    written: new Set(live.filter(({ access }) => access !== 'read').map(({ table }) => table)),
    modified: new Set(
      live.filter(({ access }) => access !== 'read' && access !== 'lock').map(({ table }) => table),
    ),
  };
}
