/** The migration: what comes before, the phases with gates and ways back, drawn over time, and the order of the data. */

import { bytes } from '../../model/index.js';
import { daysOf, type Timeline } from '../diagrams/timeline.js';
import { capital, code, codes, plain } from '../markdown-words.js';
import { plural } from '../numbers.js';
import { type Block, bullets, field, heading, type Section, say, steps, table } from './blocks.js';
import type { Facts } from './facts.js';
import { type Phase, phases } from './phases.js';
import { share } from './spelling.js';

export function migrationSection(facts: Facts): Section {
  if (facts.groups.length === 0) return { title: 'Migration', blocks: [] };
  return {
    title: 'Migration in phases',
    blocks: [
      say(
        'No maintenance window: the old server stays in charge of a key until the moment its bucket is handed over, every phase has gates that are measured, and every phase up to the hold can be undone.',
        'Ownership is decided by one row in the database that writers lock as well: at no time two servers own a bucket.',
      ),
      heading('Before the first phase'),
      ...steps(before(facts)),
      heading('Phases, gates and ways back'),
      ...phaseTable(facts),
      ...timeline(facts),
      heading('What the schema tells of the preflight'),
      ...bullets(preflight(facts)),
      heading('The order of the data'),
      ...steps(orderOfData(facts)),
    ],
  };
}

function before(facts: Facts): readonly string[] {
  const { analysis, constraints } = facts;
  const { rule } = analysis.decision;
  const added = analysis.keyChanges.filter(({ statements }) => statements.length > 0);
  const of = (change: string): number =>
    constraints.filter((one) => one.change === change && one.kind !== 'sequence').length;
  const sequences = constraints.filter(({ kind }) => kind === 'sequence').length;
  return [
    ...(rule.applies === 'go' || rule.shapes.length === 0
      ? []
      : [`Mend the crossing statements that the rule names: ${codes(rule.shapes.map(({ id }) => id))}.`]),
    ...added.map(
      ({ table: name, column, statements }) =>
        `Add ${code(`${facts.bare(name)}.${column}`)}, write it from the application, fill it, then pass it in ${plural(statements.length, 'statement')}.`,
    ),
    ...(sequences === 0 ? [] : [`Make the ids of ${plural(sequences, 'column')} without a sequence.`]),
    ...(of('lookup-table') === 0
      ? []
      : [
          `Build ${plural(of('lookup-table'), 'lookup table')}, write them in the application, then fill them from the rows that were there before.`,
        ]),
    ...(of('composite-key') === 0
      ? []
      : [`Widen ${plural(of('composite-key'), 'constraint')} by the shard key.`]),
    ...(of('application-check') === 0
      ? []
      : [
          `Put the checks of ${plural(of('application-check'), 'constraint')} into the application, and a job that looks for what they miss.`,
        ]),
    `Put the check of the plan into CI, so that no new statement crosses shards unseen while the work goes on.`,
  ];
}

function phaseTable(facts: Facts): readonly Block[] {
  const { intent } = facts;
  const timed = timedPhases(facts);
  const starts = intent.start === undefined ? undefined : daysOf(intent.start, timed);
  const owners = intent.phases.some(({ owner }) => owner !== undefined);
  return [
    ...table(
      [
        '',
        'Phase',
        ...(starts === undefined ? [] : ['From']),
        ...(owners ? ['Led by'] : []),
        'What',
        'Gate to leave it',
        'Way back',
      ],
      phases.map((phase, at) => [
        String(at),
        capital(phase.name),
        ...(starts === undefined ? [] : [starts[at] ?? '']),
        ...(owners ? [plain(intent.phases.find((one) => one.phase === phase.name)?.owner ?? 'not set')] : []),
        phase.what,
        phase.exit.map(plain).join('; '),
        phase.back,
      ]),
      'thresholds of the migration protocol; dates and names from `document` in the config',
    ),
  ];
}

interface Timed {
  readonly name: string;
  readonly days: number;
}

function timedPhases({ intent }: Facts): readonly Timed[] {
  return phases.map(({ name, leastDays }: Phase) => ({
    name,
    days: intent.phases.find(({ phase }) => phase === name)?.days ?? leastDays,
  }));
}

function timeline(facts: Facts): readonly Block[] {
  const { start } = facts.intent;
  const set = facts.intent.phases.filter(({ days }) => days !== undefined).map(({ phase }) => phase);
  const timed = timedPhases(facts);
  const picture: Timeline = {
    title: start === undefined ? 'Phases in days from the first' : 'Phases',
    phases: timed,
    ...(start === undefined ? {} : { start }),
  };
  const unset = phases.filter(({ name }) => !set.includes(name)).map(({ name }) => name);
  return [
    ...(unset.length === 0
      ? []
      : [
          say(
            `${set.length === 0 ? 'The length of no phase is set' : `The length of ${codes(unset)} is not set`}${start === undefined ? ', and no date is' : ''}: there the picture shows the least time that the gates demand, a day where they demand none, the work itself not counted.`,
            `Set ${start === undefined ? `${code('document.start')} and ` : ''}${code('document.phases')} in the config for a calendar.`,
          ),
        ]),
    {
      kind: 'diagram',
      picture: { kind: 'timeline', timeline: picture },
      caption:
        start === undefined
          ? 'Least times of the protocol, in days.'
          : 'Calendar, from `document.start` and `document.phases`.',
    },
  ];
}

function preflight({ catalog, analysis, name }: Facts): readonly string[] {
  if (catalog.origin !== 'schema')
    return ['No schema was given: nothing can be said before the preflight runs.'];
  const planned = [...analysis.plan.tables.keys()].flatMap((table) => catalog.tables.get(table) ?? []);
  const sharded = planned.filter(
    ({ name: table }) => analysis.plan.tables.get(table)?.placement === 'sharded',
  );
  const keyless = planned.filter(({ uniqueKeys }) => !uniqueKeys.some(({ primary }) => primary));
  const without = sharded.filter((table) => {
    const placement = analysis.plan.tables.get(table.name);
    const primary = table.uniqueKeys.find((key) => key.primary);
    return (
      placement?.placement === 'sharded' && primary !== undefined && !primary.columns.includes(placement.key)
    );
  });
  const unlogged = planned.filter(({ unlogged: is }) => is);
  const triggered = planned.filter(({ triggers }) => triggers.length > 0);
  return [
    keyless.length === 0
      ? `All ${plural(planned.length, 'table')} have a primary key: changes can be replicated.`
      : `Without a primary key, so that updates and deletes cannot be replicated: ${keyless.map((one) => name(one.name)).join(', ')}.`,
    ...(without.length === 0
      ? ['Every primary key of a sharded table has the shard key in it.']
      : [
          `The shard key is not in the primary key of ${plural(without.length, 'table')}: a deleted row's change names no shard. Give them REPLICA IDENTITY by a unique index with the key (or FULL, for more WAL), or let the stream look the bucket up: ${without.map((one) => name(one.name)).join(', ')}.`,
        ]),
    ...(unlogged.length === 0
      ? []
      : [`Unlogged, so that they are in no stream: ${unlogged.map((one) => name(one.name)).join(', ')}.`]),
    ...(triggered.length === 0
      ? []
      : [
          `With triggers, which must not fire for rows that are replicated: ${triggered.map((one) => name(one.name)).join(', ')}.`,
        ]),
    'Not in the schema, so that the preflight has to look: settings, disk, prepared transactions, large objects, clocks, versions.',
  ];
}

/** Copies first, for joins need them; then domain after domain, the lighter before the heavier. */
function orderOfData(facts: Facts): readonly string[] {
  const { globals, groups, derived, unsharded } = facts;
  const loadOf = new Map(facts.analysis.load.groups.map(({ group, loadShare }) => [group, loadShare]));
  const ascending = [...groups].sort((a, b) => (loadOf.get(a.group) ?? 0) - (loadOf.get(b.group) ?? 0));
  const size = (value: number): string => (value === 0 ? '' : `, ${bytes(value)}`);
  return [
    ...(globals.length === 0
      ? []
      : [
          `Global tables are copied to every shard first, and stay owned by the old server until the last cohort: ${plural(globals.length, 'table')}${size(derived.globalBytes)} a copy.`,
        ]),
    ...ascending.map(({ group, tables }) => {
      const load = loadOf.get(group);
      return `Keys of ${code(facts.bare(group))}: ${plural(tables.length, 'table')}${size(derived.groups.get(group)?.bytes ?? 0)}${load === undefined ? '' : `, ${share(load)} of the load`}. All tables of the domain move together, bucket by bucket.`;
    }),
    ...(unsharded.length === 0
      ? []
      : [
          `Unsharded tables stay where they are${size(derived.unshardedBytes)}; the old server may become their database.`,
        ]),
    `Until the last step, statements over several shards are answered by the old server, which the reverse stream keeps complete (${field('plan')}).`,
  ];
}
