/**
 * What `check` found as GitHub's annotations: workflow commands that show each finding at its line. A step may make ten of
 * a level, so the heaviest come first and the rest is counted; the step summary has more.
 */

import { type CheckResult, type Finding, type FindingLevel, findingLevels } from '../../model/index.js';
import { plural } from '../numbers.js';
import { clean } from '../words.js';
import { inOrderOfWeight } from './order.js';

const MOST_OF_A_LEVEL = 10;

const commands: Readonly<Record<FindingLevel, string>> = {
  error: 'error',
  warning: 'warning',
  note: 'notice',
};

export function renderCheckGithub({ findings, summary }: CheckResult): string {
  const fresh = inOrderOfWeight(findings.filter(({ known }) => !known));
  const shown = findingLevels.flatMap((level) => fresh.filter(isShownAs(level)).slice(0, MOST_OF_A_LEVEL));
  const left = fresh.length - shown.length;
  const verdict =
    summary.failing === 0
      ? 'shardwright: the check passed.'
      : `shardwright: the check failed, ${plural(summary.failing, 'finding')} to mend.`;
  return [
    ...shown.map(annotationOf),
    ...(left === 0 ? [] : [`${plural(left, 'more finding')}: see the step summary, or --json-out.`]),
    verdict,
    '',
  ].join('\n');
}

/** What fails is shown as an error, whatever its level: the step ends red because of it. */
function isShownAs(level: FindingLevel) {
  return (finding: Finding): boolean => levelShown(finding) === level;
}

function levelShown({ fails, level }: Finding): FindingLevel {
  return fails ? 'error' : level;
}

function annotationOf(finding: Finding): string {
  const { rule, location, message, fix, statement } = finding;
  const file = location.file.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
  const properties = [`file=${property(file)}`, `line=${location.line}`, `title=${property(rule)}`].join(',');
  const lines = [message, fix, ...(statement === undefined ? [] : [statement.text])].map(clean);
  return `::${commands[levelShown(finding)]} ${properties}::${data(lines.join('\n'))}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
