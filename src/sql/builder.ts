/**
 * The workbench on which a Query is put together: nodes, flows, sources, instances and blocks, all numbered in the order
 * of the statement's text, so that equal statements give equal queries. Mutable while a statement is resolved, never seen
 * outside this room.
 */

import type {
  Access,
  Block,
  BlockId,
  Column,
  Flow,
  Instance,
  InstanceId,
  KeyConstant,
  NodeId,
  Source,
  Table,
  TableName,
  Write,
} from '../model/index.js';
import { type Family, familyOfColumn } from './families.js';

/** Identity of a leaf of some FROM (an instance, a derived table, a set operation): nodes belong to one. */
export type OwnerId = number;

export interface Node {
  readonly owner: OwnerId;
  readonly family: Family;
  /** As evidence prints it: `o.user_id`, `$1`, `?`. */
  readonly label: string;
  /** The base column behind it, when the node is a plain copy of one. */
  readonly origin?: { readonly instance: InstanceId; readonly column: string };
  /** An outer join below may have put NULL in its place. */
  readonly nullExtended?: boolean;
  /** What the schema says of that base column. */
  readonly column?: Column | undefined;
}

export interface OpenInstance {
  readonly id: InstanceId;
  readonly table: TableName;
  readonly label: string;
  readonly access: Access;
  readonly owner: OwnerId;
  readonly columns: Map<string, NodeId>;
  vacuous: boolean;
  readonly via: string | undefined;
}

/** A constant as flows see it; `identity` decides which constants are one and the same. */
export interface Constant {
  readonly identity: string;
  readonly constant: KeyConstant;
  readonly family: Family;
  readonly label: string;
}

export interface ConstantList {
  readonly identity: string;
  readonly constants?: readonly KeyConstant[];
  readonly length?: number;
  readonly label: string;
}

/** More instances than any honest statement has; beyond it a statement is called too complex. */
const instanceLimit = 400;

/** Thrown inside the room when a statement outgrows the limits; becomes an `unseen` reason. */
export class TooComplex extends Error {}

export interface Builder {
  readonly nodes: Node[];
  readonly flows: Flow[];
  readonly sources: Source[];
  readonly instances: OpenInstance[];
  readonly blocks: (Block | undefined)[];
  readonly writes: Write[];
  readonly unseen: Set<string>;
  /** Pairs of nodes that some predicate says are equal, for the join predicates of the graph. */
  readonly equalities: [NodeId, NodeId][];
  systemRelations: number;
  owners: number;
  readonly constantNodes: Map<string, NodeId>;
}

export function newBuilder(): Builder {
  return {
    nodes: [],
    flows: [],
    sources: [],
    instances: [],
    blocks: [],
    writes: [],
    unseen: new Set(),
    equalities: [],
    systemRelations: 0,
    owners: 0,
    constantNodes: new Map(),
  };
}

/** Belongs to no leaf: constants and hubs. */
export const noOwner: OwnerId = -1;

export function newOwner(builder: Builder): OwnerId {
  return builder.owners++;
}

export function newNode(builder: Builder, node: Node): NodeId {
  return builder.nodes.push(node) - 1;
}

export function nodeAt(builder: Builder, id: NodeId): Node {
  const node = builder.nodes[id];
  if (node === undefined) throw new Error(`no node ${id}`);
  return node;
}

export function addFlow(builder: Builder, from: readonly NodeId[], to: NodeId, because = ''): void {
  builder.flows.push({ from, to, because });
}

export function newInstance(
  builder: Builder,
  table: Table,
  label: string,
  access: Access,
  via?: string,
): OpenInstance {
  if (builder.instances.length >= instanceLimit)
    throw new TooComplex('it reads more tables than can be followed');
  const instance: OpenInstance = {
    id: builder.instances.length,
    table: table.name,
    label,
    access,
    owner: newOwner(builder),
    columns: new Map(),
    vacuous: false,
    via,
  };
  builder.instances.push(instance);
  return instance;
}

/** The node of an instance's column, made on first mention. */
export function columnNode(
  builder: Builder,
  instance: OpenInstance,
  name: string,
  column: Column | undefined,
): NodeId {
  const known = instance.columns.get(name);
  if (known !== undefined) return known;
  const node = newNode(builder, {
    owner: instance.owner,
    family: column === undefined ? 'unknown' : familyOfColumn(column),
    label: `${instance.label}.${name}`,
    origin: { instance: instance.id, column: name },
    column,
  });
  instance.columns.set(name, node);
  return node;
}

export function constantNode(builder: Builder, constant: Constant): NodeId {
  const known = builder.constantNodes.get(constant.identity);
  if (known !== undefined) return known;
  const node = newNode(builder, { owner: noOwner, family: constant.family, label: constant.label });
  builder.constantNodes.set(constant.identity, node);
  builder.sources.push({ kind: 'one', node, constant: constant.constant, label: constant.label });
  return node;
}

export function listNode(builder: Builder, list: ConstantList): NodeId {
  const identity = `list ${list.identity}`;
  const known = builder.constantNodes.get(identity);
  if (known !== undefined) return known;
  const node = newNode(builder, { owner: noOwner, family: 'unknown', label: list.label });
  builder.constantNodes.set(identity, node);
  builder.sources.push({
    kind: 'list',
    node,
    label: list.label,
    ...(list.constants === undefined ? {} : { constants: list.constants }),
    ...(list.length === undefined ? {} : { length: list.length }),
  });
  return node;
}

/** Numbers a block before its content is known, so that parents come before children. */
export function reserveBlock(builder: Builder): BlockId {
  return builder.blocks.push(undefined) - 1;
}

export function fillBlock(builder: Builder, block: Block): void {
  builder.blocks[block.id] = block;
}

/** A block that drives nothing and mixes nothing: what is not said of a block. */
export function emptyBlock(id: BlockId): Block {
  return {
    id,
    shape: 'other',
    all: false,
    arms: [],
    preserved: [],
    aggregates: 'none',
    having: false,
    windows: [],
    distinct: false,
    limited: false,
    outputs: [],
  };
}

export function frozenInstances(builder: Builder): readonly Instance[] {
  return builder.instances.map(({ id, table, label, access, columns, vacuous, via }) => {
    const instance = { id, table, label, access, columns, vacuous };
    return via === undefined ? instance : { ...instance, via };
  });
}
