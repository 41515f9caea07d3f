/** How evenly the shards would be loaded, for the plan and for each group of keys; what whales do, and what helps. */

import {
  type AnalysisResult,
  type GroupLoad,
  type LoadReport,
  type PlacedLoad,
  percent,
  type ShardCountLoad,
  type Spread,
  type Whale,
} from '../model/index.js';
import { plural } from './numbers.js';
import { firstOf, type Page, type Section } from './page.js';
import { type ColumnOf, renderTable } from './table.js';
import { clean, wrap } from './words.js';

const MOST_GROUPS = 4;
const MOST_UNKNOWN = 3;
const MOST_WHALES = 3;

export function loadSection(page: Page, { load, plan }: AnalysisResult): Section | undefined {
  if (load.groups.length === 0) return undefined;
  const groups = page.verbose ? load.groups : load.groups.slice(0, MOST_GROUPS);
  const rows = rowsOf(page, load, groups, plan.shards);
  return {
    title: `LOAD BY SHARD, simulated: the hottest shard's share over an even share`,
    lines: [
      ...(rows.length === 0
        ? []
        : [...renderTable(page, columns, rows), ...wrap(howText(load), page.width, '  ')]),
      ...wrap(kindsText(load), page.width, '  ', '    '),
      ...firstOf(page, load.groups, MOST_GROUPS, (group) => groupLines(page, group, plan.shards)),
    ],
  };
}

interface Row {
  readonly name: string;
  readonly measure: string;
  readonly at: ShardCountLoad;
}

function rowsOf(page: Page, load: LoadReport, groups: readonly GroupLoad[], planned: number): readonly Row[] {
  const placed: readonly (readonly [string, PlacedLoad])[] = [
    ['whole plan', load.plan],
    ...groups.map((group) => [page.nameOf(group.group), group] as const),
  ];
  return placed.flatMap(([name, { at, measure }]) =>
    at
      .filter(({ shards }) => page.verbose || shards === planned || name === 'whole plan')
      .map((one): Row => ({ name, measure, at: one })),
  );
}

const columns: readonly ColumnOf<Row>[] = [
  { title: 'keys of', text: ({ name }) => name, fit: 'cut' },
  { title: 'shards', text: ({ at }) => String(at.shards), align: 'right' },
  { title: 'rows', text: ({ at }) => times(at.hottest.rows, at.shards), align: 'right' },
  { title: 'bytes', text: ({ at }) => times(at.hottest.bytes, at.shards), align: 'right' },
  { title: 'load (5-95 %)', text: ({ at }) => timesBetween(at.hottest.load, at.shards), align: 'right' },
  { title: 'pinned', text: ({ at }) => times(at.pinned, at.shards), align: 'right' },
  { title: 'own', text: ({ at }) => times(at.ownShard, at.shards), align: 'right' },
  { title: 'limit', text: ({ at }) => ratio(at.limit * at.shards), align: 'right' },
];

function times(spread: Spread | undefined, shards: number): string {
  return spread === undefined ? '-' : ratio(spread.median * shards);
}

function timesBetween(spread: Spread | undefined, shards: number): string {
  if (spread === undefined) return '-';
  return `${ratio(spread.median * shards)} (${(spread.low * shards).toFixed(2)}-${(spread.high * shards).toFixed(2)})`;
}

function ratio(value: number): string {
  return value.toFixed(2);
}

export function howText({ runs, hashedKeys }: LoadReport): string {
  return `Keys are made up (${runs} runs of ${hashedKeys} hashed keys), their frequencies are those of the statistics; the most common key of each table of a group is taken to be the same key, and calls to fall on keys as rows do. pinned: whales on the emptiest shards; own: one more shard for the heaviest; limit: no placement is below it.`;
}

export function kindsText({ kinds }: LoadReport): string {
  const parts: readonly (readonly [number, string])[] = [
    [kinds.byKey, 'by key'],
    [kinds.spread, 'spread evenly (global reads, lists of keys)'],
    [kinds.everyShard, 'on every shard (scatters and the like)'],
    [kinds.unsharded, 'on the unsharded database'],
    [kinds.unknownKeys, 'by keys of which nothing is known, left out'],
    [kinds.unplaced, 'of statements that cannot be placed, left out'],
  ];
  const said = parts.filter(([share]) => share > 0).map(([share, what]) => `${percent(share)} ${what}`);
  return `Load: ${said.length === 0 ? 'none' : said.join(', ')}.`;
}

function groupLines(page: Page, group: GroupLoad, shards: number): readonly string[] {
  const name = page.nameOf(group.group);
  const { whales, unknown, assumed } = group;
  const shownWhales = page.verbose ? whales : whales.slice(0, MOST_WHALES);
  const left = whales.length - shownWhales.length;
  const say = (text: string): readonly string[] => wrap(clean(text), page.width, '  ', '    ');
  return [
    ...(whales.length === 0
      ? []
      : say(
          `${name}: ${plural(whales.length, 'whale')}: ${shownWhales.map((one) => whaleText(page, one, shards)).join('; ')}${left === 0 ? '' : `; and ${left} more`}.`,
        )),
    ...(unknown.length === 0
      ? []
      : say(
          `${name}: skew unknown for ${shortened(
            page,
            unknown.map(({ table, why }) => `${page.nameOf(table)} (${why})`),
          )}; not in the figures.`,
        )),
    ...(assumed.length === 0
      ? []
      : say(
          `${name}: assumed for ${shortened(
            page,
            assumed.map(({ table, what }) => `${page.nameOf(table)} (${what})`),
          )}.`,
        )),
  ];
}

export function whaleText(page: Page, { rank, table, frequency, loadShare }: Whale, shards: number): string {
  const load = loadShare === undefined ? '' : `, ${percent(loadShare)} of the group's load`;
  return `the key of rank ${rank} has ${percent(frequency)} of ${page.nameOf(table)}, ${percent(frequency * shards)} of one shard's share${load}`;
}

function shortened(page: Page, texts: readonly string[]): string {
  const shown = page.verbose ? texts : texts.slice(0, MOST_UNKNOWN);
  const left = texts.length - shown.length;
  return `${shown.join('; ')}${left === 0 ? '' : `; and ${left} more tables`}`;
}
