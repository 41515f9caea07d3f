/** Drift and verification of a rollout as text. */

import type { DriftReport, RolloutCheck, RolloutVerification } from '../../model/index.js';
import { count, plural } from '../numbers.js';
import { firstOf, pageOf, printSections, type TextOptions } from '../page.js';
import { clean, cutEnd, wrap } from '../words.js';

const MOST = 20;

export function renderDriftText({ engine, differences, looked }: DriftReport, options: TextOptions): string {
  const page = pageOf(options, [], '--json');
  if (differences.length === 0)
    return `${engine} is as the plan has it: ${plural(looked, 'table and server', 'tables and servers')} looked at\n`;
  return printSections(page, [
    {
      title: `DRIFT: ${plural(differences.length, 'difference')}`,
      lines: firstOf(page, differences, MOST, ({ subject, expected, found }) => [
        ...wrap(clean(subject), page.width, '  '),
        ...wrap(`plan: ${clean(expected)}`, page.width, '    '),
        ...wrap(`server: ${clean(found)}`, page.width, '    '),
      ]),
    },
  ]);
}

const outcomes = ['agrees', 'cautious', 'not-checked', 'differs'] as const;

export function renderRolloutVerificationText(
  { engine, holds, checks }: RolloutVerification,
  options: TextOptions,
): string {
  const page = pageOf(options, [], '--json');
  const of = (outcome: RolloutCheck['outcome']): readonly RolloutCheck[] =>
    checks.filter((one) => one.outcome === outcome);
  const differs = of('differs');
  return printSections(page, [
    {
      title: holds ? `${engine} DOES WHAT THE PLAN SAYS` : `${engine} DOES NOT DO WHAT THE PLAN SAYS`,
      lines: outcomes.map((outcome) => `  ${outcome.padEnd(14)} ${count(of(outcome).length).padStart(7)}`),
    },
    differs.length === 0
      ? undefined
      : {
          title: 'DIFFERS',
          lines: firstOf(page, differs, MOST, ({ subject, text, expected, found }) => [
            `  ${cutEnd(clean(text ?? subject), page.width - 4)}`,
            ...wrap(`expected ${clean(expected)}, found ${clean(found)}`, page.width, '    '),
          ]),
        },
  ]);
}
