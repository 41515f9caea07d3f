/** What an engine makes of each statement of the workload, as markdown: counted, weighted by calls, the worst first. */

import {
  type DeployFinding,
  type Deployment,
  type OutcomeKind,
  percent,
  type StatementOutcome,
} from '../../model/index.js';
import { count, plural } from '../numbers.js';
import { clean, cutEnd, place } from '../words.js';

const outcomes: Readonly<Record<OutcomeKind, string>> = {
  wrong: '**wrong**: it is run, and gives wrong rows or writes rows to the wrong place, without an error',
  refused: 'refused: an error says so',
  'with-settings': 'supported with settings, or with a change of how it is sent',
  supported: 'supported',
};

export function renderDeploymentMarkdown(deployment: Deployment): string {
  const { engine, findings, statements, files } = deployment;
  return `${[
    `# ${engine}: what it is given, and what it makes of the workload`,
    '## Files',
    files.map(({ name, purpose }) => `- \`${name}\`: ${cell(purpose)}`).join('\n'),
    ...(findings.length === 0 ? [] : ['## Before you begin', findings.map(findingText).join('\n')]),
    '## Statements',
    statements.length === 0
      ? 'No export was given, so nothing is said of statements.'
      : summaryTable(deployment),
    ...(['wrong', 'refused', 'with-settings', 'supported'] as const).flatMap((outcome) =>
      outcomeSection(
        outcome,
        statements.filter((one) => one.outcome === outcome),
      ),
    ),
  ].join('\n\n')}\n`;
}

function findingText({ level, message, fix }: DeployFinding): string {
  return `- **${level}**: ${cell(message)} ${cell(fix)}`;
}

function summaryTable({ summary }: Deployment): string {
  return tableOf(
    ['outcome', 'statements', 'calls', 'share of calls'],
    [...summary]
      .reverse()
      .map((one) => [
        outcomes[one.outcome],
        count(one.statements),
        count(one.calls),
        cell(percent(one.share)),
      ]),
  );
}

function outcomeSection(outcome: OutcomeKind, statements: readonly StatementOutcome[]): readonly string[] {
  if (statements.length === 0) return [];
  return [
    `### ${outcome}: ${plural(statements.length, 'statement')}`,
    tableOf(
      ['calls', 'statement', 'needs', 'why', 'what to do', 'from'],
      statements.map((one) => [
        count(one.calls),
        code(cutEnd(clean(one.text), LONGEST)),
        one.verdict,
        cell(`${one.reason} (${one.rule})`),
        cell(one.remedy ?? ''),
        cell(place(one.source)),
      ]),
    ),
  ];
}

const LONGEST = 160;

function tableOf(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Nothing in it is markup. */
function cell(text: string): string {
  return clean(text).replaceAll(/[\\|<>*_[\]`#]/g, (mark) => `\\${mark}`);
}

function code(text: string): string {
  const fence = text.includes('`') ? '``' : '`';
  return `${fence} ${text.replaceAll('|', '\\|')} ${fence}`;
}
