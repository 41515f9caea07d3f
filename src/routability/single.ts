/** single-shard: one constant flows to the key of every sharded instance. */

import type { NodeId, Verdict } from '../model/index.js';
import { evidence } from '../sql/index.js';
import type { Analysis, Sharded, SourceReach } from './analysis.js';

export function singleVerdict(analysis: Analysis, sharded: readonly Sharded[]): Verdict | undefined {
  const pin = analysis.constants.find((candidate) => pinsAll(analysis, candidate, sharded));
  const group = sharded[0]?.placement.group;
  if (pin === undefined || group === undefined || pin.source.kind !== 'one') return undefined;
  if (sharded.some(({ placement }) => placement.group !== group)) return undefined;
  return {
    verdict: 'single-shard',
    tables: analysis.query.tables,
    key: { group, param: pin.source.label },
    keyConstants: [pin.source.constant],
    because: pinEvidence(analysis, pin, sharded),
  };
}

export function pins(analysis: Analysis, pin: SourceReach, { instance, placement }: Sharded): boolean {
  const node = analysis.keyNode(instance, placement);
  return node !== undefined && pin.reached.has(node) && !contradicts(analysis, pin, node);
}

/** Another literal is said to be the same key: no row can match, and which shard was meant nobody can tell. */
function contradicts(analysis: Analysis, { source }: SourceReach, node: NodeId): boolean {
  if (source.kind !== 'one' || source.constant.kind !== 'literal') return false;
  return analysis.constants.some(
    (other) =>
      other.source !== source &&
      other.source.kind === 'one' &&
      other.source.constant.kind === 'literal' &&
      other.reached.has(node),
  );
}

function pinsAll(analysis: Analysis, pin: SourceReach, sharded: readonly Sharded[]): boolean {
  return sharded.every((one) => pins(analysis, pin, one));
}

/** The equalities that lead from the constant to each key, each once. */
export function pinEvidence(
  analysis: Analysis,
  pin: SourceReach,
  sharded: readonly Sharded[],
): readonly string[] {
  const steps = sharded.flatMap(({ instance, placement }) => {
    const node = analysis.keyNode(instance, placement);
    return node === undefined ? [] : evidence(pin.reached, node);
  });
  return [...new Set(steps)];
}
