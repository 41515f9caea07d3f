/**
 * Keys that a table does not have yet. By a foreign key (its columns NOT NULL, its target unique) `oi.order_id = o.id`
 * implies `oi.user_id = o.user_id` once order_items carries its order's user_id. So an added key is a virtual node of each
 * instance of the table, fed from the key of every instance of the target that it is joined to along the path.
 */

import type {
  AddKey,
  Flow,
  Instance,
  InstanceId,
  NodeId,
  Query,
  ShardedPlacement,
  TableName,
} from '../model/index.js';
import { type FlowIndex, reach } from '../sql/index.js';

interface PathStep {
  readonly column: string;
  readonly target: TableName;
  readonly targetColumn: string;
}

/** `order_id -> public.orders.id`; undefined when the text is not of that form. */
function parsePathStep(text: string): PathStep | undefined {
  const match = /^\s*(\S+)\s*->\s*(\S+)\.([^.\s]+)\s*$/.exec(text);
  const [, column, target, targetColumn] = match ?? [];
  if (column === undefined || target === undefined || targetColumn === undefined) return undefined;
  return { column, target, targetColumn };
}

/** The column that an added key's path starts from. */
export function pathColumn({ addKey }: ShardedPlacement): string | undefined {
  const first = addKey?.path[0];
  return first === undefined ? undefined : parsePathStep(first)?.column;
}

export interface AddedKeys {
  readonly flows: readonly Flow[];
  readonly nodeCount: number;
  /** The node of an instance's key under a placement, when it is a virtual one. */
  readonly node: (instance: InstanceId, placement: ShardedPlacement) => NodeId | undefined;
  /** Where a value enters when the instance's added key has it: the node, and the keys of its parents in the statement. */
  readonly starts: (node: NodeId) => readonly NodeId[];
}

export function addKeys(
  query: Query,
  index: FlowIndex,
  placements: Iterable<ShardedPlacement & { table: TableName }>,
): AddedKeys {
  const flows: Flow[] = [];
  const nodes = new Map<string, NodeId | undefined>();
  const parents = new Map<NodeId, NodeId[]>();
  let nodeCount = query.nodeCount;

  const remember = (name: string, node: NodeId | undefined): NodeId | undefined => {
    nodes.set(name, node);
    return node;
  };
  const keyNode = (instance: Instance, path: readonly string[], key: string): NodeId | undefined => {
    const [first, ...rest] = path;
    const name = identity(instance.id, path, key);
    if (nodes.has(name)) return nodes.get(name);
    // The path's end has the column, whether the statement mentions it or not.
    if (first === undefined) return remember(name, instance.columns.get(key) ?? nodeCount++);
    const step = parsePathStep(first);
    const node = remember(name, step === undefined ? undefined : nodeCount++);
    if (step !== undefined && node !== undefined) connect(instance, step, rest, key, node);
    return node;
  };
  const connect = (
    instance: Instance,
    step: PathStep,
    rest: readonly string[],
    key: string,
    node: NodeId,
  ): void => {
    const own = instance.columns.get(step.column);
    if (own === undefined) return;
    for (const parent of query.instances) {
      const referred = parent.table === step.target ? parent.columns.get(step.targetColumn) : undefined;
      const above = referred === undefined ? undefined : keyNode(parent, rest, key);
      if (referred === undefined || above === undefined) continue;
      const because = `${instance.label}.${step.column} = ${parent.label}.${step.targetColumn}, so both have one ${key}`;
      if (reach(index, [referred]).has(own)) flows.push({ from: [above], to: node, because });
      if (reach(index, [own]).has(referred)) parents.set(node, [...(parents.get(node) ?? []), above]);
    }
  };

  for (const placement of placements) {
    for (const instance of query.instances) {
      if (instance.table === placement.table && placement.addKey !== undefined) {
        keyNode(instance, placement.addKey.path, keyAtEnd(placement.key, placement.addKey));
      }
    }
  }
  return {
    flows,
    nodeCount,
    node: (instance, { key, addKey }) =>
      nodes.get(identity(instance, addKey?.path ?? [], keyAtEnd(key, addKey))),
    starts: (node) => [node, ...(parents.get(node) ?? [])],
  };
}

function identity(instance: InstanceId, path: readonly string[], key: string): string {
  return [instance, key, ...path].join(' | ');
}

/** The path ends at the table that has the key; its column there is the group's, or of the same name. */
function keyAtEnd(key: string, addKey: AddKey | undefined): string {
  return addKey?.targetKey ?? key;
}
