/** Open questions and assumptions: what the document does not know, and how to get it. */

import { code, codes, plain } from '../markdown-words.js';
import { plural } from '../numbers.js';
import { type Block, bullets, field, heading, type Section, say } from './blocks.js';
import type { Facts } from './facts.js';

export function questionSection(facts: Facts): Section {
  const open = questions(facts);
  return {
    title: 'Open questions and assumptions',
    blocks: [
      heading('What is missing, and how to get it'),
      ...bullets(open),
      heading('What was assumed'),
      ...bullets(assumptions(facts)),
      ...notes(facts),
    ],
  };
}

export function questions(facts: Facts): readonly string[] {
  const { analysis, intent, crossing, catalog } = facts;
  const { coverage, transactions, window } = analysis;
  const unsized = analysis.tables.filter(({ totalBytes }) => totalBytes === undefined);
  const untagged = crossing.filter(({ tags }) => Object.keys(tags).length === 0).length;
  const ask = (missing: boolean, text: string): readonly string[] => (missing ? [text] : []);
  return [
    ...ask(
      transactions === undefined,
      `Which statements share a transaction? Log one busy hour with values and give it with ${code('--log')}.`,
    ),
    ...ask(
      intent.cores === undefined,
      `How near is the server to its ceiling? Set ${code('document.cores')}, and measure CPU, disk and wait events at the peak.`,
    ),
    ...ask(
      untagged > 0,
      `Who sends ${plural(untagged, 'crossing statement')} without a tag? Add sqlcommenter tags, or sample ${code('application_name')}.`,
    ),
    ...ask(
      coverage.masked.statements > 0,
      `What ${coverage.masked.statements === 1 ? 'does' : 'do'} ${plural(coverage.masked.statements, 'masked statement')} do? Export as a member of ${code('pg_read_all_stats')}.`,
    ),
    ...ask(
      coverage.truncated.statements > 0,
      `How ${coverage.truncated.statements === 1 ? 'does' : 'do'} ${plural(coverage.truncated.statements, 'truncated statement')} end? Export the whole ${code('query')}, not what a tool cut.`,
    ),
    ...ask(
      coverage.unparsed.statements > 0,
      `What ${coverage.unparsed.statements === 1 ? 'does' : 'do'} ${plural(coverage.unparsed.statements, 'statement')} say that could not be parsed? The appendix names where.`,
    ),
    ...ask(
      coverage.evicted === 'unknown',
      `Were entries evicted? Export ${code('dealloc')} of ${code('pg_stat_statements_info')} in the manifest.`,
    ),
    ...ask(
      window.from === undefined,
      'Since when do the counters count? Export two snapshots, or the reset time.',
    ),
    ...ask(
      catalog.origin !== 'schema',
      `What is the schema? Give ${code('pg_dump --schema-only')} with ${code('--schema')}.`,
    ),
    ...ask(
      unsized.length > 0,
      `How big are ${codes(
        unsized.map(({ name }) => facts.bare(name)),
        8,
      )}? Give statistics with ${code('--stats')}.`,
    ),
    ...ask(
      intent.start === undefined,
      `When does it begin, and how long may a phase take? Set ${code('document.start')} and ${code('document.phases')}.`,
    ),
    ...ask(
      intent.copyBytesPerSecond === undefined,
      `At which rate may production be copied? Measure in the preflight, set ${code('document.copyBytesPerSecond')}.`,
    ),
    ...ask(intent.nodeCost === undefined, `What does a server cost? Set ${code('document.nodeCost')}.`),
    ...ask(intent.standbys === undefined, `How many standbys has a shard? Set ${code('document.standbys')}.`),
    'Which keys have to stay in which region, and for how long are records kept after the migration? No export says.',
  ];
}

function assumptions(facts: Facts): readonly string[] {
  const { analysis } = facts;
  const { costs } = analysis.plan;
  const flags = analysis.tables.flatMap(({ name, flags: all }) =>
    all
      .filter(({ code: flag }) => flag === 'assumption')
      .map(({ message }) => `${facts.name(name)}: ${plain(message)}.`),
  );
  return [
    ...(costs === undefined
      ? []
      : [
          `A call costs, in shards bothered: single-shard ${costs.single}, scatter ${costs.scatter}, global-write ${costs.globalWrite}, cross-database ${costs.crossDatabase}, cross-shard, unroutable and unknown ${costs.crossShard}; a list of unknown length has ${costs.listLength} keys (${field('plan.costs')}).`,
        ]),
    `Statements weigh by ${code(analysis.plan.weight)}; the window stands for the year, which nobody has checked.`,
    'Two literals of an export are never taken to be equal: the server replaced each by a parameter of its own.',
    ...(analysis.singleByPolicy === undefined
      ? []
      : [
          `Row-level security is taken to hold for every role (${code('--assume-rls')}): ${analysis.singleByPolicy.statements} statements rest on it.`,
        ]),
    ...flags,
    ...(analysis.ties.length === 0
      ? []
      : [
          `${codes(analysis.ties.map(facts.bare), 10)} could be placed otherwise at the same cost; names and keys near the other tables decided (${field('ties')}).`,
        ]),
  ];
}

/** Only what no other line says. */
const saidAlready = new Set([
  'no-transactions',
  'no-schema',
  'no-statistics',
  'evictions-unknown',
  'evictions',
]);

function notes({ analysis }: Facts): readonly Block[] {
  const more = analysis.notes.filter(({ code: note }) => !saidAlready.has(note));
  if (more.length === 0) return [];
  return [
    heading('Notes of the analysis'),
    ...bullets(more.map(({ message }) => plain(message))),
    say(`(${field('notes')})`),
  ];
}
