/** What tables that are often not single-shard could not be sharded by, and why: perhaps that can be changed. */

import { percent, type TableReport } from '../model/index.js';
import { firstOf, type Page, type Section } from './page.js';
import { clean, wrap } from './words.js';

const MOST_TABLES = 8;
/** Above this share a better key would not be worth a word. */
const GOOD_ENOUGH = 0.9;

export function rejectedSection(page: Page, tables: readonly TableReport[]): Section | undefined {
  const poor = tables
    .filter(({ placement, rejected }) => placement.placement === 'sharded' && rejected.length > 0)
    .flatMap((table) => {
      const { singleShardShare: share } = table;
      return share === undefined || share >= GOOD_ENOUGH ? [] : [{ table, share }];
    });
  if (poor.length === 0) return undefined;
  return {
    title: `REJECTED, of sharded tables below ${percent(GOOD_ENOUGH)} single-shard`,
    lines: firstOf(page, poor, MOST_TABLES, ({ table, share }) =>
      wrap(`${page.nameOf(table.name)} (${percent(share)}): ${reasonsOf(table)}`, page.width, '  ', '    '),
    ),
  };
}

function reasonsOf({ rejected }: TableReport): string {
  return rejected
    .map(({ option, reason }) => `not ${option === 'global' ? '' : 'by '}${clean(option)}: ${clean(reason)}`)
    .join('; ');
}
