/** Judged statements as reports, heaviest first. */

import { byCodeUnit, type StatementReport } from '../model/index.js';
import { fixFor } from '../routability/index.js';
import type { Judged } from './judged.js';

export function reportStatements(judged: readonly Judged[]): readonly StatementReport[] {
  return judged.map(reportOf).sort((a, b) => b.weight - a.weight || byCodeUnit(a.id, b.id));
}

function reportOf({ source, weight, verdict }: Judged): StatementReport {
  const fix = fixFor(verdict);
  return {
    id: source.id,
    ...(source.queryId === undefined ? {} : { queryId: source.queryId }),
    text: source.text,
    counters: source.counters,
    weight,
    verdict,
    ...(fix === undefined ? {} : { fix }),
    source: source.source,
    tags: source.tags,
  };
}
