/** What can be looked up: the certificate, costs and budgets, what could not be read, formulas, curves, a glossary. */

import { type AnalysisResult, bytes, type Curve, percentUpwards } from '../../model/index.js';
import { takenOf } from '../budget.js';
import { code, codes, plain } from '../markdown-words.js';
import { grouped, plural } from '../numbers.js';
import { listed, place } from '../words.js';
import { type Block, bullets, field, heading, type Section, say, table } from './blocks.js';
import { formulasOf } from './derived.js';
import type { Facts } from './facts.js';
import { share } from './spelling.js';
import { proofText } from './summary.js';

const MOST_UNREADABLE = 30;
const MOST_POINTS = 12;
const MOST_KEPT_OUT = 20;

export function appendixSection(facts: Facts): Section {
  return {
    title: 'Appendix',
    blocks: [
      ...certificate(facts),
      ...budgets(facts),
      ...curves(facts),
      ...unreadable(facts),
      heading('Figures that are computed from fields'),
      ...table(
        ['Figure', 'Formula', '>Value'],
        formulasOf(facts.derived),
        '`analysis.json` and `document` of the config, as the formulas say',
      ),
      heading('Glossary'),
      ...bullets(glossary),
    ],
  };
}

function certificate(facts: Facts): readonly Block[] {
  const { plan, proof } = facts.analysis;
  const { cost, bound, charges, gap, solver, status } = plan.certificate;
  return [
    heading('The certificate'),
    say(
      proofText(facts),
      `The bound is recomputed in exact arithmetic from multipliers that are written down in ${code('certificate.json')}: ${code('shardwright verify-plan')} does it without the solver that found the plan.`,
    ),
    ...table(
      ['Figure', 'Value', 'Meaning'],
      [
        ['status', status, 'optimal: no plan is cheaper; bounded: a cheaper one could save at most the gap'],
        ['cost', grouped(cost), 'of all statements under the plan, in shards bothered'],
        ['bound', grouped(Math.floor(bound)), 'no plan under the rules costs less'],
        ['gap', plain(percentUpwards(gap)), '(cost − bound) / cost'],
        [
          'charges',
          grouped(charges),
          'what has to be saved before it is chosen: new columns, copies of unknown size, …',
        ],
        [
          'parts of the proof',
          String(proof.parts.length),
          'tables that statements tie together are proven together',
        ],
        ['plan by', code(solver), 'as the plan says; nothing rests on it'],
      ],
      `${field('certificate')}; parts: \`certificate.json\` → \`parts\``,
    ),
  ];
}

function budgets({ analysis, name }: Facts): readonly Block[] {
  const all = analysis.plan.budgets ?? [];
  return [
    ...(all.length === 0 ? [] : [heading('Budgets')]),
    ...table(
      ['Budget', 'Taken and allowed', 'Held by', 'Kept out'],
      all.map((budget) => [
        plain(budget.name),
        `${plain(takenOf(budget))}${budget.exceeded ? ', **exceeded**' : ''}`,
        budget.holders.slice(0, 5).map(name).join(', '),
        listed(
          budget.keptOut.map(({ table: kept }) => name(kept)),
          MOST_KEPT_OUT,
        ),
      ]),
      field('plan.budgets'),
    ),
  ];
}

function curves({ analysis, bare }: Facts): readonly Block[] {
  if (analysis.curves === undefined) return [];
  const { globalBytes, addedKeys } = analysis.curves;
  const rows = (curve: Curve, spell: (limit: number) => string): readonly (readonly string[])[] =>
    curve.points
      .slice(0, MOST_POINTS)
      .map((point) => [
        `${spell(point.limit)}${point.isPlan ? ' (the plan)' : ''}`,
        share(point.score.singleShardShare),
        grouped(point.cost),
        point.differing.length === 0 ? '' : codes(point.differing.map(bare), 6),
      ]);
  return [
    heading('What limits buy'),
    ...table(
      ['Bytes of global tables', '>On one shard', '>Cost', 'Placed otherwise'],
      rows(globalBytes, bytes),
      field('curves.globalBytes'),
    ),
    ...table(
      ['New key columns', '>On one shard', '>Cost', 'Placed otherwise'],
      rows(addedKeys, grouped),
      field('curves.addedKeys'),
    ),
  ];
}

function unreadable({ analysis }: Facts): readonly Block[] {
  const { coverage }: AnalysisResult = analysis;
  const { unreadable: statements, schemaUnreadable, salvagedTables } = coverage;
  if (statements.length + schemaUnreadable.length === 0) return [];
  return [
    heading('What could not be read'),
    ...table(
      ['Statement', '>Calls', 'Where', 'Why'],
      statements
        .slice(0, MOST_UNREADABLE)
        .map(({ id, calls, source, reason }) => [
          code(id),
          grouped(calls),
          code(place(source)),
          plain(reason),
        ]),
      field('coverage.unreadable'),
    ),
    ...(statements.length > MOST_UNREADABLE
      ? [say(`${plural(statements.length - MOST_UNREADABLE, 'more')} are in the analysis.`)]
      : []),
    ...(salvagedTables.length === 0
      ? []
      : [
          say(
            `Tables that they name: ${codes(
              salvagedTables.map(({ table: name }) => name),
              20,
            )}.`,
          ),
        ]),
    ...bullets(
      schemaUnreadable
        .slice(0, MOST_UNREADABLE)
        .map(({ source, reason }) => `Schema, ${code(place(source))}: ${plain(reason)}.`),
    ),
  ];
}

const glossary: readonly string[] = [
  '**Bucket**: the unit that a shard owns and that moves; keys are hashed to buckets.',
  '**Community**: tables that statements touch together more than with others, found in the co-access graph.',
  '**Conditional**: on one shard if named parameters are equal, which the text does not prove.',
  '**Domain, key domain**: tables whose keys mean the same thing; rows with equal keys share a shard.',
  '**Flip cost**: what the cost of the whole plan gains when one table is placed otherwise.',
  '**Global table**: a table with a copy on every shard.',
  '**Scatter**: a statement that every shard runs on its own rows; the results are put together.',
  '**Shards bothered**: the unit of cost: how many shards one call keeps busy.',
  '**Shape of a statement**: its text without literals; all calls of one shape count together.',
  '**Single-shard by strict proof**: every row that can influence the result has the same value of the key, by the text and the schema alone.',
  '**Unsharded table**: a table that stays in one database beside the shards.',
  '**Whale**: a key so frequent that it is felt on whichever shard it lies.',
];
