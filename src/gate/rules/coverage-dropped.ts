/** Less of the traffic can be judged than before: a passing check then says less than it did. */

import { percent } from '../../model/index.js';
import { judgedShare } from '../judged-share.js';
import type { Rule } from '../rule.js';

export const coverageDropped: Rule = {
  id: 'coverage-dropped',
  summary: 'Less of the calls can be read than in the baseline.',
  level: 'error',
  levelWhenNew: 'error',
  canBeKnown: false,
  find: ({ baseline, coverage, settings, statements, plan }) => {
    const before = baseline?.coverage?.judgedShare;
    if (before === undefined || coverage === undefined) return [];
    const now = judgedShare(coverage);
    if (before - now <= settings.tolerance + ROUNDING) return [];
    const unread = [
      ['masked', coverage.masked.calls],
      ['cut off', coverage.truncated.calls],
      ['not readable as SQL', coverage.unparsed.calls],
    ] as const;
    const said = unread.filter(([, calls]) => calls > 0).map(([what, calls]) => `${calls} calls are ${what}`);
    return [
      {
        tables: [],
        subject: 'all',
        location: { file: statements[0]?.source.file ?? plan.file, line: 1 },
        share: 1 - now,
        message: `${percent(now)} of the calls could be read, and ${percent(before)} in the baseline: ${said.join(', ')}.`,
        fix: 'Export as a role that may see all texts (pg_read_all_stats), and whole ones; or accept it with --update-baseline.',
      },
    ];
  },
};

/** Shares in files have six decimals. */
const ROUNDING = 1e-6;
