/** Where the two readers make different queries of one statement. */

import type { AnalysisResult } from '../model/index.js';
import { plural } from './numbers.js';
import { firstOf, type Page, type Section } from './page.js';
import { clean, place, wrap } from './words.js';

const MOST_STATEMENTS = 10;

export function crossCheckSection(page: Page, { crossCheck }: AnalysisResult): Section | undefined {
  if (crossCheck === undefined) return undefined;
  const { compared, onlyFirst, onlySecond, disagreements } = crossCheck;
  const summary = `${plural(compared, 'statement')} read by both readers, ${onlyFirst} by the first only, ${onlySecond} by the second only; ${plural(disagreements.length, 'disagreement')}.`;
  return {
    title: 'CROSS-CHECK',
    lines: [
      ...wrap(summary, page.width, '  '),
      ...firstOf(page, disagreements, MOST_STATEMENTS, ({ source, differences }) =>
        wrap(`${place(source)}: ${differences.map(clean).join('; ')}`, page.width, '  ', '    '),
      ),
    ],
  };
}
