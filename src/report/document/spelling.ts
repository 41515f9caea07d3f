/** Figures in the words of the document: one spelling for one kind of figure. */

import {
  bytes,
  type Figure,
  type Placement,
  percent,
  placeTagsOf,
  type StatementReport,
  type VerdictKind,
} from '../../model/index.js';
import { code, plain } from '../markdown-words.js';
import { count, duration } from '../numbers.js';
import { clean, cutEnd, place } from '../words.js';

export const UNKNOWN = 'unknown';

export function orUnknown(value: number | undefined, spell: (value: number) => string): string {
  return value === undefined ? UNKNOWN : spell(value);
}

export function figureText({ value, unit }: Figure): string {
  if (value === undefined) return UNKNOWN;
  switch (unit) {
    case 'ms':
      return duration(value);
    case 'share':
      return plain(percent(value));
    case 'bytes-per-second':
      return `${bytes(value)} a second`;
    case 'per-second':
      return `${small(value)} a second`;
    case 'number':
      return small(value);
  }
}

/** Small figures keep their digits: 0.0000113 backends are not 0. */
export function small(value: number): string {
  if (value <= 0 || value >= 10) return count(value);
  return value >= 0.001 ? value.toPrecision(2) : value.toFixed(Math.ceil(-Math.log10(value)) + 1);
}

export function share(value: number): string {
  return plain(percent(value));
}

/** A hottest share over an even one. */
export function times(value: number): string {
  return `${value.toFixed(2)} ×`;
}

/** What a placement is, in a cell. */
export function placementText(placement: Placement): string {
  if (placement.placement !== 'sharded') return placement.placement;
  return `${code(placement.key)}${placement.addKey === undefined ? '' : ' (new column)'}`;
}

/** What a flip adds to the cost of the plan. */
export function flipText(flipCost: number, cost: number, reoptimised: boolean): string {
  if (flipCost === 0) return 'none';
  const most = reoptimised ? '' : 'at most ';
  if (cost <= 0) return `${most}more`;
  const part = Math.abs(flipCost) / cost;
  const size = part >= 10 ? `${Math.round(part)} ×` : share2(part);
  return `${most}${flipCost < 0 ? '−' : '+'}${size}`;
}

function share2(part: number): string {
  return part >= 1 ? `${Math.round(part * 100)} %` : share(part);
}

export function placeOf({ source }: StatementReport): string {
  return code(place(source));
}

/** Who sent it, by the tags of sqlcommenter. */
export function ownerOf({ tags }: Pick<StatementReport, 'tags'>): string | undefined {
  const known = placeTagsOf(tags);
  return known.length === 0
    ? undefined
    : known.map(([key, value]) => `${plain(key)} ${code(value)}`).join(', ');
}

export const verdictWords: Readonly<Record<VerdictKind, string>> = {
  tableless: 'no application table',
  'single-shard': 'provably one shard',
  'global-read': 'any shard: only copies are read',
  unsharded: 'the unsharded database alone',
  conditional: 'one shard if named parameters are equal, or another column is passed',
  'multi-shard': 'the shards of a list of keys',
  scatter: 'every shard, each on its own; results put together',
  'global-write': 'every shard, to write each copy',
  'cross-shard': 'rows of different shards have to meet',
  'cross-database': 'sharded and unsharded data in one statement',
  unroutable: 'runs nowhere as it is: an INSERT without its key, an UPDATE of the key',
  unknown: 'cannot be read or judged',
};

/** A statement for a box of code: on one line, its middle left out when it is very long. */
export function statementText(text: string, most = 480): string {
  const line = clean(text);
  if (line.length <= most) return line;
  const head = Math.ceil((most * 2) / 3);
  return `${line.slice(0, head)} /* … */ ${line.slice(line.length - (most - head))}`;
}

const AROUND = 110;

/** A rewritten statement around what was changed: the rest stands just above it. */
export function changedText(before: string, rewritten: string): string {
  const [old, line] = [clean(before), clean(rewritten)];
  if (line.length <= 3 * AROUND) return line;
  let same = 0;
  while (same < line.length && line[same] === old[same]) same += 1;
  let tail = 0;
  while (tail < line.length - same && line.at(-1 - tail) === old.at(-1 - tail)) tail += 1;
  const from = Math.max(0, same - AROUND);
  const to = Math.min(line.length, line.length - tail + AROUND);
  return `${from === 0 ? '' : '/* … */ '}${line.slice(from, to)}${to === line.length ? '' : ' /* … */'}`;
}

/** `2026-03-01 04:00 UTC`; what is no ISO time stays as it is. */
export function timeText(iso: string): string {
  const [, day, minute] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}):\d{2}(?:\.\d+)?Z$/.exec(iso) ?? [];
  return day === undefined || minute === undefined ? plain(iso) : `${day} ${minute} UTC`;
}

/** A statement in a cell: the list of what it selects says the least, so it goes first. */
export function gistOf(text: string, width: number): string {
  const line = clean(text);
  if (line.length <= width) return line;
  const from = /^select\b/i.test(line) ? topLevelFrom(line) : -1;
  return cutEnd(from < 0 ? line : `${line.slice(0, 'select'.length)} … ${line.slice(from)}`, width);
}

/** Where the first FROM outside of brackets and quotes stands; −1 without one. */
function topLevelFrom(line: string): number {
  let depth = 0;
  for (const { 0: token, index } of line.matchAll(/'[^']*'|"[^"]*"|[()]|\bfrom\b/gi)) {
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    else if (depth === 0 && /^from$/i.test(token)) return index;
  }
  return -1;
}
