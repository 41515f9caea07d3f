/** Hot shards: how evenly the keys would lie, which keys are too heavy, and what helps. */

import type { PlacedLoad, Spread, Whale } from '../../model/index.js';
import { code, plain } from '../markdown-words.js';
import { grouped } from '../numbers.js';
import { type Block, bullets, field, heading, type Section, say, sql, table } from './blocks.js';
import type { Facts } from './facts.js';
import { share, times } from './spelling.js';
import { ident, quote } from './sql-words.js';

const MOST_WHALES = 20;

export function hotShardSection(facts: Facts): Section {
  const { load, plan } = facts.analysis;
  if (load.plan.measure === 'none') return { title: 'Hot shards', blocks: unknownSkew(facts) };
  return {
    title: 'Hot shards',
    blocks: [
      say(
        `Simulated: ${grouped(load.runs)} placements of ${grouped(load.hashedKeys)} made-up keys each, whose frequencies are those of the statistics. Calls are taken to fall on keys as rows do, and the most common key of each table of a group to be the same key.`,
      ),
      ...placedTable(facts),
      ...whales(facts),
      ...notKnown(facts),
      heading('What is done about it'),
      ...bullets([
        `Watched: the load of each shard against its even share, ${share(1 / plan.shards)}. The gate of the migration stops a cohort before a shard is too full.`,
        'First measure: a whale is pinned to the emptiest shard. The map holds such pins, and moving one key is a hand-off of its bucket or of the key alone.',
        'Second measure: one more shard for the heaviest. The columns above say what either would leave.',
        'More shards do not help against a whale: what one key has, one shard has. The limit in the table is that of the heaviest key.',
      ]),
      ...watchQuery(facts),
    ],
  };
}

function unknownSkew(facts: Facts): readonly Block[] {
  if (facts.groups.length === 0) return [];
  return [
    say(
      'How evenly the keys lie cannot be said: no statistics with frequencies of common values were given.',
      `Export them (${code('pg_stats')}: n\\_distinct and most\\_common\\_freqs, never the values) and give them with ${code('--stats')}.`,
    ),
    ...watchQuery(facts),
  ];
}

function placedTable(facts: Facts): readonly Block[] {
  const { load, plan } = facts.analysis;
  const all: readonly (readonly [string, PlacedLoad, boolean])[] = [
    ['the whole plan', load.plan, true],
    ...load.groups.map((group) => [code(facts.bare(group.group)), group, false] as const),
  ];
  const over = (spread: Spread | undefined, shards: number): string =>
    spread === undefined ? '' : times(spread.median * shards);
  const between = (spread: Spread | undefined, shards: number): string =>
    spread === undefined
      ? ''
      : `${times(spread.median * shards)} (${times(spread.low * shards)} to ${times(spread.high * shards)})`;
  return table(
    [
      'Keys of',
      '>Shards',
      '>Rows',
      '>Bytes',
      '>Load (5 % to 95 % of the runs)',
      '>Whales pinned',
      '>Own shard',
      '>Limit',
    ],
    all.flatMap(([name, { at }, whole]) =>
      at
        .filter(({ shards }) => whole || shards === plan.shards)
        .map((one) => [
          name,
          String(one.shards),
          over(one.hottest.rows, one.shards),
          over(one.hottest.bytes, one.shards),
          between(one.hottest.load, one.shards),
          over(one.pinned, one.shards),
          over(one.ownShard, one.shards),
          times(one.limit * one.shards),
        ]),
    ),
    `${field('load.plan.at', 'load.groups[].at')}: the hottest shard over an even one`,
  );
}

function whales(facts: Facts): readonly Block[] {
  const { load, plan } = facts.analysis;
  const found: readonly Whale[] = load.groups.flatMap((group) => group.whales);
  if (found.length === 0) {
    return [
      say(
        `No key has ${share(load.whaleFraction)} or more of what one shard should hold: there is no whale that is known.`,
      ),
    ];
  }
  return [
    say(
      `A key of ${share(load.whaleFraction)} or more of one shard's even share is a whale, felt wherever it lies. Its value is in no file of this tool.`,
    ),
    ...table(
      [
        'Domain',
        '>Rank of the key',
        'Most frequent in',
        '>Of its rows',
        ">Of one shard's share",
        ">Of the group's load",
      ],
      found
        .slice(0, MOST_WHALES)
        .map(({ group, rank, table: name, frequency, loadShare }) => [
          code(facts.bare(group)),
          String(rank),
          facts.name(name),
          share(frequency),
          share(frequency * plan.shards),
          loadShare === undefined ? '' : share(loadShare),
        ]),
      `${field('load.groups[].whales')}; of one shard's share: frequency × \`shards\``,
    ),
  ];
}

function notKnown(facts: Facts): readonly Block[] {
  const { groups } = facts.analysis.load;
  return bullets([
    ...groups.flatMap(({ assumed }) =>
      assumed.map(({ table: name, what }) => `Assumed for ${facts.name(name)}: ${plain(what)}.`),
    ),
    ...groups.flatMap(({ unknown }) =>
      unknown.map(({ table: name, why }) => `Not in the figures: ${facts.name(name)} (${plain(why)}).`),
    ),
  ]);
}

/** The busiest table of each group shows the skew of its keys. */
function watchQuery({ groups }: Facts): readonly Block[] {
  const queries = groups.flatMap(({ tables }) => {
    const own = tables.find(({ placement }) => placement.addKey === undefined);
    if (own === undefined) return [];
    const key = quote(own.placement.key);
    return [
      `SELECT ${key}, count(*) FROM ${ident(own.name)} TABLESAMPLE SYSTEM (1) GROUP BY 1 ORDER BY 2 DESC LIMIT 20;`,
    ];
  });
  if (queries.length === 0) return [];
  return [
    say(
      `The heaviest keys of today, by a sample, ${queries.length === 1 ? '' : 'a query for each domain, '}run on the server of today:`,
    ),
    sql(queries.join('\n')),
  ];
}
