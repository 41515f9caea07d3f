/**
 * conditional: every sharded instance is pinned, but to different parameters. If the application passes one value for all
 * of them the statement needs one shard. The same holds where only the path to an added key is given: the application has
 * to pass the key as well.
 */

import type { Verdict } from '../model/index.js';
import { pathColumn } from './added-keys.js';
import type { Analysis, Sharded, SourceReach } from './analysis.js';
import { fanOut } from './fan-out.js';
import { pinEvidence, pins } from './single.js';
import type { WriteProblem } from './writes.js';

/** `problem`: an INSERT has to give the new key first; as it is written, it can go to no shard. */
export function conditionalVerdict(
  analysis: Analysis,
  sharded: readonly Sharded[],
  problem?: WriteProblem,
): Verdict | undefined {
  const choices = sharded.map((one) => ({
    one,
    pin: parameterOf(analysis, one),
    path: pathConstant(analysis, one),
  }));
  if (!choices.every(({ pin, path }) => pin !== undefined || path !== undefined)) return undefined;
  const labels = [...new Set(choices.flatMap(({ pin }) => (pin === undefined ? [] : [pin.source.label])))];
  const byPath = choices.filter(({ pin }) => pin === undefined);
  const first = labels[0];
  const pairs =
    first === undefined ? [] : labels.slice(1).map((label): readonly [string, string] => [first, label]);
  const bound = problem === undefined ? fanOut(analysis, sharded) : undefined;
  const group = sharded[0]?.placement.group ?? '';
  const proven = choices.flatMap(({ one, pin }) =>
    pin === undefined ? [] : pinEvidence(analysis, pin, [one]),
  );
  const missing = byPath.length > 0 ? byPath.map(({ one }) => passTheKey(one)) : (problem?.because ?? []);
  return {
    verdict: 'conditional',
    tables: analysis.query.tables,
    key: { group, param: first ?? byPath[0]?.path?.source.label ?? '?' },
    ...(bound === undefined ? {} : { fanOut: bound }),
    pairs,
    because: [...new Set([...proven, ...missing])],
    blocker: problem?.blocker ?? (byPath.length > 0 ? 'key-passed-by-path' : 'two-parameters'),
  };
}

/** The parameter that pins an instance's key. A literal is a value of its own: no parameter can be asked to equal it. */
export function parameterOf(analysis: Analysis, sharded: Sharded): SourceReach | undefined {
  return analysis.constants.find(
    ({ source, reached }) =>
      source.kind === 'one' &&
      source.constant.kind === 'param' &&
      pins(analysis, { source, reached }, sharded),
  );
}

/** A constant for the first column of an added key's path. */
export function pathConstant(analysis: Analysis, { instance, placement }: Sharded): SourceReach | undefined {
  const node = instance.columns.get(pathColumn(placement) ?? '');
  return node === undefined ? undefined : analysis.constants.find(({ reached }) => reached.has(node));
}

function passTheKey({ instance, placement }: Sharded): string {
  return `${instance.label}.${pathColumn(placement) ?? '?'} is given; ${instance.label}.${placement.key} has to be passed as well, or looked up`;
}
