/** How good the plan is: shares of the traffic, and what they rest on. */

import {
  type AnalysisResult,
  type Coverage,
  percent,
  percentDownwards,
  percentUpwards,
  type TableReport,
} from '../model/index.js';
import { shardedWeight, singleShardBounds } from './bounds.js';
import { plural } from './numbers.js';
import type { Page, Section } from './page.js';
import { isUntouched } from './plan.js';
import { listed, wrap } from './words.js';

const MOST_NAMES = 6;

export function scoreSection(page: Page, result: AnalysisResult): Section {
  const { score } = result.plan;
  const label = (name: string, share = ''): string => `  ${name.padEnd(14)}${share.padStart(7)}  `;
  const line = (name: string, share: number, what: string): readonly string[] =>
    wrap(what, page.width, label(name, percent(share)));
  const wrapped = (text: string): readonly string[] => (text === '' ? [] : wrap(text, page.width, label('')));
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
      ...wrapped(boundsText(result)),
      ...wrapped(assumedSmall(page, result.tables)),
      ...wrapped(byPolicyText(result)),
      ...line('one database', score.oneDatabaseShare, 'when the unsharded database counts as well'),
      ...line('conditional', score.conditionalShare, 'more, if named parameters are always equal'),
      ...line('unknown', score.unknownShare, 'cannot be judged, and counts as crossing'),
    ],
  };
}

export function boundsText(result: AnalysisResult): string {
  const bounds = singleShardBounds(result);
  if (bounds !== undefined) {
    return `between ${percentDownwards(bounds.low)} and ${percentUpwards(bounds.high)}, all that could not be read counted as crossing or as single`;
  }
  if (hasUnread(result.coverage)) {
    return 'no bounds: rows are not counted for what could not be read';
  }
  return result.coverage.evicted === 0
    ? 'exact: every statement could be read'
    : 'every statement of the export could be read; evicted ones are not in it';
}

/** Policies do not bind everybody: what rests on them is said apart. */
function byPolicyText({ singleByPolicy }: AnalysisResult): string {
  if (singleByPolicy === undefined) return '';
  const { statements, share } = singleByPolicy;
  return `${percent(share)} of it, ${plural(statements, 'statement')}, by row-level security alone (--assume-rls): true for roles that policies bind, not for superusers, roles with BYPASSRLS, or a table’s owner unless the table has FORCE ROW LEVEL SECURITY`;
}

/** Copies of unknown size carry the score only if they are as small as they were taken to be. */
function assumedSmall(page: Page, tables: readonly TableReport[]): string {
  const names = tables
    .filter(({ placement, totalBytes }) => placement.placement === 'global' && totalBytes === undefined)
    .filter((table) => !isUntouched(table))
    .map(({ name }) => page.nameOf(name));
  if (names.length === 0) return '';
  const shown = listed(names, page.verbose ? names.length : MOST_NAMES);
  return `assumes that ${shown} ${names.length === 1 ? 'is' : 'are'} small enough to copy`;
}

function hasUnread({ masked, truncated, unparsed }: Coverage): boolean {
  return masked.statements + truncated.statements + unparsed.statements > 0;
}
