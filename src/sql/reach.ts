/** Which nodes a value that enters at some nodes flows to. */

import type { Flow, NodeId } from '../model/index.js';

/** Flows by the node they start from, for repeated walks. */
export interface FlowIndex {
  readonly flows: readonly Flow[];
  /** Positions in `flows`. */
  readonly from: ReadonlyMap<NodeId, readonly number[]>;
}

export function indexFlows(flows: readonly Flow[]): FlowIndex {
  const from = new Map<NodeId, number[]>();
  flows.forEach((flow, position) => {
    for (const node of new Set(flow.from)) {
      const known = from.get(node);
      if (known === undefined) from.set(node, [position]);
      else known.push(position);
    }
  });
  return { flows, from };
}

/** Every node reached, each with the flow that reached it first (undefined for the starts). */
export type Reached = ReadonlyMap<NodeId, Flow | undefined>;

/** A flow with several sources fires when the value has reached all of them. */
export function reach(index: FlowIndex, starts: Iterable<NodeId>): Reached {
  const reached = new Map<NodeId, Flow | undefined>();
  const queue: NodeId[] = [];
  for (const node of starts) {
    if (reached.has(node)) continue;
    reached.set(node, undefined);
    queue.push(node);
  }
  for (let head = 0; head < queue.length; head++) {
    for (const position of index.from.get(queue[head] as NodeId) ?? []) {
      const flow = index.flows[position] as Flow;
      if (reached.has(flow.to) || !flow.from.every((node) => reached.has(node))) continue;
      reached.set(flow.to, flow);
      queue.push(flow.to);
    }
  }
  return reached;
}

/** The equalities along the way from the starts to a node, in order, without structural steps. */
export function evidence(reached: Reached, node: NodeId): readonly string[] {
  const steps: string[] = [];
  const seen = new Set<NodeId>();
  const walk = (at: NodeId): void => {
    if (seen.has(at)) return;
    seen.add(at);
    const flow = reached.get(at);
    if (flow === undefined) return;
    for (const source of flow.from) walk(source);
    if (flow.because !== '' && !steps.includes(flow.because)) steps.push(flow.because);
  };
  walk(node);
  return steps;
}
