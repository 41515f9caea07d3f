/** The heaviest statements that need more than one shard: why, and what to do. */

import { type AnalysisResult, isOnOneDatabase, percent, type StatementReport } from '../model/index.js';
import { shardedWeight } from './bounds.js';
import { plural } from './numbers.js';
import { firstOf, type Page, type Section } from './page.js';
import { clean, cutEnd, place, wrap } from './words.js';

const MOST_STATEMENTS = 6;

export function crossingSection(page: Page, { statements }: AnalysisResult): Section | undefined {
  const crossing = statements.filter(({ verdict }) => !isOnOneDatabase(verdict.verdict));
  if (crossing.length === 0) return undefined;
  const whole = shardedWeight(statements);
  return {
    title: `NOT SINGLE-SHARD: ${plural(crossing.length, 'statement')}, the heaviest first`,
    lines: firstOf(page, crossing, MOST_STATEMENTS, (statement) => describe(page, statement, whole)),
  };
}

function describe(page: Page, statement: StatementReport, whole: number): readonly string[] {
  const { paint, width } = page;
  const { verdict, fix, source, counters } = statement;
  const share = percent(whole === 0 ? 0 : statement.weight / whole).padStart(7);
  const why = verdict.because.map(clean).join('; ');
  return [
    `${share}  ${paint.yellow(verdict.verdict)}  ${paint.dim(`${plural(counters.calls, 'call')}, ${place(source)}`)}`,
    `         ${cutEnd(clean(statement.text), width - 9)}`,
    ...(why === '' ? [] : wrap(why, width, '         why: ')),
    ...(fix === undefined ? [] : wrap(clean(fix.text), width, '         fix: ')),
  ];
}
