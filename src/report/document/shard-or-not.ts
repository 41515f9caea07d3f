/** Shard or not: the measured ceiling of one node, and what is cheaper than sharding, in the order to exhaust it. */

import type { Lever } from '../../model/index.js';
import { leftText } from '../decision.js';
import { capital, code, plain } from '../markdown-words.js';
import { plural } from '../numbers.js';
import { type Block, bullets, field, heading, type Section, say, sql, table } from './blocks.js';
import { figureOf } from './derived.js';
import type { Facts } from './facts.js';
import { figureText, share, small } from './spelling.js';

export function shardOrNotSection(facts: Facts): Section {
  return {
    title: 'Shard or not',
    blocks: [
      heading('What the one server does today'),
      ...measured(facts),
      ...ceiling(facts),
      heading('Cheaper levers, in the order to exhaust them'),
      ...levers(facts),
      heading('The rule'),
      say(ruleText(facts)),
    ],
  };
}

function measured({ analysis: { decision } }: Facts): readonly Block[] {
  const unknown = decision.figures.filter(({ value }) => value === undefined);
  return [
    ...table(
      ['Figure', '>Value', 'Computed from'],
      decision.figures
        .filter(({ value }) => value !== undefined)
        .map((figure) => [figure.label, figureText(figure), code(figure.from)]),
      field('decision.figures'),
    ),
    ...bullets(
      unknown.map(
        ({ label, why = 'not in the export' }) => `${capital(plain(label))}: unknown, ${plain(why)}.`,
      ),
    ),
  ];
}

/** How near to its ceiling a machine is, no export says by itself. */
function ceiling(facts: Facts): readonly Block[] {
  const { cores } = facts.intent;
  const busy = figureOf(facts.analysis, 'busy-backends');
  const { utilisation } = facts.derived;
  if (utilisation !== undefined && cores !== undefined) {
    return [
      say(
        `Of ${plural(cores, 'core')} (${code('document.cores')}) the statements keep ${share(utilisation)} busy on average: execution time over the window, waits for locks and disk included.`,
        'Peaks inside the window are not seen; the table of growth shows the busiest interval.',
      ),
    ];
  }
  return [
    say(
      busy === undefined
        ? 'How busy the server is cannot be computed from this export.'
        : `On average ${small(busy)} backends were executing a statement. How near to the ceiling that is depends on the cores of the server, which no export has: set ${code('document.cores')} in the config.`,
      'Before the decision, measure the ceiling itself: CPU and disk of the host at the peak, and where sessions wait, sampled each second through one busy hour:',
    ),
    sql(
      "SELECT now(), wait_event_type, wait_event, count(*)\nFROM pg_stat_activity\nWHERE state = 'active' AND backend_type = 'client backend'\nGROUP BY 1, 2, 3 ORDER BY 4 DESC;",
    ),
  ];
}

function levers(facts: Facts): readonly Block[] {
  const { levers: all } = facts.analysis.decision;
  return [
    say(
      'Each with the most that it could take off the primary by the figures of the export: upper bounds, not promises.',
    ),
    ...table(
      ['', 'Lever', '>At most', 'What was measured'],
      all.map((lever, at) => [
        String(at + 1),
        capital(lever.code.replaceAll('-', ' ')),
        lever.most === undefined ? 'not in the export' : `${share(lever.most)} of the ${lever.of}`,
        [...lever.says.map(plain), namesOf(facts, lever)].filter((text) => text !== '').join(' '),
      ]),
      field('decision.levers'),
    ),
  ];
}

const MOST_NAMES = 8;

function namesOf(facts: Facts, { tables, statements }: Lever): string {
  const names = [...tables.map(facts.name), ...statements.map(code)];
  const left = names.length - MOST_NAMES;
  if (names.length === 0) return '';
  return `(${names.slice(0, MOST_NAMES).join(', ')}${left > 0 ? ` and ${left} more` : ''})`;
}

function ruleText({ analysis: { decision } }: Facts): string {
  const { reconsiderAbove, goBelow, crossShare, applies, shapes, leftWhenFixed } = decision.rule;
  const rules = `Above ${share(reconsiderAbove)} of the weight not on one shard the key is reconsidered, from ${share(goBelow)} on the shapes that cause it are mended first, below that one goes.`;
  const outcome = {
    go: 'So: go.',
    'fix-the-shapes': `So: mend what can be mended of the ${plural(shapes.length, 'heaviest shape')}. ${leftText(shapes, share(leftWhenFixed))}`,
    'reconsider-the-key': `So: reconsider the key; see to the ${plural(shapes.length, 'heaviest shape')} as well. ${leftText(shapes, share(leftWhenFixed))}`,
  }[applies];
  return `${rules} Here it is ${share(crossShare)}. ${outcome} (${field('decision.rule')})`;
}
