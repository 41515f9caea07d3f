/** The workload's statements as the application would have to write them: the blocked ones, and those that need a key column that the plan adds. */

import { byCodeUnit, type KeyChange, type Placements } from '../model/index.js';
import { isBlocked } from './blocked.js';
import type { Judged } from './judged.js';
import { type Rewriting, type Rewritten, rewrite, unchanged } from './rewrite.js';

/** Each try reads the text several times: beyond this the light ones are left as they are. */
const mostRewritten = 2000;

/** By statement id. */
export function rewrittenStatements(
  world: Rewriting,
  judged: readonly Judged[],
): ReadonlyMap<string, Rewritten> {
  const rewritten = new Map<string, Rewritten>();
  for (const { source, verdict } of heaviest(judged.filter(isBlocked))) {
    const better = source.truncated ? undefined : rewrite(world, source.text, verdict);
    if (better !== undefined) rewritten.set(source.id, better);
  }
  return rewritten;
}

/** What has to be said once an added key is a column like others: every statement that the path alone would carry, or nothing does. */
export function keyChanges(
  world: Rewriting,
  judged: readonly Judged[],
  placements: Placements,
  rewritten: ReadonlyMap<string, Rewritten>,
): readonly KeyChange[] {
  return [...placements].flatMap(([table, placement]) => {
    if (placement.placement !== 'sharded' || placement.addKey === undefined) return [];
    const touching = judged.filter(({ query }) => query?.tables.includes(table) ?? false);
    const statements = heaviest(touching).flatMap(({ source, verdict }) => {
      const { id, text, counters } = source;
      const now = unchanged(world, text);
      if (now === undefined || now.verdict === 'single-shard') return [];
      const better =
        rewritten.get(id) ?? (verdict.verdict === 'single-shard' ? rewrite(world, text, now) : undefined);
      const isNeeded =
        better !== undefined ||
        verdict.verdict === 'single-shard' ||
        verdict.blocker === 'key-passed-by-path';
      if (!isNeeded) return [];
      return [
        {
          id,
          calls: counters.calls,
          source: source.source,
          ...(better === undefined ? {} : { rewritten: better.text }),
        },
      ];
    });
    return [{ table, column: placement.key, statements }];
  });
}

function heaviest(judged: readonly Judged[]): readonly Judged[] {
  return [...judged]
    .sort((a, b) => b.weight - a.weight || byCodeUnit(a.source.id, b.source.id))
    .slice(0, mostRewritten);
}
