/** How good the plan is, and how far it is proven. */

import type { AnalysisResult, Certificate, Coverage } from '../model/index.js';
import { shardedWeight, singleShardBounds } from './bounds.js';
import { count, percent, percentUpwards } from './numbers.js';
import type { Page, Section } from './page.js';
import { clean, wrap } from './words.js';

export function scoreSection(page: Page, result: AnalysisResult): Section {
  const { score } = result.plan;
  const label = (name: string, share = ''): string => `  ${name.padEnd(14)}${share.padStart(7)}  `;
  const line = (name: string, share: number, what: string): readonly string[] =>
    wrap(what, page.width, label(name, percent(share)));
  if (shardedWeight(result.statements) === 0) {
    return { title: 'SCORE', lines: ['  no statement touches a sharded or global table'] };
  }
  return {
    title: 'SCORE',
    lines: [
      ...line(
        'single-shard',
        score.singleShardShare,
        'by strict proof, of all that touches the sharded database',
      ),
      ...wrap(boundsText(result), page.width, label('')),
      ...line('one database', score.oneDatabaseShare, 'when the unsharded database counts as well'),
      ...line('conditional', score.conditionalShare, 'more, if named parameters are always equal'),
      ...line('unknown', score.unknownShare, 'cannot be judged, and counts as crossing'),
    ],
  };
}

function boundsText(result: AnalysisResult): string {
  const bounds = singleShardBounds(result);
  if (bounds !== undefined) {
    return `between ${percent(bounds.low)} and ${percent(bounds.high)}, all that could not be read counted as crossing or as single`;
  }
  if (hasUnread(result.coverage)) {
    return 'no bounds: rows are not counted for what could not be read';
  }
  return result.coverage.evicted === 0
    ? 'exact: every statement could be read'
    : 'every statement of the export could be read; evicted ones are not in it';
}

function hasUnread({ masked, truncated, unparsed }: Coverage): boolean {
  return masked.statements + truncated.statements + unparsed.statements > 0;
}

export function proofSection(page: Page, { plan }: AnalysisResult): Section {
  const { cost, bound, solver } = plan.certificate;
  const figures = `Cost ${count(cost)}, bound ${count(bound)}, in shards bothered; by ${clean(solver)}.`;
  return {
    title: 'PROOF',
    lines: [...wrap(inWords(plan.certificate), page.width, '  '), ...wrap(figures, page.width, '  ')],
  };
}

function inWords({ status, gap }: Certificate): string {
  switch (status) {
    case 'optimal':
      return 'No plan under these rules and costs is cheaper: proven.';
    case 'bounded':
      return `At most ${percentUpwards(gap)} cheaper exists under these rules and costs.`;
    case 'heuristic':
      return 'Found by search. Nothing is proven about cheaper plans; more --solve-seconds may help.';
  }
}
