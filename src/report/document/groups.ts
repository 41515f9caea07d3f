/** A section for each key domain: why this key, what lies together, and table by table the alternatives and changes. */

import { bytes, type Candidate, type TableReport } from '../../model/index.js';
import { capital, code, codes, plain } from '../markdown-words.js';
import { grouped, plural } from '../numbers.js';
import { type Block, bullets, field, heading, type Section, say, sql, table } from './blocks.js';
import { ddlOf } from './ddl.js';
import { type Facts, touched } from './facts.js';
import type { KeyGroup, ShardedTable } from './key-groups.js';
import { flipText, orUnknown, placementText, share } from './spelling.js';

/** Two figures of one option would seem to contradict each other without it. */
const LEGEND =
  'How to read the options of a table, here and below: “on one shard”, “cost of the plan” and “what follows” are with all other tables planned anew around the option (where the cost says “at most”, as they are planned now); “what it does to its statements” is with all other tables as they are planned now.';

const MOST_ALTERNATIVES = 4;
const MOST_FOLLOWERS = 4;
/** Of more tables, those with traffic are described and the others named. */
const MOST_TABLES = 60;

export function groupSections(facts: Facts): readonly Section[] {
  return facts.groups.map((group, at) => groupSection(facts, group, at === 0));
}

function groupSection(facts: Facts, group: KeyGroup, isFirst: boolean): Section {
  const busy = touched(group.tables).slice(0, MOST_TABLES);
  const rest = group.tables.filter((one) => !busy.includes(one));
  return {
    title: `Tables by ${facts.bare(group.group)}`,
    blocks: [
      say(sizeText(facts, group), whyText(facts, group), togetherText(facts, group)),
      ...membersTable(facts, group),
      ...(isFirst ? [say(LEGEND)] : []),
      ...busy.flatMap((one) => tableBlocks(facts, one)),
      ...(rest.length === 0
        ? []
        : [
            say(
              `Not described here, for no statement or few of them touch them: ${codes(
                rest.map(({ name }) => facts.bare(name)),
                200,
              )}.`,
            ),
          ]),
    ],
  };
}

function sizeText(facts: Facts, { group, tables }: KeyGroup): string {
  const sums = facts.derived.groups.get(group);
  const load = facts.analysis.load.groups.find((one) => one.group === group);
  const parts = [
    plural(tables.length, 'table'),
    ...(sums === undefined || sums.bytes === 0
      ? []
      : [`${bytes(sums.bytes)}, ${share(sums.shareOfBytes)} of the sharded bytes`]),
    ...(load === undefined ? [] : [`${share(load.loadShare)} of the load`]),
  ];
  return `${capital(parts.join('; '))}.`;
}

/** The next best key of the busiest table says what the choice is worth. */
export function whyText(facts: Facts, { tables }: KeyGroup): string | undefined {
  const [busiest] = tables;
  if (busiest === undefined || busiest.calls === 0) return undefined;
  const [next] = othersOf(busiest);
  const own = busiest.singleShardShare;
  const now = `${facts.name(busiest.name)}, the busiest of them, has ${own === undefined ? 'no statement that could be judged' : `${share(own)} of its own weight on one shard by ${code(busiest.placement.key)}`}`;
  if (next === undefined) return `${now}; no other option of it passed the gates.`;
  const leaves =
    next.placement.placement === 'unsharded'
      ? 'put it into one database'
      : `leave it ${share(next.shareIfChosen)}`;
  const costs =
    next.flipCost === 0
      ? 'cost the whole plan nothing'
      : `change the cost of the whole plan by ${flipText(next.flipCost, facts.analysis.plan.certificate.cost, next.reoptimised)}`;
  const around = next.reoptimised ? 'everything else planned anew around it' : 'everything else as planned';
  return `${now}; the next best choice, ${placementText(next.placement)}, would ${leaves} and ${costs}, ${around}.`;
}

/** References that a shard can still check are the co-location that the database itself holds. */
function togetherText(facts: Facts, { tables }: KeyGroup): string | undefined {
  const members = new Set(tables.map(({ name }) => name));
  if (members.size < 2) return undefined;
  const broken = new Set(
    facts.constraints.map(({ table: name, name: constraint }) => `${name} ${constraint}`),
  );
  const inside = tables.flatMap(({ name }) =>
    (facts.catalog.tables.get(name)?.foreignKeys ?? [])
      .filter(({ target }) => members.has(target))
      .map((key) => ({ name, key })),
  );
  const kept = inside.filter(({ name, key }) => !broken.has(`${name} ${key.name}`));
  const edges = facts.analysis.graph.edges.filter(
    ({ source, target }) => members.has(source) && members.has(target),
  );
  const joined = edges.filter(({ predicates }) => predicates.length > 0);
  const foreignKeys =
    inside.length === 0
      ? 'no foreign key that is known ties them'
      : `${plural(inside.length, 'foreign key')} ${inside.length === 1 ? 'ties' : 'tie'} them, of which each shard can check ${kept.length === inside.length ? 'all' : String(kept.length)} as they are`;
  const used =
    edges.length === 0
      ? 'No statement touches two of them'
      : `${plural(edges.length, 'pair')} of them ${edges.length === 1 ? 'is' : 'are'} touched by the same statements, ${joined.length} joined by a predicate`;
  return `They lie together: equal keys share a shard. ${used}; ${foreignKeys}.`;
}

function membersTable(facts: Facts, { tables }: KeyGroup): readonly Block[] {
  return table(
    ['Table', 'Key', '>Rows', '>Bytes', '>Calls', '>Writes', '>On one shard'],
    tables.map((one) => [
      facts.name(one.name),
      placementText(one.placement),
      orUnknown(one.rowCount, grouped),
      orUnknown(one.totalBytes, bytes),
      grouped(one.calls),
      share(one.writeShare),
      one.singleShardShare === undefined ? '' : share(one.singleShardShare),
    ]),
    `${field('tables')}: rowCount, totalBytes, calls, writeShare, singleShardShare`,
  );
}

// ── one table ────────────────────────────────────────────────────────────────────────────────────────────────────────

function tableBlocks(facts: Facts, one: ShardedTable): readonly Block[] {
  const constraints = facts.constraints.filter(({ table: name }) => name === one.name);
  const ddl = ddlOf(facts, one);
  return [
    heading(facts.name(one.name)),
    say(...tableSentences(facts, one)),
    ...alternativesTable(facts, one),
    ...(constraints.length === 0
      ? []
      : [
          say('What no shard can check any more:'),
          ...bullets(constraints.map(({ message }) => plain(message))),
        ]),
    ...(ddl.length === 0 ? [] : [sql(ddl.join('\n'))]),
  ];
}

function tableSentences(facts: Facts, one: ShardedTable): readonly string[] {
  const { placement, flags, rejected } = one;
  const added =
    placement.addKey === undefined
      ? ''
      : ` The column is new, filled along ${codes(placement.addKey.path)}; the statements that have to say it are in the section on crossing statements.`;
  const watched = flags.filter(({ code: flag }) => !saidElsewhere.has(flag));
  const partition = facts.catalog.tables.get(one.name)?.partitionKey;
  return [
    `By ${placementText(placement)}${placement.keyType === undefined ? '' : ` (${plain(placement.keyType)})`}.${added}`,
    ...(partition === undefined
      ? []
      : [`It is partitioned by ${codes(partition)}, and stays so on every shard.`]),
    ...watched.map(
      ({ code: flag, message }) => `${capital(plain(flag.replaceAll('-', ' ')))}: ${plain(message)}.`,
    ),
    ...(rejected.length === 0
      ? []
      : [
          `Ruled out: ${rejected.map(({ option, reason }) => `${code(option)} (${plain(reason)})`).join('; ')}.`,
        ]),
  ];
}

/** What the plan's own words or another section say already. */
const saidElsewhere = new Set(['added-key', 'not-in-workload', 'no-statistics']);

/** Leaving a sharded table behind in one database is always possible; it counts where nothing else is left to choose. */
function othersOf({ candidates, placement }: TableReport): readonly Candidate[] {
  const others = candidates.filter((one) => !isSame(one, placement));
  const real = others.filter((one) => one.placement.placement !== 'unsharded');
  const counting = placement.placement !== 'sharded' || real.length === 0 ? others : real;
  return [...counting].sort((a, b) => a.flipCost - b.flipCost);
}

function isSame({ placement: one }: Candidate, other: TableReport['placement']): boolean {
  return placementText(one) === placementText(other);
}

export function alternativesTable(facts: Facts, one: TableReport): readonly Block[] {
  const { cost } = facts.analysis.plan.certificate;
  const chosen = one.candidates.filter((candidate) => isSame(candidate, one.placement)).slice(0, 1);
  const rows = [...chosen, ...othersOf(one).slice(0, MOST_ALTERNATIVES)];
  return table(
    ['Option', '>On one shard', '>Cost of the plan', 'What it does to its statements', 'What follows'],
    rows.map((candidate) => [
      isSame(candidate, one.placement)
        ? `**${placementText(candidate.placement)}**`
        : placementText(candidate.placement),
      candidate.placement.placement === 'unsharded' ? 'one database' : share(candidate.shareIfChosen),
      flipText(candidate.flipCost, cost, candidate.reoptimised),
      candidate.reasons
        .filter((reason) => reason !== 'chosen' && !/^costs? /.test(reason))
        .map(plain)
        .join('; '),
      codes([...candidate.follows.keys()].map(facts.bare), MOST_FOLLOWERS),
    ]),
    `\`analysis.json\` → \`tables[name=${one.name}].candidates\``,
  );
}
