/** A deployment on a terminal: what was written, what the engine would refuse late, and what becomes of the workload. */

import { type Deployment, type OutcomeKind, percent } from '../../model/index.js';
import { count, plural } from '../numbers.js';
import { firstOf, pageOf, printSections, type TextOptions } from '../page.js';
import { clean, cutEnd, wrap } from '../words.js';

const MOST_FINDINGS = 12;
const MOST_STATEMENTS = 5;

const titles: Readonly<Record<OutcomeKind, string>> = {
  supported: 'supported',
  'with-settings': 'with settings',
  refused: 'refused',
  wrong: 'wrong, without an error',
};

export function renderDeploymentText(deployment: Deployment, options: TextOptions): string {
  const page = pageOf(options, [], 'deployment.json');
  const { engine, findings, summary, statements } = deployment;
  const worst = statements.filter(({ outcome }) => outcome === 'wrong');
  return printSections(page, [
    findings.length === 0
      ? undefined
      : {
          title: `BEFORE YOU BEGIN: ${plural(findings.length, 'finding')}`,
          lines: firstOf(page, findings, MOST_FINDINGS, ({ level, message, fix }) =>
            wrap(`${level}: ${clean(message)} ${clean(fix)}`, page.width, '  ', '    '),
          ),
        },
    statements.length === 0
      ? {
          title: 'NO STATEMENTS',
          lines: wrap('Name an export to see what becomes of each of its statements.', page.width, '  '),
        }
      : {
          title: `STATEMENTS UNDER ${engine.toUpperCase()}`,
          lines: summary.map(
            (one) =>
              `  ${titles[one.outcome].padEnd(24)} ${count(one.statements).padStart(7)} statements  ${percent(one.share).padStart(7)} of calls`,
          ),
        },
    worst.length === 0
      ? undefined
      : {
          title: 'WRONG, WITHOUT AN ERROR',
          lines: firstOf(page, worst, MOST_STATEMENTS, ({ text, reason, calls }) => [
            `  ${cutEnd(clean(text), page.width - 4)}`,
            ...wrap(`${plural(calls, 'call')}: ${reason}`, page.width, '    '),
          ]),
        },
  ]);
}
