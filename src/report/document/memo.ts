/** The decision memo: two pages for those who decide and will not read the document. */

import { bytes, type PlacedLoad, type ShardCountLoad } from '../../model/index.js';
import { code, plain } from '../markdown-words.js';
import { grouped, plural } from '../numbers.js';
import { type Block, bullets, field, from, type Section, say, table } from './blocks.js';
import { type Facts, isTiny } from './facts.js';
import { whyText } from './groups.js';
import { lookupsOf } from './lookups.js';
import type { Document } from './markdown.js';
import { isUnmeasured, nothingMeasured } from './nothing-measured.js';
import { phases } from './phases.js';
import { questions } from './questions.js';
import { risksOf } from './risks.js';
import { gistOf, ownerOf, share, times } from './spelling.js';
import { decisionText, needText, proofText, proposalText, tinyText } from './summary.js';
import { windowText } from './workload.js';

const MOST_GROUPS = 4;
const MOST_SHAPES = 6;
const MOST_RISKS = 5;
const TEXT_WIDTH = 70;

export function decisionMemo(facts: Facts): Document {
  return {
    title:
      facts.intent.title === undefined
        ? 'Sharding: decision memo'
        : `${plain(facts.intent.title)}: decision memo`,
    preface: [
      say(
        ...(facts.intent.owner === undefined ? [] : [`Owner: ${plain(facts.intent.owner)}.`]),
        ...(isUnmeasured(facts) ? [] : [windowText(facts)]),
        `The whole evidence is in the design document (${code('shardwright doc')}); figures are fields of ${code('analysis.json')}.`,
      ),
    ],
    contents: false,
    sections: isUnmeasured(facts) ? nothingMeasured(facts) : sectionsOf(facts),
  };
}

function sectionsOf(facts: Facts): readonly Section[] {
  return [
    decision(facts),
    keys(facts),
    levers(facts),
    price(facts),
    crossing(facts),
    evenness(facts),
    way(facts),
    risks(facts),
  ];
}

function decision(facts: Facts): Section {
  return {
    title: 'Decision',
    blocks: [
      say(
        isTiny(facts)
          ? `**Nothing is proposed: ${tinyText(facts)}.** What follows is the plan that they lead to; export a whole week of production before deciding.`
          : decisionText(facts.analysis.decision.rule),
      ),
      say(proposalText(facts), proofText(facts)),
      say(needText(facts)),
    ],
  };
}

function keys(facts: Facts): Section {
  const shown = facts.groups.slice(0, MOST_GROUPS);
  return {
    title: 'Why these keys',
    blocks: bullets(
      shown.flatMap((group) => {
        const why = whyText(facts, group);
        return why === undefined
          ? []
          : [`${code(facts.bare(group.group))}, ${plural(group.tables.length, 'table')}: ${why}`];
      }),
    ),
  };
}

function levers({ analysis }: Facts): Section {
  return {
    title: 'Cheaper levers, in the order to exhaust them',
    blocks: [
      say(
        `What each could take off at most: ${analysis.decision.levers.map(({ code: lever, most, of }) => `${lever.replaceAll('-', ' ')} ${most === undefined ? 'not in the export' : `${share(most)} of the ${of}`}`).join('; ')}.`,
        'They are upper bounds; how near the machine is to its ceiling is not in the export.',
      ),
      from(field('decision.levers')),
    ],
  };
}

/** What is given up and what has to be done. */
function price(facts: Facts): Section {
  const { analysis, constraints, derived, intent } = facts;
  const of = (kinds: readonly string[]): number =>
    constraints.filter(({ kind }) => kinds.includes(kind)).length;
  const lookups = lookupsOf(facts).length;
  const rewrites = analysis.keyChanges.reduce((sum, { statements }) => sum + statements.length, 0);
  const items = [
    ...(constraints.length === 0
      ? []
      : [
          `${plural(of(['unique', 'primary-key', 'exclusion']), 'unique or primary key')} and ${plural(of(['foreign-key']), 'foreign key')} that no shard can check for all the others; ${plural(lookups, 'lookup table')} to build; ${plural(of(['sequence']), 'column')} whose ids have to come from elsewhere.`,
        ]),
    ...(rewrites === 0 ? [] : [`${plural(rewrites, 'statement')} that have to say a new key column.`]),
    ...(derived.movedBytes === 0
      ? []
      : [`${bytes(derived.movedBytes)} to copy while the old server serves.`]),
    `${plural(derived.servers, 'server')}${intent.standbys === undefined ? ', standbys not counted' : ', standbys included'}${derived.costPerMonth === undefined || intent.nodeCost === undefined ? '; the price is not known' : `, ${grouped(derived.costPerMonth)} ${plain(intent.nodeCost.currency)} a month`}.`,
    'Every phase up to the hold can be undone, a hand-over of keys in seconds; from the completion on, only a restore leads back.',
  ];
  return { title: 'What it costs', blocks: bullets(items) };
}

function crossing(facts: Facts): Section {
  const shown = facts.crossing.slice(0, MOST_SHAPES);
  return {
    title: 'The heaviest statements that cross shards',
    blocks: [
      ...table(
        ['Statement', '>Share', 'Verdict', 'Owner', 'Text'],
        shown.map((one) => [
          code(one.id),
          share(facts.shareOf(one)),
          one.verdict.verdict,
          ownerOf(one) ?? 'no tag',
          code(gistOf(one.text, TEXT_WIDTH)),
        ]),
        `${field('statements')}; ${plural(facts.crossing.length, 'statement')} in all`,
      ),
    ],
  };
}

/** How evenly the shards would be loaded, and what a heavy key does. */
function evenness({ analysis, bare }: Facts): Section {
  const { load, plan } = analysis;
  const at = (placed: PlacedLoad): ShardCountLoad | undefined =>
    placed.at.find(({ shards }) => shards === plan.shards);
  const whole = at(load.plan)?.hottest.load?.median;
  const items = load.groups.flatMap((group) => {
    const median = at(group)?.hottest.load?.median;
    if (median === undefined || group.whales.length === 0) return [];
    const pinned = at(group)?.pinned?.median;
    const helped =
      pinned === undefined
        ? ''
        : `; pinned to the emptiest shards, that falls to ${times(pinned * plan.shards)}`;
    return [
      `Keys of ${code(bare(group.group))}: ${plural(group.whales.length, 'heavy key')}, the hottest shard at ${times(median * plan.shards)} its even share${helped}.`,
    ];
  });
  return {
    title: 'Hot shards',
    blocks: [
      ...(whole === undefined
        ? []
        : [
            say(
              `By the frequencies of keys the hottest of ${plan.shards} shards would carry ${times(whole * plan.shards)} its even share of the load that goes by key.`,
            ),
          ]),
      ...bullets(items),
    ],
  };
}

/** The migration in a breath. */
function way({ groups }: Facts): Section {
  if (groups.length === 0) return { title: 'The way there', blocks: [] };
  const shown = phases.map(({ name }) => name).join(', ');
  return {
    title: 'The way there',
    blocks: [
      say(
        `Without a maintenance window, in ${plural(phases.length, 'phase')}, each with gates that are measured: ${shown}.`,
        'Nothing moves before both sides were compared for three days without a difference; ownership moves by 1 % of the buckets first; the old server stays a full copy until the way back is given up by hand.',
      ),
    ],
  };
}

function risks(facts: Facts): Section {
  const most = risksOf(facts).slice(0, MOST_RISKS);
  const open: readonly Block[] = [
    say(
      `${plural(questions(facts).length, 'question')} are open; the document lists each with the way to its answer.`,
    ),
  ];
  return {
    title: 'Risks and open questions',
    blocks: [
      ...bullets(most.map(({ risk, evidence, lowered }) => `${risk}: ${evidence}. Lowered by: ${lowered}.`)),
      ...open,
    ],
  };
}
