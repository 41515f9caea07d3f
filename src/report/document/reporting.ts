/** Reports and ETL: statements that want all rows, and where they get them. */

import type { Blocker, StatementReport } from '../../model/index.js';
import { code, codes } from '../markdown-words.js';
import { duration, grouped, plural } from '../numbers.js';
import { bullets, field, heading, type Section, say, table } from './blocks.js';
import type { Facts } from './facts.js';
import { ownerOf, share } from './spelling.js';

const MOST_STATEMENTS = 40;

/** These put rows of many shards together; more of the key in their text would make them another report. */
const together: ReadonlySet<Blocker> = new Set([
  'aggregate-above-shards',
  'limit-below',
  'join-off-key',
  'global-preserved',
]);

export function reportingSection(facts: Facts): Section {
  const wanting = facts.crossing.filter(wantsAllRows);
  if (facts.groups.length === 0) return { title: 'Reporting and ETL', blocks: [] };
  return {
    title: 'Reporting and ETL',
    blocks: [
      say(
        wanting.length === 0
          ? 'No statement of the workload puts rows of several keys together.'
          : `${plural(wanting.length, 'statement')} want rows of all keys at once (totals, and joins or limits that pay no heed to the key): ${share(wanting.reduce((sum, one) => sum + facts.shareOf(one), 0))} of the weight. On shards they are either a scatter that bothers every one, or they do not run at all. What joins two domains is not among them: it is split.`,
      ),
      ...table(
        ['Statement', '>Calls', '>Mean', 'Verdict', 'Tables', 'Owner'],
        wanting
          .slice(0, MOST_STATEMENTS)
          .map((one) => [
            code(one.id),
            grouped(one.counters.calls),
            meanOf(one),
            one.verdict.verdict,
            codes(one.verdict.tables.map(facts.bare), 4),
            ownerOf(one) ?? 'no tag',
          ]),
        field('statements'),
      ),
      heading('The path'),
      ...bullets([
        'Each shard streams its changes by logical replication; the streams of one table are put into one topic, in which a row carries its shard and its position, so that order is kept by key and a row is taken once.',
        'A warehouse, or a replica that subscribes to all shards, has all rows in one place: reports run there. What they see is as old as the slowest stream, which is measured and shown beside each report.',
        'Existing consumers of the one server keep their feed until they have moved: while data is moved, the old server stays a full copy by the reverse stream. Rows that the reverse stream applied carry an origin, so that a consumer of both sides drops what it has.',
        'Exports by COPY become one for each shard, each in a transaction of its own; there is no snapshot over all shards.',
      ]),
    ],
  };
}

function wantsAllRows({ verdict }: StatementReport): boolean {
  if (verdict.blocker !== undefined && together.has(verdict.blocker)) return true;
  return verdict.verdict === 'cross-shard' && verdict.blocker !== 'two-groups';
}

function meanOf({ counters }: StatementReport): string {
  if (counters.calls === 0 || counters.totalExecMs === 0) return 'unknown';
  const mean = counters.totalExecMs / counters.calls;
  return mean >= 10 ? duration(mean) : `${mean.toPrecision(2)} ms`;
}
