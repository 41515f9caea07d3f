/** Shard or not: what was measured, the cheaper levers in their order, and the threshold rule that applies. */

import {
  type AnalysisResult,
  bytes,
  type CrossingShape,
  type DecisionReport,
  type Figure,
  type Growth,
  type HeavyStatement,
  percent,
  type ShardingRule,
} from '../model/index.js';
import { count, duration, plural } from './numbers.js';
import { notShown, type Page, type Section } from './page.js';
import { clean, cutEnd, listed, wrap } from './words.js';

const MOST_NAMES = 4;

export function decisionSection(page: Page, { decision }: AnalysisResult): Section {
  const say = (text: string): readonly string[] => wrap(clean(text), page.width, '  ', '    ');
  const details = detailLines(page, decision);
  return {
    title: 'SHARD OR NOT: what the export measures',
    lines: [
      ...decision.figures.flatMap((figure) => figureLines(page, figure)),
      ...unknownReasons(decision.figures).flatMap((text) => say(text)),
      '  Cheaper levers, in the order to exhaust them:',
      ...decision.levers.flatMap((lever, at) => {
        const names =
          lever.tables.length === 0
            ? ''
            : ` (${listed(lever.tables.map(page.nameOf), page.verbose ? lever.tables.length : MOST_NAMES)})`;
        const ids = lever.statements.length === 0 ? '' : ` (${lever.statements.join(', ')})`;
        return say(`${at + 1}. ${lever.code.replace(/-/g, ' ')}: ${lever.says.join(' ')}${ids}${names}`);
      }),
      ...say(ruleText(decision.rule)),
      ...(page.verbose ? details : notShown(page, details.length, ' lines behind this')),
    ],
  };
}

/** What the figures and the rule are made of. */
function detailLines(page: Page, decision: DecisionReport): readonly string[] {
  const say = (text: string): readonly string[] => wrap(clean(text), page.width, '  ', '    ');
  return [
    ...heavyLines(page, 'by time', decision.byTime),
    ...heavyLines(page, 'by WAL', decision.byWal),
    ...say(writtenText(page, decision)),
    ...(decision.growthUnknown === undefined ? [] : say(`growth: unknown: ${decision.growthUnknown}`)),
    ...decision.growth.flatMap((one) => say(growthText(one))),
    ...decision.rule.shapes.flatMap((shape) => shapeLines(page, shape)),
  ];
}

function figureLines(page: Page, figure: Figure): readonly string[] {
  if (figure.value === undefined) return [];
  const name = `  ${figure.label.padEnd(17)}`;
  const from = page.verbose ? `  (${figure.from})` : '';
  return wrap(`${valueText(figure.value, figure.unit)}${from}`, page.width, name);
}

/** Figures that lack the same thing are named together. */
export function unknownReasons(figures: readonly Figure[]): readonly string[] {
  const lacking = new Map<string, string[]>();
  for (const { label, value, why } of figures) {
    if (value !== undefined || why === undefined) continue;
    const labels = lacking.get(why);
    if (labels === undefined) lacking.set(why, [label]);
    else labels.push(label);
  }
  return [...lacking].map(([why, labels]) => `unknown: ${labels.join(', ')}: ${why}`);
}

export function valueText(value: number, unit: Figure['unit']): string {
  switch (unit) {
    case 'ms':
      return duration(value);
    case 'share':
      return percent(value);
    case 'bytes-per-second':
      return `${bytes(value)} a second`;
    case 'per-second':
      return `${figureText(value)} a second`;
    case 'number':
      return figureText(value);
  }
}

/** Small figures keep their digits: 0.0000113 backends are not 0. */
function figureText(value: number): string {
  return value > 0 && value < 10 ? value.toPrecision(2) : count(value);
}

function heavyLines(page: Page, by: string, heavy: readonly HeavyStatement[]): readonly string[] {
  return heavy.map((one) => {
    const reads =
      one.blockReadsPerCall === undefined ? '' : `, ${count(one.blockReadsPerCall)} block reads a call`;
    const lead = `  ${by} ${percent(one.share).padStart(7)}  ${one.id}${reads}  `;
    return cutEnd(`${lead}${clean(one.text)}`, page.width);
  });
}

function writtenText(page: Page, { writtenTables }: DecisionReport): string {
  if (writtenTables.length === 0) return 'written: no table.';
  const texts = writtenTables.map(({ table, calls, rows, walBytes }) => {
    const wal = walBytes === undefined ? '' : `, ${bytes(walBytes)} of WAL`;
    return `${page.nameOf(table)} (${count(Math.round(calls))} calls, ${count(Math.round(rows))} rows${wal})`;
  });
  return `written most: ${texts.join(', ')}.`;
}

export function growthText({ counter, peakOverMean, peakAt, intervals, trendPerDay }: Growth): string {
  const trend =
    trendPerDay === undefined
      ? ', too few for a trend'
      : `, trend ${trendPerDay < 0 ? '−' : '+'}${percent(Math.abs(trendPerDay))} of the mean a day`;
  return `${counter.replace('-', ' ')}: peak interval ${peakOverMean.toFixed(2)} times the mean, the one up to ${peakAt}; ${intervals} intervals${trend}.`;
}

export function ruleText(rule: ShardingRule): string {
  const { crossShare, reconsiderAbove, goBelow } = rule;
  const measured = `Under this plan ${percent(crossShare)} of the weight is not on one shard by proof.`;
  const rules = `above ${percent(reconsiderAbove)} reconsider the key, from ${percent(goBelow)} on fix the shapes that cause it, below go`;
  return `Rule: ${measured} Thresholds: ${rules}. So: ${appliesText(rule)}`;
}

export function appliesText({ applies, shapes, leftWhenFixed }: ShardingRule): string {
  switch (applies) {
    case 'go':
      return 'go.';
    case 'fix-the-shapes':
      return `fix what can be fixed of the ${plural(shapes.length, 'heaviest shape')}. ${leftText(shapes, percent(leftWhenFixed))}`;
    case 'reconsider-the-key':
      return `reconsider the key; see to the ${plural(shapes.length, 'heaviest shape')} as well. ${leftText(shapes, percent(leftWhenFixed))}`;
  }
}

/** What saying the key would do to the heaviest shapes, for which of them that is proven. `left`: the share, as printed. */
export function leftText(shapes: readonly CrossingShape[], left: string): string {
  const mendable = shapes.filter((shape) => shape.mendable).length;
  if (mendable === 0) return 'Saying the key alone brings none of them onto one shard.';
  const those = mendable === shapes.length ? 'all' : String(mendable);
  return `Saying the key brings ${those} of them onto one shard, which leaves ${left}.`;
}

function shapeLines(page: Page, { id, share, verdict, text }: CrossingShape): readonly string[] {
  return [cutEnd(`  ${percent(share).padStart(7)}  ${id}  ${verdict}  ${clean(text)}`, page.width)];
}
