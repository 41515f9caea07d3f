/** Another choice beside the plan, as text: what it costs first, then what moves, then which statements change. */

import {
  type ChangedStatement,
  type MovedTable,
  percent,
  type ShardPlan,
  type Simulation,
} from '../model/index.js';
import { takenOf } from './budget.js';
import { grouped, plural } from './numbers.js';
import { firstOf, type Page, pageOf, printSections, type Section, type TextOptions } from './page.js';
import { placementText } from './placement-text.js';
import { renderTable } from './table.js';
import { clean, cutEnd, place, wrap } from './words.js';

const MOST_TABLES = 20;
const MOST_STATEMENTS = 10;
const MOST_OTHERS = 6;

export function renderSimulationText(simulation: Simulation, options: TextOptions): string {
  const page = pageOf(options, simulation.after.plan.tables.keys(), '--json');
  return printSections(page, [
    sidesSection(page, simulation),
    tablesSection(page, simulation),
    statementsSection(page, simulation),
    budgetsSection(page, simulation),
    changesSection(page, 'CONSTRAINTS THAT NO SHARD CAN CHECK', {
      arising: simulation.constraints.arising.map(({ message }) => message),
      vanishing: simulation.constraints.vanishing.map(
        ({ name, table }) => `${name} on ${page.nameOf(table)}`,
      ),
    }),
    changesSection(page, 'FLAGS', {
      arising: simulation.flags.arising.map((flag) => flagText(page, flag)),
      vanishing: simulation.flags.vanishing.map((flag) => flagText(page, flag)),
    }),
    notesOf(page, simulation),
  ]);
}

// ── the two plans side by side ───────────────────────────────────────────────────────────────────────────────────────

interface Figure {
  readonly name: string;
  readonly of: (plan: ShardPlan) => number;
  readonly text: (value: number) => string;
  readonly change: (from: number, to: number) => string;
}

const share = (name: string, of: Figure['of']): Figure => ({
  name,
  of,
  text: percent,
  change: (from, to) => `${signed((100 * (to - from)).toFixed(1))} points`,
});

const figures: readonly Figure[] = [
  { name: 'cost', of: ({ certificate }) => certificate.cost, text: grouped, change: costChange },
  { name: 'bound', of: ({ certificate }) => certificate.bound, text: grouped, change: () => '' },
  { name: 'charges', of: ({ certificate }) => certificate.charges, text: grouped, change: () => '' },
  share('single-shard', ({ score }) => score.singleShardShare),
  share('one database', ({ score }) => score.oneDatabaseShare),
  share('conditional', ({ score }) => score.conditionalShare),
  share('unknown', ({ score }) => score.unknownShare),
];

function costChange(from: number, to: number): string {
  if (from === to) return 'the same';
  return from === 0 ? 'more' : `${signed(((100 * (to - from)) / from).toFixed(1))} %`;
}

function signed(figure: string): string {
  if (Number(figure) === 0) return '±0';
  return figure.startsWith('-') ? `−${figure.slice(1)}` : `+${figure}`;
}

function sidesSection(page: Page, simulation: Simulation): Section {
  const { before, after, set, rest } = simulation;
  const choices = set.map(({ table, placement }) => `${page.nameOf(table)} = ${placementText(placement)}`);
  const around = rest === 'kept' ? 'all else as planned' : 'all else planned anew around it';
  return {
    title: `WHAT IF ${choices.length === 0 ? 'the best plan' : choices.join(', ')}`,
    lines: [
      ...(choices.length === 0 ? [] : [`  ${around}`]),
      ...renderTable(
        page,
        [
          { title: '', text: ({ name }: Figure) => name },
          {
            title: before.origin === 'given' ? 'given plan' : 'best plan',
            text: ({ of, text }) => text(of(before.plan)),
            align: 'right',
          },
          {
            title: choices.length === 0 ? 'best plan' : 'what if',
            text: ({ of, text }) => text(of(after.plan)),
            align: 'right',
          },
          {
            title: 'change',
            text: ({ of, change }) => change(of(before.plan), of(after.plan)),
            align: 'right',
          },
        ],
        figures,
      ),
      ...wrap(
        'cost in shards bothered; bound: no plan with these choices and rules costs less',
        page.width,
        '  ',
      ),
    ],
  };
}

function tablesSection(page: Page, { tables }: Simulation): Section {
  if (tables.length === 0)
    return { title: 'TABLES', lines: ['  none is placed otherwise: the plan has this choice'] };
  const line = ({ table, before, after, isSet }: MovedTable): readonly string[] => [
    `  ${page.nameOf(table)}: ${placementText(before)} → ${placementText(after)}${isSet ? ' (set)' : ''}`,
  ];
  return {
    title: `TABLES PLACED OTHERWISE: ${tables.length}`,
    lines: firstOf(page, tables, MOST_TABLES, line),
  };
}

function statementsSection(page: Page, simulation: Simulation): Section {
  const { statements, weight } = simulation;
  if (statements.length === 0) return { title: 'STATEMENTS', lines: ['  no verdict changes'] };
  return {
    title: `STATEMENTS WITH ANOTHER VERDICT: ${statements.length}, the heaviest first`,
    lines: firstOf(page, statements, MOST_STATEMENTS, (one) => statementLines(page, one, weight)),
  };
}

function statementLines(page: Page, statement: ChangedStatement, weight: number): readonly string[] {
  const { before, after, source, calls, text } = statement;
  const part = percent(weight === 0 ? 0 : statement.weight / weight).padStart(7);
  const why = after.because.map(clean).join('; ');
  return [
    `${part}  ${before.verdict} → ${page.paint.yellow(after.verdict)}  ${page.paint.dim(`${plural(calls, 'call')}, ${place(source)}`)}`,
    `         ${cutEnd(clean(text), page.width - 9)}`,
    ...(why === '' ? [] : wrap(why, page.width, '         why: ')),
  ];
}

// ── what else changes ────────────────────────────────────────────────────────────────────────────────────────────────

function budgetsSection(page: Page, { after }: Simulation): Section | undefined {
  const exceeded = (after.plan.budgets ?? []).filter((budget) => budget.exceeded);
  if (exceeded.length === 0) return undefined;
  return {
    title: 'BUDGETS EXCEEDED',
    lines: exceeded.flatMap((budget) => wrap(`${budget.name}: ${takenOf(budget)}`, page.width, '  ', '    ')),
  };
}

function changesSection(
  page: Page,
  title: string,
  { arising, vanishing }: { readonly arising: readonly string[]; readonly vanishing: readonly string[] },
): Section | undefined {
  if (arising.length + vanishing.length === 0) return undefined;
  const show = (sign: string) => (text: string) => wrap(`${sign} ${clean(text)}`, page.width, '  ', '    ');
  return {
    title: `${title}: ${arising.length} more, ${vanishing.length} fewer`,
    lines: [
      ...firstOf(page, arising, MOST_OTHERS, show('+')),
      ...firstOf(page, vanishing, MOST_OTHERS, show('−')),
    ],
  };
}

function flagText(page: Page, flag: Simulation['flags']['arising'][number]): string {
  return `${page.nameOf(flag.table)} (${flag.code}): ${flag.message}`;
}

function notesOf(page: Page, { notes }: Simulation): Section | undefined {
  if (notes.length === 0) return undefined;
  return {
    title: 'NOTES',
    lines: notes.flatMap(({ message }) => wrap(clean(message), page.width, '  ', '    ')),
  };
}
