/**
 * Facts: equalities that hold for every row a condition lets through, and the flows they become.
 *
 * A fact holds where its condition is true. Who may *learn* from it depends on where the condition stands: in WHERE every
 * relation, in an outer join's ON only the nullable side. So flows lead from all members of an equality class to a hub,
 * and from the hub to those members alone whose owner receives.
 */

import type { NodeId } from '../model/index.js';
import { addFlow, type Builder, newNode, nodeAt, noOwner, type OwnerId } from './builder.js';
import { sameFamily } from './families.js';

export type Fact =
  | { readonly kind: 'equal'; readonly left: NodeId; readonly right: NodeId; readonly because: string }
  /** The node has one of the list's values. */
  | { readonly kind: 'member'; readonly node: NodeId; readonly list: NodeId; readonly because: string };

function isConstantNode(builder: Builder, node: NodeId): boolean {
  return nodeAt(builder, node).owner === noOwner;
}

/** An equality fact, when the two may carry a key value to each other. */
export function equalFact(builder: Builder, left: NodeId, right: NodeId): Fact | undefined {
  if (left === right) return undefined;
  const a = nodeAt(builder, left);
  const b = nodeAt(builder, right);
  if (!sameFamily(a.family, b.family)) return undefined;
  if (a.owner === noOwner && b.owner === noOwner) return undefined;
  const [first, second] = a.owner === noOwner ? [b, a] : [a, b];
  return { kind: 'equal', left, right, because: `${first.label} = ${second.label}` };
}

export function memberFact(builder: Builder, node: NodeId, list: NodeId): Fact | undefined {
  if (nodeAt(builder, node).family === 'other' || isConstantNode(builder, node)) return undefined;
  return {
    kind: 'member',
    node,
    list,
    because: `${nodeAt(builder, node).label} in ${nodeAt(builder, list).label}`,
  };
}

/** Turns facts into flows towards the nodes of `receivers`. */
export function applyFacts(builder: Builder, facts: readonly Fact[], receivers: ReadonlySet<OwnerId>): void {
  const receives = (node: NodeId) => receivers.has(nodeAt(builder, node).owner);
  for (const members of equalityClasses(facts)) {
    if (!members.some(receives)) continue;
    const hub = newNode(builder, { owner: noOwner, family: 'unknown', label: '' });
    for (const node of members) addFlow(builder, [node], hub);
    for (const node of members) if (receives(node)) addFlow(builder, [hub], node, mentionOf(facts, node));
  }
  for (const fact of facts) {
    if (fact.kind === 'member' && receives(fact.node)) addFlow(builder, [fact.list], fact.node, fact.because);
    if (fact.kind === 'equal') builder.equalities.push([fact.left, fact.right]);
  }
}

/** The first fact that names the node: what a reader of the evidence would look for in the text. */
function mentionOf(facts: readonly Fact[], node: NodeId): string {
  const mention = facts.find((fact) => fact.kind === 'equal' && (fact.left === node || fact.right === node));
  return mention?.because ?? '';
}

/** The classes of two and more nodes that equality facts make, members in order of first mention. */
function equalityClasses(facts: readonly Fact[]): readonly (readonly NodeId[])[] {
  const parent = new Map<NodeId, NodeId>();
  const rootOf = (node: NodeId): NodeId => {
    const up = parent.get(node);
    if (up === undefined || up === node) return node;
    const root = rootOf(up);
    parent.set(node, root);
    return root;
  };
  for (const fact of facts) {
    if (fact.kind !== 'equal') continue;
    for (const node of [fact.left, fact.right]) if (!parent.has(node)) parent.set(node, node);
    parent.set(rootOf(fact.right), rootOf(fact.left));
  }
  const classes = new Map<NodeId, NodeId[]>();
  for (const node of parent.keys()) {
    const root = rootOf(node);
    const members = classes.get(root);
    if (members === undefined) classes.set(root, [node]);
    else members.push(node);
  }
  return [...classes.values()];
}

/**
 * What every branch of an OR proves, each branch taken by itself: columns that are equal in all of them, and for columns
 * that have constants in all of them one constant, if it is the same, or the list of them.
 */
export function factsOfEveryBranch(
  builder: Builder,
  branches: readonly (readonly Fact[])[],
  listOf: (sources: readonly NodeId[]) => NodeId,
): readonly Fact[] {
  const first = branches[0];
  if (first === undefined) return [];
  const views = branches.map((facts) => branchView(builder, facts));
  const shared = [...(views[0]?.classOf.keys() ?? [])].filter((node) =>
    views.every((view) => view.classOf.has(node)),
  );
  return [...equalInAll(builder, shared, views), ...constantsInAll(builder, shared, views, listOf)];
}

interface BranchView {
  /** Class number of each column that the branch says something about. */
  readonly classOf: ReadonlyMap<NodeId, number>;
  /** Constants of each class. */
  readonly constants: ReadonlyMap<number, ReadonlySet<NodeId>>;
  /** Lists and constants that a column may take its value from. */
  readonly sources: ReadonlyMap<number, ReadonlySet<NodeId>>;
}

function branchView(builder: Builder, facts: readonly Fact[]): BranchView {
  const classOf = new Map<NodeId, number>();
  const constants = new Map<number, Set<NodeId>>();
  const sources = new Map<number, Set<NodeId>>();
  const add = (map: Map<number, Set<NodeId>>, key: number, node: NodeId) => {
    const set = map.get(key);
    if (set === undefined) map.set(key, new Set([node]));
    else set.add(node);
  };
  let classes = 0;
  for (const members of equalityClasses(facts)) {
    const number = classes++;
    for (const node of members) {
      if (isConstantNode(builder, node)) {
        add(constants, number, node);
        add(sources, number, node);
      } else classOf.set(node, number);
    }
  }
  for (const fact of facts) {
    if (fact.kind !== 'member') continue;
    let number = classOf.get(fact.node);
    if (number === undefined) {
      number = classes++;
      classOf.set(fact.node, number);
    }
    add(sources, number, fact.list);
  }
  return { classOf, constants, sources };
}

function equalInAll(builder: Builder, shared: readonly NodeId[], views: readonly BranchView[]): Fact[] {
  const firstOf = new Map<string, NodeId>();
  const facts: Fact[] = [];
  for (const node of shared) {
    const signature = views.map((view) => view.classOf.get(node)).join(' ');
    const leader = firstOf.get(signature);
    if (leader === undefined) firstOf.set(signature, node);
    else facts.push(...optional(equalFact(builder, leader, node)));
  }
  return facts;
}

function constantsInAll(
  builder: Builder,
  shared: readonly NodeId[],
  views: readonly BranchView[],
  listOf: (sources: readonly NodeId[]) => NodeId,
): Fact[] {
  return shared.flatMap((node) => {
    const perBranch = views.map((view) => constantsOf(view.constants, view, node));
    const common = perBranch.reduce((left, right) => left.filter((constant) => right.includes(constant)));
    if (common.length > 0) return common.flatMap((constant) => optional(equalFact(builder, node, constant)));
    // Each branch offers one source: the value is one of theirs.
    const offers = views.map((view) => constantsOf(view.sources, view, node)[0]);
    if (offers.some((offer) => offer === undefined)) return [];
    return optional(memberFact(builder, node, listOf(offers as NodeId[])));
  });
}

function constantsOf(
  map: ReadonlyMap<number, ReadonlySet<NodeId>>,
  view: BranchView,
  node: NodeId,
): readonly NodeId[] {
  const number = view.classOf.get(node);
  return number === undefined ? [] : [...(map.get(number) ?? [])];
}

function optional(fact: Fact | undefined): Fact[] {
  return fact === undefined ? [] : [fact];
}
