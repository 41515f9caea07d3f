/**
 * What `check` found as a comment for a pull request: the verdict, what changed beside the baseline, then findings by weight.
 * It stays under a limit of bytes (GitHub takes 65,536 characters of a comment): the heaviest findings fit, the rest is
 * counted. The first line marks the comment, so that the next one can take its place.
 */

import {
  type CheckComparison,
  type CheckResult,
  type Finding,
  percent,
  type Score,
  type WaivedFinding,
} from '../../model/index.js';
import { cell, code, plain as plainWords } from '../markdown-words.js';
import { count, plural } from '../numbers.js';
import { clean, cutEnd, place } from '../words.js';
import { inOrderOfWeight } from './order.js';

/** Under 64 KB with room for what surrounds it. */
const MOST_BYTES = 60_000;
const LONGEST_STATEMENT = 600;

const commentMark = '<!-- shardwright check -->';

export function renderCheckMarkdown(result: CheckResult): string {
  const { findings, waived } = result;
  const fresh = inOrderOfWeight(findings.filter(({ known }) => !known));
  const known = inOrderOfWeight(findings.filter((finding) => finding.known));
  const head = [commentMark, ...verdictLines(result), ...comparisonLines(result)];
  const tail = newcomersLines(result);
  const room = MOST_BYTES - bytesOf([...head, ...tail].join('\n'));
  const listed = fitting(
    [
      { title: undefined, items: fresh.map(findingText) },
      { title: `Waived (${waived.length})`, items: waived.map(waivedText) },
      { title: `Known in the baseline (${known.length})`, items: known.map(findingText) },
    ],
    room,
  );
  return `${[...head, ...listed, ...tail].join('\n')}\n`;
}

/** For the author of a pull request who has not heard of the plan. */
function newcomersLines({ findings, plan }: CheckResult): readonly string[] {
  const failing = findings.find(({ fails }) => fails);
  if (failing === undefined) return [];
  return [
    `<sub>The plan spreads the tables over ${plural(plan.shards, 'database')} (shards): what needs several of them at once is slow there, or impossible. What a rule means, and how to waive it: ${code(`shardwright explain ${failing.rule}`)}.</sub>`,
  ];
}

function verdictLines({ summary, plan }: CheckResult): readonly string[] {
  const { failing, errors, warnings, notes, known, waived } = summary;
  const title =
    failing === 0
      ? '### ✅ Sharding check passed'
      : `### ❌ Sharding check failed: ${plural(failing, 'finding')} to mend`;
  const counts = [
    plural(errors, 'error'),
    plural(warnings, 'warning'),
    plural(notes, 'note'),
    ...(known === 0 ? [] : [`${known} known in the baseline`]),
    ...(waived === 0 ? [] : [`${waived} waived`]),
  ].join(', ');
  return [
    title,
    '',
    `${plural(summary.statements, 'statement')} under ${code(plan.file)} (${plural(plan.shards, 'shard')}): ${counts}.`,
    '',
  ];
}

// ── what changed ─────────────────────────────────────────────────────────────────────────────────────────────────────

const figures: readonly (readonly [string, keyof Score])[] = [
  ['single-shard', 'singleShardShare'],
  ['one database', 'oneDatabaseShare'],
  ['conditional', 'conditionalShare'],
  ['unknown', 'unknownShare'],
];

/** Query files are no traffic: their shares say nothing beside those of a server. */
function comparisonLines({ comparison, summary, coverage }: CheckResult): readonly string[] {
  const { maxCrossShard } = summary;
  const budget = maxCrossShard === undefined ? '' : ` (budget ${percent(maxCrossShard)})`;
  const crossing = `May need more than one shard: **${percent(summary.crossShardShare)}**${budget}.`;
  if (comparison === undefined) return [crossing, ''];
  const counted = statementCounts(comparison, coverage !== undefined);
  if (coverage === undefined) return [`${crossing}${counted}`, ''];
  return [
    `| share | ${cell(beforeTitle(comparison))} | now | change |`,
    '| --- | ---: | ---: | ---: |',
    ...figures.map(([name, of]) => changeRow(name, comparison.before[of], comparison.after[of])),
    ...judgedRow(comparison),
    '',
    `${crossing}${counted}`,
    '',
  ];
}

function beforeTitle({ origin, file }: CheckComparison): string {
  return `${origin === 'baseline' ? 'baseline' : 'plan'} ${code(file)}`;
}

function changeRow(name: string, before: number | undefined, after: number | undefined): string {
  const spelt = (value: number | undefined): string => (value === undefined ? 'unknown' : percent(value));
  return `| ${name} | ${spelt(before)} | ${spelt(after)} | ${changeText(before, after)} |`;
}

function changeText(before: number | undefined, after: number | undefined): string {
  if (before === undefined || after === undefined) return '';
  const points = 100 * (after - before);
  if (Math.abs(points) < 0.005) return '±0';
  return `${points > 0 ? '+' : '−'}${Math.abs(points).toFixed(2)} points`;
}

function judgedRow({ judgedBefore, judgedAfter }: CheckComparison): readonly string[] {
  if (judgedBefore === undefined && judgedAfter === undefined) return [];
  return [changeRow('calls that could be judged', judgedBefore, judgedAfter)];
}

/** Query files are some of the statements that a baseline has: the others are not gone. */
function statementCounts({ statements }: CheckComparison, isTraffic: boolean): string {
  if (statements === undefined) return '';
  const { known, added, gone } = statements;
  return ` Statements: ${known} known, ${added} new${isTraffic ? `, ${gone} gone` : ''}.`;
}

// ── findings ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function findingText({
  rule,
  level,
  fails,
  location,
  message,
  fix,
  statement,
  share,
}: Finding): readonly string[] {
  const much = share === undefined ? '' : `, ${percent(share)}`;
  const label = statement?.label === undefined ? '' : ` ${code(statement.label)}`;
  return [
    `- ${fails ? '❌' : '•'} **${rule}** (${level}${much}) at ${code(place(location))}${label}`,
    `  ${plain(message)}`,
    ...(statement === undefined ? [] : [`  ${code(cutEnd(clean(statement.text), LONGEST_STATEMENT))}`]),
    `  *Fix:* ${plain(fix)}`,
  ];
}

function waivedText({ finding, reason, expires }: WaivedFinding): readonly string[] {
  const until = expires === undefined ? '' : `, until ${expires}`;
  return [`- **${finding.rule}** at ${code(place(finding.location))}: ${plain(reason)}${until}`];
}

interface List {
  /** Folded under it; open without one. */
  readonly title: string | undefined;
  readonly items: readonly (readonly string[])[];
}

/** As many items as there is room for, from the first list on, and how many are left out. */
function fitting(lists: readonly List[], room: number): readonly string[] {
  const lines: string[] = [];
  let left = room;
  let dropped = 0;
  for (const { title, items } of lists) {
    if (items.length === 0) continue;
    const shown: string[] = [];
    for (const item of items) {
      const size = bytesOf(item.join('\n')) + 1;
      if (dropped > 0 || size > left) dropped += 1;
      else {
        left -= size;
        shown.push(...item);
      }
    }
    if (shown.length > 0) lines.push(...(title === undefined ? [...shown, ''] : folded(title, shown)));
  }
  return dropped === 0 ? lines : [...lines, `… and ${count(dropped)} more (\`--json-out\` has all).`, ''];
}

function folded(title: string, lines: readonly string[]): readonly string[] {
  return ['<details>', `<summary>${title}</summary>`, '', ...lines, '', '</details>', ''];
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

// ── spelling ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Mentions nobody, and no issue. */
function plain(text: string): string {
  return plainWords(text).replaceAll('#', '\\#').replaceAll('@', '@\u200B');
}
