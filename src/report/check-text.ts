/** What `check` found, as text: findings by rule with their place, what happened and what to do; then what was compared. */

import {
  type CheckResult,
  type Finding,
  type FindingLevel,
  percent,
  type WaivedFinding,
} from '../model/index.js';
import { plural } from './numbers.js';
import { firstOf, type Page, pageOf, printSections, type Section, type TextOptions } from './page.js';
import { clean, cutEnd, place, wrap } from './words.js';

const MOST_OF_ONE_RULE = 10;

export function renderCheckText(result: CheckResult, options: TextOptions): string {
  const page = pageOf(options, [], '--json');
  const shown = result.findings.filter((finding) => page.verbose || isNews(finding));
  return printSections(page, [
    ...result.rules.map(({ id }) => ruleSection(page, id, shown)),
    waivedSection(page, result.waived),
    summarySection(page, result),
  ]);
}

/** What was known before, and what every plan brings with it, is said when it is asked for. */
function isNews({ known, level, fails }: Finding): boolean {
  return fails || (!known && level !== 'note');
}

function ruleSection(page: Page, rule: Finding['rule'], shown: readonly Finding[]): Section | undefined {
  const findings = shown.filter((finding) => finding.rule === rule);
  if (findings.length === 0) return undefined;
  const failing = findings.filter(({ fails }) => fails).length;
  const count =
    findings.length === 1 ? '' : ` (${findings.length}${failing > 0 ? `, ${failing} failing` : ''})`;
  return {
    title: `${rule}${count}`,
    lines: firstOf(page, findings, MOST_OF_ONE_RULE, (finding) => findingLines(page, finding)),
  };
}

function findingLines(page: Page, finding: Finding): readonly string[] {
  const { level, location, message, fix, statement, share, known } = finding;
  const much = share === undefined ? '' : `, ${percent(share)}`;
  const lead = `  ${paintLevel(page, level, finding.fails)}  ${place(location)}${page.paint.dim(much)}${known ? page.paint.dim(', known') : ''}`;
  return [
    lead,
    ...wrap(clean(message), page.width, '    '),
    ...(statement === undefined
      ? []
      : [page.paint.dim(`    ${cutEnd(clean(statement.text), page.width - 4)}`)]),
    ...wrap(clean(fix), page.width, '    fix: '),
  ];
}

function paintLevel({ paint }: Page, level: FindingLevel, fails: boolean): string {
  if (fails) return paint.red(level);
  return level === 'note' ? paint.dim(level) : paint.yellow(level);
}

function waivedSection(page: Page, waived: readonly WaivedFinding[]): Section | undefined {
  if (waived.length === 0) return undefined;
  return {
    title: `WAIVED (${waived.length})`,
    lines: firstOf(page, waived, MOST_OF_ONE_RULE, ({ finding, reason, expires }) =>
      wrap(
        `${finding.rule}, ${place(finding.location)}: ${clean(reason)}${expires === undefined ? '' : `, until ${expires}`}`,
        page.width,
        '  ',
        '    ',
      ),
    ),
  };
}

function summarySection(page: Page, result: CheckResult): Section {
  const { summary, plan } = result;
  const { failing, errors, warnings, notes, known, waived } = summary;
  const hidden = page.verbose ? 0 : result.findings.filter((finding) => !isNews(finding)).length;
  const verdict =
    failing === 0
      ? page.paint.green('The check passed.')
      : page.paint.red(`The check failed: ${plural(failing, 'finding')} to mend.`);
  const counts = [
    plural(errors, 'error'),
    plural(warnings, 'warning'),
    plural(notes, 'note'),
    ...(known === 0 ? [] : [`${known} known in the baseline`]),
    ...(waived === 0 ? [] : [`${waived} waived`]),
    ...(hidden === 0 ? [] : [`${hidden} not shown (--verbose)`]),
  ].join(', ');
  return {
    title: 'CHECK',
    lines: [
      `  ${verdict}`,
      ...(failing === 0
        ? []
        : wrap('What a rule means, and how to waive it: shardwright explain <rule>.', page.width, '  ')),
      ...wrap(`${counts}.`, page.width, '  '),
      ...wrap(
        `${plural(summary.statements, 'statement')} under ${clean(plan.file)}: ${percent(summary.crossShardShare)} of the weight may need more than one shard${summary.maxCrossShard === undefined ? '' : ` (budget ${percent(summary.maxCrossShard)})`}.`,
        page.width,
        '  ',
      ),
      ...comparisonLines(page, result),
    ],
  };
}

function comparisonLines(page: Page, { comparison, coverage }: CheckResult): readonly string[] {
  if (comparison === undefined) return [];
  const { origin, file, before, after, statements } = comparison;
  // Query files are some of the statements that a baseline has, and shares of them say nothing.
  const gone = coverage === undefined ? '' : `, ${statements?.gone} gone`;
  const counted =
    statements === undefined
      ? ''
      : ` ${plural(statements.known, 'statement')} known, ${statements.added} new${gone}.`;
  const shares =
    coverage === undefined
      ? ''
      : ` single-shard ${percent(before.singleShardShare)} before, ${percent(after.singleShardShare)} now.`;
  const what = origin === 'baseline' ? `Baseline ${clean(file)}` : `Score of the plan ${clean(file)}`;
  return wrap(`${what}:${shares}${counted}`, page.width, '  ');
}
