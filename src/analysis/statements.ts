/** Judged statements as reports, heaviest first. */

import { byCodeUnit, type StatementReport } from '../model/index.js';
import { fixFor } from '../routability/index.js';
import type { Judged } from './judged.js';
import type { Rewritten } from './rewrite.js';

/** `rewritten`: by statement id. */
export function reportStatements(
  judged: readonly Judged[],
  rewritten: ReadonlyMap<string, Rewritten>,
): readonly StatementReport[] {
  return judged
    .map((one) => reportOf(one, rewritten.get(one.source.id)))
    .sort((a, b) => b.weight - a.weight || byCodeUnit(a.id, b.id));
}

function reportOf({ source, weight, verdict }: Judged, rewritten: Rewritten | undefined): StatementReport {
  const fix = fixFor(verdict);
  return {
    id: source.id,
    ...(source.queryId === undefined ? {} : { queryId: source.queryId }),
    text: source.text,
    counters: source.counters,
    weight,
    verdict,
    ...(fix === undefined
      ? {}
      : { fix: rewritten === undefined ? fix : { ...fix, rewritten: rewritten.text } }),
    source: source.source,
    tags: source.tags,
  };
}
