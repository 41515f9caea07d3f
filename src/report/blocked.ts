/** What keeps statements from one shard, group by group, and what the new key columns ask of the application. */

import {
  type AnalysisResult,
  type BlockedGroup,
  type Blocker,
  type KeyChange,
  percent,
} from '../model/index.js';
import { plural } from './numbers.js';
import { firstOf, type Page, type Section } from './page.js';
import { clean, cutEnd, place, wrap } from './words.js';

const MOST_GROUPS = 6;
const MOST_CHANGES = 6;

export const blockerWords: Readonly<Record<Blocker, string>> = {
  'no-key': 'no key given',
  'list-of-keys': 'a list of keys',
  'key-not-constant': 'the key is computed',
  'two-parameters': 'two parameters for one key',
  'key-passed-by-path': 'the new key is not passed',
  'join-off-key': 'joined on another column than the key',
  'two-groups': 'keys of two groups',
  'nullable-side': 'the key of a joined table is fixed apart',
  'aggregate-above-shards': 'an aggregate over several shards',
  'limit-below': 'a LIMIT inside over several shards',
  'global-preserved': 'global rows joined with sharded ones',
  'global-written': 'a global table is written',
  'global-from-shards': 'a global table written from sharded rows',
  'runs-everywhere': 'a command for every shard',
  'two-databases': 'an unsharded table met',
  'insert-without-key': 'inserted without the key',
  'key-updated': 'the key is changed',
  'unique-without-key': 'a unique index without the key',
  'table-not-in-plan': 'a table that is not in the plan',
  'unseen-code': 'code that cannot be seen',
  unreadable: 'unreadable',
};

export function blockedSection(page: Page, { blocked }: AnalysisResult): Section | undefined {
  if (blocked.length === 0) return undefined;
  return {
    title: 'WHAT KEEPS STATEMENTS FROM ONE SHARD, the heaviest first',
    lines: firstOf(page, blocked, MOST_GROUPS, (group) => describe(page, group)),
  };
}

function describe(page: Page, group: BlockedGroup): readonly string[] {
  const { width, paint } = page;
  const names = group.concerns.map(({ table, column }) =>
    column === undefined ? page.nameOf(table) : `${page.nameOf(table)}.${clean(column)}`,
  );
  const about = names.length === 0 ? '' : `: ${names.join(', ')}`;
  const size = `${plural(group.statements, 'statement')}, ${plural(group.calls, 'call')}`;
  const example = group.examples.find(({ rewritten }) => rewritten !== undefined);
  return [
    ...wrap(
      `${paint.yellow(blockerWords[group.blocker])}${about} (${size})`,
      width,
      `${percent(group.share).padStart(7)}  `,
    ),
    ...group.fixes.flatMap(({ text, gain }) =>
      wrap(
        `${clean(text)}${gain === undefined ? '' : ` (+${percent(gain)} single-shard)`}`,
        width,
        '         fix: ',
      ),
    ),
    ...(example?.rewritten === undefined
      ? []
      : [
          `         e.g. ${place(example.source)}`,
          `         ${fitted(page, example.rewritten, example.text, width - 9)}`,
        ]),
  ];
}

/** One line around the first thing that was added. */
function fitted({ verbose }: Page, rewritten: string, before: string, width: number): string {
  const [line, old] = [clean(rewritten), clean(before)];
  if (verbose || line.length <= width) return line;
  const differs = [...line].findIndex((character, at) => character !== old[at]);
  const from = Math.max(0, Math.min(differs - Math.floor(width / 3), line.length - width + 1));
  return from === 0 ? cutEnd(line, width) : `…${cutEnd(line.slice(from), width - 1)}`;
}

export function keyChangeSection(
  page: Page,
  { keyChanges, statements: all }: AnalysisResult,
): Section | undefined {
  const needed = keyChanges.filter(({ statements }) => statements.length > 0);
  if (needed.length === 0) return undefined;
  const texts = new Map(all.map(({ id, text }) => [id, text]));
  return {
    title: 'STATEMENTS THAT HAVE TO SAY A NEW KEY COLUMN',
    lines: needed.flatMap((change) => describeChange(page, change, texts)),
  };
}

function describeChange(
  page: Page,
  { table, column, statements }: KeyChange,
  texts: ReadonlyMap<string, string>,
): readonly string[] {
  const byHand = statements.filter(({ rewritten }) => rewritten === undefined).length;
  const open = byHand === 0 ? '' : `, ${byHand} of them to be written by hand`;
  return [
    `  ${page.nameOf(table)}.${clean(column)}: ${plural(statements.length, 'statement')}${open}`,
    ...firstOf(page, statements, MOST_CHANGES, ({ id, source, rewritten }) => [
      `    ${place(source)}`,
      ...(rewritten === undefined
        ? []
        : [`      ${fitted(page, rewritten, texts.get(id) ?? '', page.width - 6)}`]),
    ]),
  ];
}
