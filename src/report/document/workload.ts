/** What the server was measured doing: how much of it is seen, what is heavy, what is written, how it grows. */

import {
  bytes,
  type CoveragePart,
  type Growth,
  type HeavyStatement,
  percent,
  type StatementReport,
} from '../../model/index.js';
import { code, plain } from '../markdown-words.js';
import { count, duration, grouped, plural } from '../numbers.js';
import { type Block, field, heading, type Section, say, table } from './blocks.js';
import type { Facts } from './facts.js';
import { gistOf, share, timeText, UNKNOWN } from './spelling.js';

const MOST_STATEMENTS = 10;
const MOST_TABLES = 40;
const TEXT_WIDTH = 90;

export function workloadSection(facts: Facts): Section {
  return {
    title: 'The workload as measured',
    blocks: [
      say(windowText(facts), coverageText(facts)),
      ...coverageTable(facts),
      ...heaviestByWeight(facts),
      ...heaviest('Heaviest by execution time', facts.analysis.decision.byTime, 'decision.byTime'),
      ...heaviest('Heaviest by WAL', facts.analysis.decision.byWal, 'decision.byWal'),
      ...readsAndWrites(facts),
      ...growth(facts),
    ],
  };
}

export function windowText({ analysis: { window, coverage } }: Facts): string {
  const when =
    window.from !== undefined && window.to !== undefined
      ? `from ${timeText(window.from)} to ${timeText(window.to)}`
      : window.to === undefined
        ? 'over a time that the export does not say'
        : `until ${timeText(window.to)}, since when is not in the export`;
  const taken =
    window.snapshots === 1 ? '' : window.summed === true ? ', exports added' : ', snapshots subtracted';
  return `The figures are of ${plural(coverage.statements, 'statement')} and ${plural(coverage.calls, 'call')} of pg\\_stat\\_statements, ${when} (${plural(window.snapshots, 'export')}${taken}).`;
}

function coverageText({ analysis: { coverage, window } }: Facts): string {
  const evicted =
    coverage.evicted === 'unknown'
      ? 'Whether entries were evicted in the window the export does not say.'
      : coverage.evicted === 0
        ? 'No entry was evicted in the window.'
        : `${plural(coverage.evicted, 'entry', 'entries')} were evicted: the long tail is missing.`;
  const restarted =
    window.restarted === 0
      ? ''
      : ` ${plural(window.restarted, 'counter')} restarted and were counted from zero.`;
  return `${evicted}${restarted} Nothing is left out in silence: every row is in one line of this table.`;
}

export function coverageTable({ analysis: { coverage } }: Facts): readonly Block[] {
  const hasTimes = coverage.timesKnown !== false;
  const rows: readonly (readonly [string, CoveragePart])[] = [
    ['readable statements of the application', coverage.readable],
    ['of no application table', coverage.tableless],
    ['masked: the exporting role may not read them', coverage.masked],
    ['truncated texts', coverage.truncated],
    ['texts that could not be parsed', coverage.unparsed],
    ['utility commands', coverage.utility],
    ['catalog and monitoring queries', coverage.catalog],
    ['nested in other statements', coverage.nested],
    ['of other databases', coverage.otherDatabase],
  ];
  const part = (of: number, whole: number): string => share(whole === 0 ? 0 : of / whole);
  return table(
    [
      'Rows of the export',
      '>Statements',
      '>Calls',
      '>Share of calls',
      ...(hasTimes ? ['>Share of time'] : []),
    ],
    rows
      .filter(([, { statements }]) => statements > 0)
      .map(([what, { statements, calls, totalExecMs }]) => [
        what,
        grouped(statements),
        grouped(calls),
        part(calls, coverage.calls),
        ...(hasTimes ? [part(totalExecMs, coverage.totalExecMs)] : []),
      ]),
    field('coverage'),
  );
}

function heaviestByWeight(facts: Facts): readonly Block[] {
  const { statements, plan } = facts.analysis;
  const shown = statements.slice(0, MOST_STATEMENTS);
  return [
    heading(`Heaviest by ${plan.weight}`),
    ...table(
      ['Statement', '>Calls', 'Verdict', 'Text'],
      shown.map((one: StatementReport) => [
        code(one.id),
        grouped(one.counters.calls),
        one.verdict.verdict,
        code(gistOf(one.text, TEXT_WIDTH)),
      ]),
      field('statements'),
    ),
  ];
}

function heaviest(title: string, all: readonly HeavyStatement[], source: string): readonly Block[] {
  if (all.length === 0) return [];
  return [
    heading(title),
    ...table(
      ['Statement', '>Share', '>Calls', '>Mean', '>Blocks a call', '>WAL a call', 'Text'],
      all.map((one) => [
        code(one.id),
        share(one.share),
        grouped(one.calls),
        meanText(one.meanMs),
        one.blocksPerCall === undefined ? UNKNOWN : count(one.blocksPerCall),
        one.walBytesPerCall === undefined ? UNKNOWN : bytes(one.walBytesPerCall),
        code(gistOf(one.text, TEXT_WIDTH)),
      ]),
      field(source),
    ),
  ];
}

function meanText(ms: number): string {
  return ms >= 10 ? duration(ms) : `${ms.toPrecision(2)} ms`;
}

function readsAndWrites(facts: Facts): readonly Block[] {
  const { graph, decision } = facts.analysis;
  const busiest = [...graph.nodes]
    .sort((a, b) => b.reads + b.writes - (a.reads + a.writes))
    .slice(0, MOST_TABLES);
  if (busiest.length === 0) return [];
  const written = new Map(decision.writtenTables.map((one) => [one.table, one]));
  const reading = decision.levers.find(({ code: lever }) => lever === 'read-replicas')?.says[0];
  return [
    heading('Reads and writes'),
    say(
      `A statement counts for each table that it touches: ${share(facts.derived.writeShare)} of that are writes.`,
      reading === undefined ? undefined : plain(reading),
    ),
    ...table(
      ['Table', '>Reads', '>Writes', '>Share of writes', '>Rows written', '>WAL'],
      busiest.map(({ table: name, reads, writes }) => {
        const one = written.get(name);
        return [
          facts.name(name),
          grouped(reads),
          grouped(writes),
          share(reads + writes === 0 ? 0 : writes / (reads + writes)),
          one === undefined ? '' : grouped(Math.round(one.rows)),
          one?.walBytes === undefined ? '' : bytes(one.walBytes),
        ];
      }),
      `${field('graph.nodes')}; rows and WAL of the most written: \`decision.writtenTables\``,
    ),
    ...(graph.nodes.length > busiest.length
      ? [say(`${plural(graph.nodes.length - busiest.length, 'less busy table')} are in the analysis.`)]
      : []),
  ];
}

const unitOf: Readonly<Record<Growth['counter'], (value: number) => string>> = {
  calls: (value) => `${small(value)} a second`,
  rows: (value) => `${small(value)} a second`,
  'wal-bytes': (value) => `${bytes(value)} a second`,
  'busy-backends': (value) => small(value),
};

function small(value: number): string {
  return value >= 10 ? count(value) : value.toPrecision(2);
}

function growth({ analysis: { decision } }: Facts): readonly Block[] {
  if (decision.growth.length === 0) {
    return decision.growthUnknown === undefined
      ? []
      : [heading('Growth'), say(`Growth is unknown: ${plain(decision.growthUnknown)}.`)];
  }
  return [
    heading('Growth'),
    say(
      'A few intervals show peaks and a direction. They are no forecast: seasons and launches are not in an export.',
    ),
    ...table(
      ['Counter', '>Mean', '>Peak', '>Peak over mean', 'Peak ends', '>Intervals', '>Trend a day'],
      decision.growth.map((one) => [
        one.counter.replaceAll('-', ' '),
        unitOf[one.counter](one.mean),
        unitOf[one.counter](one.peak),
        one.peakOverMean.toFixed(2),
        timeText(one.peakAt),
        String(one.intervals),
        one.trendPerDay === undefined
          ? 'too few intervals'
          : `${one.trendPerDay < 0 ? '−' : '+'}${plain(percent(Math.abs(one.trendPerDay)))}`,
      ]),
      field('decision.growth'),
    ),
  ];
}
