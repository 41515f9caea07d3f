/** Capacity and cost: what a shard holds and carries, how long copying takes, what servers cost. */

import { bytes } from '../../model/index.js';
import { code, plain } from '../markdown-words.js';
import { duration, grouped, plural } from '../numbers.js';
import { type Block, field, heading, type Section, say, table } from './blocks.js';
import { figureOf } from './derived.js';
import type { Facts } from './facts.js';
import { share, small } from './spelling.js';

export function capacitySection(facts: Facts): Section {
  if (facts.groups.length === 0) return { title: 'Capacity and cost', blocks: [] };
  return {
    title: 'Capacity and cost',
    blocks: [
      ...space(facts),
      ...load(facts),
      ...copying(facts),
      heading('Servers and cost'),
      say(serversText(facts), costText(facts)),
    ],
  };
}

function space(facts: Facts): readonly Block[] {
  const { derived, analysis } = facts;
  const { shards } = analysis.plan;
  if (derived.evenShardBytes === undefined) {
    return [
      say(`The sizes of tables are unknown: give statistics with ${code('--stats')} to have this computed.`),
    ];
  }
  const unsized =
    derived.unsized === 0
      ? []
      : [
          say(
            `${plural(derived.unsized, 'table')} of unknown size ${derived.unsized === 1 ? 'is' : 'are'} not in these sums.`,
          ),
        ];
  return [
    ...table(
      ['What', '>Bytes', 'Computed from'],
      [
        ['sharded tables', bytes(derived.shardedBytes), 'sum of their bytes'],
        ['global tables, one copy', bytes(derived.globalBytes), 'sum of their bytes'],
        ['unsharded tables', bytes(derived.unshardedBytes), 'sum of their bytes'],
        [
          'a shard, spread evenly',
          bytes(derived.evenShardBytes),
          `sharded / ${shards} + one copy of the global tables`,
        ],
        ...(derived.hottestShardBytes === undefined
          ? []
          : [
              [
                'the fullest shard',
                bytes(derived.hottestShardBytes),
                'median of the simulated placements + global copies',
              ],
            ]),
      ],
      `${field('tables[].totalBytes', 'load.plan.at')}; see the formulas in the appendix`,
    ),
    ...unsized,
    say(
      'Bytes are as the statistics have them, indexes included where they were counted; bloat moves with them only where rows are copied as files, which this migration does not do.',
    ),
  ];
}

function load(facts: Facts): readonly Block[] {
  const { kinds } = facts.analysis.load;
  const { shards } = facts.analysis.plan;
  const rows: readonly (readonly [string, number, string])[] = [
    ['by key', kinds.byKey, `divided by ${shards}`],
    ['spread evenly: reads of copies, lists of keys', kinds.spread, `divided by ${shards}`],
    ['on every shard: scatters and writes of copies', kinds.everyShard, 'not divided: each shard carries it'],
    ['on the unsharded database', kinds.unsharded, 'one server carries it'],
    ['by keys of which nothing is known', kinds.unknownKeys, 'left out of the simulation'],
    ['of statements that run nowhere yet', kinds.unplaced, 'left out of the simulation'],
  ];
  const busy = figureOf(facts.analysis, 'busy-backends');
  return [
    heading('Load'),
    say(
      busy === undefined
        ? 'Load is counted in shards bothered by the weight of the statements.'
        : `Load is counted in shards bothered by the weight of the statements; the whole server keeps ${small(busy)} backends busy today.`,
      'What goes to every shard is the part that more shards do not take away: it is the reason to mend scatters before adding servers.',
    ),
    ...table(
      ['Load', '>Share', 'With more shards'],
      rows.filter(([, part]) => part > 0).map(([what, part, then]) => [what, share(part), then]),
      field('load.kinds'),
    ),
  ];
}

function copying({ derived, intent }: Facts): readonly Block[] {
  if (derived.movedBytes === 0) return [];
  const { copyBytesPerSecond } = intent;
  const volume = `The backfill copies ${bytes(derived.movedBytes)}: sharded tables once, global ones to each shard.`;
  return [
    heading('Copying'),
    derived.copyMs !== undefined && copyBytesPerSecond !== undefined
      ? say(
          `${volume} At ${bytes(copyBytesPerSecond)} a second (${code('document.copyBytesPerSecond')}) that takes ${duration(derived.copyMs)}, index builds and pauses of the throttle not counted.`,
        )
      : say(
          `${volume} How long that takes depends on the rate that production allows: measure COPY out and in on the real machines in the preflight, and set ${code('document.copyBytesPerSecond')} in the config.`,
        ),
    ...(derived.walBytesPerDay === undefined
      ? []
      : [
          say(
            `Statements write ${bytes(derived.walBytesPerDay)} of WAL a day at top level, as pg\\_stat\\_statements counts it: while a replication slot waits, that much is kept, and what autovacuum, nested statements and checkpoints add.`,
          ),
        ]),
  ];
}

function serversText({ derived, analysis, intent, unsharded }: Facts): string {
  const { shards } = analysis.plan;
  const rest = unsharded.length === 0 ? '' : ' and one for the unsharded database';
  const standbys =
    intent.standbys === undefined
      ? `, standbys not counted (${code('document.standbys')} is not set)`
      : `, each with ${plural(intent.standbys, 'standby', 'standbys')}`;
  return `${plural(shards, 'primary', 'primaries')} for the shards${rest}${standbys}: ${plural(derived.servers, 'server')}.`;
}

function costText({ derived, intent }: Facts): string {
  const { nodeCost } = intent;
  if (nodeCost === undefined || derived.costPerMonth === undefined) {
    return `What a server costs no export says: set ${code('document.nodeCost')} (perMonth and currency) in the config. For as long as the old server is kept as the way back, it is paid for as well.`;
  }
  return `At ${grouped(nodeCost.perMonth)} ${plain(nodeCost.currency)} for one a month (${code('document.nodeCost')}) that is ${grouped(derived.costPerMonth)} ${plain(nodeCost.currency)} a month, the old server not counted.`;
}
