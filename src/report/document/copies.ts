/** Global and unsharded tables: each with both strategies and their numbers. */

import { bytes, type TableReport } from '../../model/index.js';
import { takenOf } from '../budget.js';
import { capital, code, codes, plain } from '../markdown-words.js';
import { grouped } from '../numbers.js';
import { listed } from '../words.js';
import { type Block, bullets, field, heading, type Section, say, table } from './blocks.js';
import { type Facts, touched } from './facts.js';
import { alternativesTable } from './groups.js';
import { orUnknown, share } from './spelling.js';

const MOST_KEPT_OUT = 20;

export function globalSection(facts: Facts): Section {
  const members = touched(facts.globals);
  if (facts.globals.length === 0) return { title: 'Global tables', blocks: [] };
  const { shards } = facts.analysis.plan;
  return {
    title: 'Global tables',
    blocks: [
      say(
        `A global table has a copy on each of the ${shards} shards, so that joins with it stay on one shard.`,
        'Reads are local; a write goes to every copy, in one atomic commit over all shards or through one source that feeds the copies.',
        'The other strategy, sharding the table or keeping it in one database, stands beside each with its numbers.',
      ),
      ...table(
        ['Table', '>Rows', '>Bytes', '>Bytes of all copies', '>Calls', '>Writes'],
        members.map((one) => [
          facts.name(one.name),
          orUnknown(one.rowCount, grouped),
          orUnknown(one.totalBytes, bytes),
          orUnknown(one.totalBytes, (size) => bytes(size * shards)),
          grouped(one.calls),
          share(one.writeShare),
        ]),
        `${field('tables')}; bytes of all copies: \`totalBytes\` × \`shards\``,
      ),
      ...budgets(facts, ['global']),
      ...members.flatMap((one) => strategies(facts, one)),
      heading('How a copy is kept'),
      ...bullets([
        'One owner of writes: the unsharded database, or shard 0 where there is none. The application writes there and nowhere else.',
        'From the owner, logical replication feeds every shard; a shard that lags answers with old rows, so the lag is watched and bounded.',
        'A statement that must see its own write of a global table reads it from the owner.',
      ]),
      ...untouched(facts, facts.globals),
    ],
  };
}

export function unshardedSection(facts: Facts): Section {
  const members = touched(facts.unsharded);
  if (facts.unsharded.length === 0) return { title: 'Unsharded tables', blocks: [] };
  return {
    title: 'Unsharded tables',
    blocks: [
      say(
        'These tables stay in one database beside the shards. A statement or transaction that needs both is split in the application: no shard can join with them.',
        `They carry ${share(facts.analysis.load.kinds.unsharded)} of the load.`,
      ),
      ...table(
        ['Table', '>Rows', '>Bytes', '>Calls', '>Writes'],
        members.map((one) => [
          facts.name(one.name),
          orUnknown(one.rowCount, grouped),
          orUnknown(one.totalBytes, bytes),
          grouped(one.calls),
          share(one.writeShare),
        ]),
        field('tables', 'load.kinds.unsharded'),
      ),
      ...budgets(facts, ['unsharded']),
      ...members.flatMap((one) => strategies(facts, one)),
      ...untouched(facts, facts.unsharded),
    ],
  };
}

function strategies(facts: Facts, one: TableReport): readonly Block[] {
  return [
    heading(facts.name(one.name)),
    say(
      ...one.flags
        .filter(({ code: flag }) => flag !== 'not-in-workload')
        .map(({ message }) => `${capital(plain(message))}.`),
      ...(one.flags.length === 0 ? ['The cheapest placement under these costs.'] : []),
    ),
    ...alternativesTable(facts, one),
  ];
}

function budgets({ analysis, name }: Facts, about: readonly string[]): readonly Block[] {
  const those = (analysis.plan.budgets ?? []).filter((budget) =>
    about.some((word) => budget.name.includes(word)),
  );
  return bullets(
    those.map((budget) => {
      const out = budget.keptOut.map(({ table: kept }) => name(kept));
      const over = budget.exceeded ? ' **The budget is exceeded.**' : '';
      const kept = out.length === 0 ? '' : ` It kept out ${listed(out, MOST_KEPT_OUT)}.`;
      return `Budget, ${plain(budget.name)}: ${plain(takenOf(budget))}.${over}${kept}`;
    }),
  );
}

function untouched(facts: Facts, all: readonly TableReport[]): readonly Block[] {
  const rest = all.filter((one) => !touched(all).includes(one)).map(({ name }) => facts.bare(name));
  if (rest.length === 0) return [];
  return [
    say(
      `Not in the workload, so that their placement is a choice without evidence: ${codes(rest, 200)} (${code('tables[].flags')}).`,
    ),
  ];
}
