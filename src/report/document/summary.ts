/** The decision on one page: what is proposed, on which figures, and what the board is asked for. */

import { bytes, percentDownwards, percentUpwards, type ShardingRule } from '../../model/index.js';
import { singleShardBounds } from '../bounds.js';
import { leftText } from '../decision.js';
import { code, codes, plain } from '../markdown-words.js';
import { grouped, plural } from '../numbers.js';
import { listed } from '../words.js';
import { type Block, bullets, field, heading, type Section, say, table } from './blocks.js';
import { figureOf } from './derived.js';
import { type Facts, touched } from './facts.js';
import type { KeyGroup } from './key-groups.js';
import { share, small } from './spelling.js';

const MOST_GROUPS = 12;
const MOST_TABLES = 20;

export function tinyText({ analysis }: Facts): string {
  return `the workload is tiny: ${plural(analysis.statements.length, 'statement shape')}`;
}

/** Of a tiny workload: what the plan is, without the decision that it is no ground for. */
export function findingSection(facts: Facts): Section {
  return {
    title: 'Summary',
    blocks: [say(proposalText(facts), proofText(facts)), ...figures(facts)],
  };
}

export function summarySection(facts: Facts): Section {
  return {
    title: 'Summary and decision',
    blocks: [
      say(decisionText(facts.analysis.decision.rule), needText(facts), proposalText(facts), proofText(facts)),
      ...figures(facts),
      heading('What the board is asked for'),
      ...bullets(asked(facts)),
    ],
  };
}

export function decisionText({
  applies,
  crossShare,
  reconsiderAbove,
  goBelow,
  shapes,
  leftWhenFixed,
}: ShardingRule): string {
  const measured = `Under this plan ${share(crossShare)} of the weight is not on one shard by proof`;
  switch (applies) {
    case 'go':
      return `**Proposed: shard by this plan.** ${measured}, below the threshold of ${share(goBelow)}: nothing has to be mended first.`;
    case 'fix-the-shapes':
      return `**Proposed: shard by this plan, once what can be mended of the ${plural(shapes.length, 'heaviest crossing statement')} is mended.** ${measured}; from ${share(goBelow)} on, the rule has the heaviest shapes that cause it mended first. ${leftText(shapes, share(leftWhenFixed))}`;
    case 'reconsider-the-key':
      return `**Proposed: do not shard by this plan yet.** ${measured}, above the threshold of ${share(reconsiderAbove)}: the key is to be reconsidered, and the ${plural(shapes.length, 'heaviest crossing statement')} as well. ${leftText(shapes, share(leftWhenFixed))}`;
  }
}

/** A plan says how to shard. Whether one has to, the load and the sizes say, as far as they are known. */
export function needText({ analysis, derived }: Facts): string {
  const busy = figureOf(analysis, 'busy-backends');
  const calls = figureOf(analysis, 'calls');
  const size = derived.shardedBytes + derived.globalBytes + derived.unshardedBytes;
  const known = [
    ...(busy === undefined ? [] : [`${small(busy)} busy backends on average`]),
    ...(calls === undefined ? [] : [`${small(calls)} calls a second`]),
    ...(size === 0 ? [] : [`${bytes(size)} in tables of known size`]),
  ];
  if (known.length === 0)
    return 'Whether one server is still enough, the export does not say: it has no window and no sizes.';
  const light = busy !== undefined && busy < 1;
  return `The need, as far as it was measured: ${known.join(', ')}.${light ? ' Less than one backend was busy: this load by itself is no reason to shard, so size, growth or availability has to be one.' : ' Whether that nears the ceiling of the server is the question of the section Shard or not.'}`;
}

/** What lies where, in one sentence. */
export function proposalText(facts: Facts): string {
  const { groups, globals, unsharded, analysis } = facts;
  const parts = [
    ...groups
      .slice(0, MOST_GROUPS)
      .map(({ group, tables }) => `${plural(tables.length, 'table')} by ${code(facts.bare(group))}`),
    ...(groups.length <= MOST_GROUPS ? [] : [moreGroups(groups.slice(MOST_GROUPS))]),
    ...(globals.length === 0 ? [] : [`${plural(globals.length, 'table')} copied to every shard`]),
    ...(unsharded.length === 0 ? [] : [`${plural(unsharded.length, 'table')} in one unsharded database`]),
  ];
  return `${plural(analysis.plan.shards, 'shard')}: ${parts.join(', ')}.`;
}

/** What is proven of the plan. */
export function proofText({ analysis }: Facts): string {
  const { status, gap, cost, bound } = analysis.plan.certificate;
  switch (status) {
    case 'optimal':
      return 'No plan under the same rules and costs is cheaper: proven.';
    case 'bounded':
      return bound <= 0 && cost > 0
        ? 'How much cheaper another plan could be is not proven.'
        : `At most ${percentUpwards(gap)} cheaper plans exist under the same rules and costs: proven.`;
    case 'heuristic':
      return 'Nothing is proven about cheaper plans.';
  }
}

function figures(facts: Facts): readonly Block[] {
  const { analysis, crossing } = facts;
  const { score, certificate } = analysis.plan;
  const bounds = singleShardBounds(analysis);
  const within =
    bounds === undefined
      ? ''
      : `; between ${percentDownwards(bounds.low)} and ${percentUpwards(bounds.high)}, all that could not be read counted as crossing or as single`;
  const added = analysis.keyChanges.filter(({ statements }) => statements.length > 0);
  const rewrites = added.reduce((sum, { statements }) => sum + statements.length, 0);
  return table(
    ['Figure', 'Value', 'Field'],
    [
      [
        'on one shard by strict proof',
        `${share(score.singleShardShare)}${within}`,
        code('score.singleShardShare'),
      ],
      [
        'on one database, the unsharded one counted',
        share(score.oneDatabaseShare),
        code('score.oneDatabaseShare'),
      ],
      [
        'more, if named parameters are always equal',
        share(score.conditionalShare),
        code('score.conditionalShare'),
      ],
      ['cannot be judged, counted as crossing', share(score.unknownShare), code('score.unknownShare')],
      [
        'statement shapes that may need several shards',
        String(crossing.length),
        code('statements[].verdict'),
      ],
      [
        'cost and proven bound, in shards bothered',
        `${grouped(certificate.cost)} and ${grouped(Math.floor(certificate.bound))}`,
        code('certificate'),
      ],
      ['constraints that no shard can check any more', constraintsText(facts), code('constraints')],
      ['statements that have to say a new key column', String(rewrites), code('keyChanges')],
    ],
    field('score', 'certificate', 'constraints', 'keyChanges'),
  );
}

function constraintsText({ constraints }: Facts): string {
  const sequences = constraints.filter(({ kind }) => kind === 'sequence').length;
  const checked = String(constraints.length - sequences);
  return sequences === 0
    ? checked
    : `${checked}, and ${plural(sequences, 'sequence')} that shards cannot share`;
}

function moreGroups(groups: readonly KeyGroup[]): string {
  const tables = groups.reduce((sum, group) => sum + group.tables.length, 0);
  return `${plural(tables, 'table')} by ${groups.length} other keys`;
}

function asked(facts: Facts): readonly string[] {
  const { analysis, crossing, constraints } = facts;
  const { rule } = analysis.decision;
  const count = (kinds: readonly string[]) => constraints.filter(({ kind }) => kinds.includes(kind)).length;
  const added = touched(analysis.tables).filter(
    ({ placement }) => placement.placement === 'sharded' && placement.addKey !== undefined,
  );
  return [
    'To accept that the cheaper levers are exhausted, or are not enough: the export shows what they could buy at most, not how near the machine is to its ceiling.',
    `To accept ${facts.groups.length === 1 ? 'one key domain' : plural(facts.groups.length, 'key domain')} as owner${facts.groups.length === 1 ? '' : 's'} of the data: ${codes(
      facts.groups.map(({ group }) => facts.bare(group)),
      MOST_GROUPS,
    )}.`,
    ...(rule.applies === 'go' || rule.shapes.length === 0
      ? []
      : [
          `To have what can be mended of the ${plural(rule.shapes.length, 'heaviest crossing statement')} mended before the cutover, and to accept the others as they are listed.`,
        ]),
    ...(crossing.length === 0
      ? []
      : ['To name an owner for each crossing statement that carries no tag of its service.']),
    ...(count(['unique', 'primary-key', 'exclusion']) + count(['foreign-key']) === 0
      ? []
      : [
          `To accept that no shard checks ${plural(count(['unique', 'primary-key', 'exclusion']), 'unique or primary key')} and ${plural(count(['foreign-key']), 'foreign key')} for all the others any more, each with the remedy that is listed.`,
        ]),
    ...(added.length === 0
      ? []
      : [
          `To add the key column to ${listed(
            added.map(
              ({ name, placement }) =>
                `${facts.name(name)} (${code(placement.placement === 'sharded' ? placement.key : '')})`,
            ),
            MOST_TABLES,
          )}.`,
        ]),
    ...(facts.intent.owner === undefined
      ? [`To name who answers for the migration: ${code('document.owner')} in the config is not set.`]
      : [`To confirm ${plain(facts.intent.owner)} as owner of the migration.`]),
  ];
}
