/**
 * The phases in which a live server is taken to the shards, with their gates and ways back. Thresholds are those of the
 * protocol, not figures of the workload; waiting times are the least that a gate demands.
 */

import type { MigrationPhaseName } from '../../model/index.js';

export interface Phase {
  readonly name: MigrationPhaseName;
  readonly what: string;
  readonly exit: readonly string[];
  readonly back: string;
  /** The least days that the gate waits; work comes on top. */
  readonly leastDays: number;
}

export const phases: readonly Phase[] = [
  {
    name: 'preflight',
    what: 'What has to be true of servers, schema and network before anything is touched.',
    exit: [
      'wal_level is logical; slots and senders are free; no prepared transaction is open',
      'every table has a primary key or replica identity, and its key is in it or can be read',
      'constraints that cross shards are listed and have their remedy',
      'decoding has at least twice the headroom of the peak; disk for 24 h of WAL',
      'the same keys hash to the same buckets on every server',
    ],
    back: 'nothing was changed',
    leastDays: 1,
  },
  {
    name: 'schema',
    what: 'The schema on every shard, a freeze on DDL, guards that watch ownership without refusing yet.',
    exit: [
      'fingerprints of the schema are the same on all shards',
      'guards are installed, watching; added latency of a write p99 at most 1 ms',
      'the application writes added key columns and makes its ids',
    ],
    back: 'drop the guards',
    leastDays: 1,
  },
  {
    name: 'stream',
    what: 'Changes flow from the old server to the shards, and the way back is built and idle.',
    exit: [
      'lag below 5 s for 30 minutes',
      'the reverse stream answers a round trip',
      'no change comes back in a loop',
    ],
    back: 'drop slots and streams',
    leastDays: 1,
  },
  {
    name: 'backfill',
    what: 'Rows are copied in chunks, throttled, each compared by a hash in the snapshot that it was read in.',
    exit: [
      'all chunks done, rows as expected',
      'no hash differs',
      'p99 of the old server within 10 % of before',
    ],
    back: 'stop, truncate the targets of the group',
    leastDays: 1,
  },
  {
    name: 'verify',
    what: 'Both sides are compared without end: counts and hashes, down to the row that differs.',
    exit: [
      'no confirmed difference for 72 h, two full passes among it',
      'erasures are through on both sides',
    ],
    back: 'repair, or fill the range again',
    leastDays: 3,
  },
  {
    name: 'shadow',
    what: 'A share of the reads goes to the shards as well, and answers are compared.',
    exit: [
      'every statement shape was compared often enough',
      'no answer differs beyond the lag',
      'p99 of the shards at most 1.2 times that of the old server',
    ],
    back: 'set the share to 0',
    leastDays: 1,
  },
  {
    name: 'canary',
    what: 'Ownership of 1 % of the buckets moves: fence, wait for writers, barrier, decide, grant.',
    exit: [
      'pause of writes p99 at most 250 ms',
      'error rate within 0.01 % of before',
      'lag of the reverse stream below 1 s',
      '24 h without a finding',
    ],
    back: 'the same hand-off with the ends swapped, in seconds',
    leastDays: 1,
  },
  {
    name: 'cutover',
    what: '5 %, 25 %, 50 %, 100 % of the buckets, then the global tables.',
    exit: ['as for the first 1 %, after each step', 'load of the shards below 60 %'],
    back: 'the same hand-off with the ends swapped, in seconds',
    leastDays: 4,
  },
  {
    name: 'hold',
    what: 'The shards own everything; the old server stays a full copy by the reverse stream.',
    exit: ['reverse stream healthy and compared for 14 days', 'backups of the shards restored once'],
    back: 'still the same hand-off',
    leastDays: 14,
  },
  {
    name: 'complete',
    what: 'The way back is given up, by a confirmation that is typed.',
    exit: ['restore from backup to a point in time was tested', 'the old server refuses every write'],
    back: '**none but a restore**',
    leastDays: 1,
  },
  {
    name: 'clean-up',
    what: 'After the time that records have to be kept, tables on the old server are renamed, then dropped.',
    exit: ['nobody asked for the renamed tables'],
    back: 'none',
    leastDays: 1,
  },
];
