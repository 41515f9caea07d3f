/** Another choice for one table beside the plan: figures, what moves with it, and the statements that change. */

import { grouped, type PageCandidate, type PageOutcome, percent } from '../model/index.js';
import { costText } from './card-view.js';
import { cardOf, head } from './data.js';
import { byId, el } from './dom.js';
import { nameOf } from './graph-list.js';
import { makeGrid } from './grid.js';
import { shareOf, textColumn, verdictMark } from './statements-view.js';
import { type Change, changesOf, type Figures, figuresOf, weightsByVerdict } from './what-if.js';

const ROWS_EACH = 20;

export interface WhatIfView {
  readonly ask: (table: number, candidate: number) => void;
}

type Mode = 'kept' | 'anew';

const modes: Readonly<Record<Mode, string>> = {
  kept: 'everything else as planned',
  anew: 'everything else planned anew',
};

export function startWhatIf(): WhatIfView {
  const table = el(
    'select',
    { id: 'what-if-table' },
    ...head.tables.map(({ name, choice }, at) => el('option', { value: at }, `${name} (${choice})`)),
  );
  const choices = el('div', { class: 'choices', role: 'radiogroup', 'aria-label': 'Choice' });
  const answer = el('div', { class: 'answer', 'aria-live': 'polite' });
  const ask = (at: number, candidate: number): void => {
    table.value = String(at);
    const { candidates } = cardOf(at);
    choices.replaceChildren(
      ...candidates.map((one, place) =>
        choiceButton(one, place === 0, place === candidate, () => ask(at, place)),
      ),
    );
    answer.replaceChildren(...answerOf(at, candidate));
  };
  table.addEventListener('change', () => ask(Number(table.value), firstOther(Number(table.value))));
  byId('what-if-view').append(
    el(
      'div',
      { class: 'filters' },
      el('label', { for: 'what-if-table' }, 'If the table '),
      table,
      el('span', {}, ' were'),
    ),
    choices,
    answer,
  );
  const busiest = head.tables.reduce(
    (most, { calls }, at) => (calls > (head.tables[most]?.calls ?? 0) ? at : most),
    0,
  );
  if (head.tables.length > 0) ask(busiest, firstOther(busiest));
  return {
    ask: (at, candidate) => {
      ask(at, candidate);
      byId('what-if').scrollIntoView();
      choices.querySelector<HTMLElement>('[aria-checked="true"]')?.focus({ preventScroll: true });
    },
  };
}

function firstOther(table: number): number {
  return cardOf(table).candidates.length > 1 ? 1 : 0;
}

function choiceButton(
  candidate: PageCandidate,
  isPlanned: boolean,
  isChosen: boolean,
  choose: () => void,
): HTMLElement {
  const said = isPlanned ? 'as planned' : costText(candidate.flipCost, candidate.reoptimised);
  const button = el(
    'button',
    {
      type: 'button',
      role: 'radio',
      'aria-checked': String(isChosen),
      tabindex: isChosen ? 0 : -1,
      title: candidate.placement,
      click: choose,
    },
    el('b', {}, candidate.choice),
    el('small', {}, said),
  );
  button.addEventListener('keydown', (event) => {
    const next = {
      ArrowRight: button.nextElementSibling,
      ArrowDown: button.nextElementSibling,
      ArrowLeft: button.previousElementSibling,
      ArrowUp: button.previousElementSibling,
    }[event.key];
    if (!(next instanceof HTMLElement)) return;
    event.preventDefault();
    const group = button.parentElement;
    next.click();
    group?.querySelector<HTMLElement>('[aria-checked="true"]')?.focus();
  });
  return button;
}

// ── the answer ───────────────────────────────────────────────────────────────────────────────────────────────────────

function answerOf(table: number, at: number): readonly Node[] {
  const candidate = cardOf(table).candidates[at];
  if (candidate === undefined)
    return [el('p', { class: 'empty' }, 'The analysis knows no choice for this table.')];
  const plan = figuresOf(head.cost, weightsByVerdict(head.statements));
  if (at === 0)
    return [
      el('p', {}, candidate.placement),
      el('p', { class: 'quiet' }, 'This is the plan.'),
      figureTable([['the plan', plan]]),
    ];
  const answers = (['kept', 'anew'] as const).flatMap((mode) => {
    const outcome = candidate[mode];
    return outcome === undefined ? [] : [{ mode, outcome, changes: changesOf(head.statements, outcome) }];
  });
  const compared = answers.map(
    ({ mode, outcome, changes }) =>
      [modes[mode], figuresOf(outcome.cost, weightsByVerdict(head.statements, changes))] as const,
  );
  return [
    el('p', {}, candidate.placement),
    answers.length === 0 ? nothingKnown() : figureTable([['the plan', plan], ...compared]),
    ...withoutMode(candidate),
    ...whyDearer(candidate),
    ...detailsOf(answers),
    ...commandFor(table, candidate),
  ];
}

function nothingKnown(): HTMLElement {
  const why = head.hasWhatIf
    ? 'Added keys depend on this choice, so not everything else can stay as planned, and with so many tables nothing was planned anew.'
    : 'The analysis was made without it.';
  return el('p', { class: 'empty' }, `${why} The command answers it.`);
}

interface Answer {
  readonly mode: Mode;
  readonly outcome: PageOutcome;
  readonly changes: readonly Change[];
}

/** When both ways come to the same, it is said once. */
function detailsOf(answers: readonly Answer[]): readonly Node[] {
  const [first, second] = answers;
  const isSame =
    first !== undefined &&
    second !== undefined &&
    second.outcome.moved.length === 0 &&
    second.changes.length === first.changes.length;
  return (isSame ? [first] : answers).map((answer) =>
    el(
      'details',
      { open: answer === answers[0] },
      el('summary', {}, isSame ? 'What changes' : `What changes with ${modes[answer.mode]}`),
      movedTables(answer.outcome),
      changedStatements(answer.changes),
    ),
  );
}

function movedTables({ moved }: PageOutcome): HTMLElement {
  if (moved.length === 0) return el('p', { class: 'quiet' }, 'No other table moves.');
  return el(
    'div',
    {},
    el('h3', {}, `Tables that move with it: ${moved.length}`),
    el(
      'ul',
      { class: 'moved' },
      ...moved.map(([table, choice]) =>
        el('li', {}, `${nameOf(table)}: ${head.tables[table]?.choice ?? ''} → `, el('b', {}, choice)),
      ),
    ),
  );
}

function changedStatements(changes: readonly Change[]): HTMLElement {
  const byStatement = new Map(changes.map((change) => [change.statement, change]));
  const grid = makeGrid({
    label: 'Statements with another verdict',
    rowsEach: ROWS_EACH,
    columns: [
      { title: `of ${head.weight}`, kind: 'number', value: shareOf, cell: (row) => percent(shareOf(row)) },
      {
        title: 'verdict',
        value: (row) => byStatement.get(row)?.after,
        cell: (row) => {
          const { before, after } = byStatement.get(row) as Change;
          return el('span', { class: 'from-to' }, verdictMark(before), '→', verdictMark(after));
        },
      },
      textColumn,
    ],
    open: () => {},
    empty: 'No statement gets another verdict.',
  });
  grid.show(changes.map(({ statement }) => statement));
  return el(
    'div',
    {},
    el('h3', {}, `Statements with another verdict: ${grouped(changes.length)}`),
    grid.element,
  );
}

const rows: readonly (readonly [string, keyof Figures])[] = [
  ['cost, in shards bothered', 'cost'],
  ['single-shard', 'singleShardShare'],
  ['one database', 'oneDatabaseShare'],
  ['conditional', 'conditionalShare'],
  ['unknown', 'unknownShare'],
];

function figureTable(columns: readonly (readonly [string, Figures])[]): HTMLElement {
  const plan = columns[0]?.[1] as Figures;
  return el(
    'div',
    { class: 'scroll' },
    el(
      'table',
      { class: 'plain figures' },
      el('thead', {}, el('tr', {}, el('td'), ...columns.map(([name]) => el('th', { scope: 'col' }, name)))),
      el(
        'tbody',
        {},
        ...rows.map(([label, key]) =>
          el(
            'tr',
            {},
            el('th', { scope: 'row' }, label),
            ...columns.map(([, figures], at) =>
              el(
                'td',
                { 'data-figure': key, 'data-value': figures[key] },
                print(key, figures[key]),
                at === 0 ? undefined : difference(key, plan[key], figures[key]),
              ),
            ),
          ),
        ),
      ),
    ),
  );
}

function print(key: keyof Figures, value: number): string {
  return key === 'cost' ? grouped(value) : percent(value);
}

function difference(key: keyof Figures, from: number, to: number): HTMLElement {
  const change = key === 'cost' ? (from === 0 ? 0 : (100 * (to - from)) / from) : 100 * (to - from);
  const text = change.toFixed(1);
  const unit = key === 'cost' ? ' %' : ' points';
  const said = Number(text) === 0 ? '±0' : `${change > 0 ? '+' : '−'}${text.replace('-', '')}${unit}`;
  const isNothing = Number(text) === 0 || key === 'conditionalShare';
  return el('small', { class: isNothing ? 'quiet' : isWorse(key, change) ? 'worse' : 'better' }, said);
}

function isWorse(key: keyof Figures, change: number): boolean {
  return key === 'cost' || key === 'unknownShare' ? change > 0 : change < 0;
}

/** Planned anew is the best within the rules, so it is dearer only where keeping the rest breaks one of them. */
function whyDearer({ kept, anew }: PageCandidate): readonly HTMLElement[] {
  if (kept === undefined || anew === undefined || anew.cost <= kept.cost) return [];
  return [
    el(
      'p',
      { class: 'quiet' },
      'Planned anew costs more, for it keeps the budgets and counts the charges of the plan; everything else as planned may break a budget.',
    ),
  ];
}

function withoutMode({ kept, anew }: PageCandidate): readonly HTMLElement[] {
  if (kept === undefined && anew !== undefined)
    return [
      el(
        'p',
        { class: 'quiet' },
        'Keys that are added depend on this choice, so not everything else can stay as planned.',
      ),
    ];
  if (anew === undefined && kept !== undefined)
    return [
      el(
        'p',
        { class: 'quiet' },
        'With so many tables nothing was planned anew around it: a plan made for this choice costs at most this.',
      ),
    ];
  return [];
}

function commandFor(table: number, candidate: PageCandidate): readonly HTMLElement[] {
  if (candidate.set === undefined)
    return [
      el(
        'p',
        { class: 'quiet' },
        'Another way leads to a key of the same name, and simulate takes that one.',
      ),
    ];
  const setting = `--set '${`${head.tables[table]?.full}=${candidate.set}`.replaceAll("'", `'\\''`)}'`;
  return [
    el(
      'p',
      { class: 'quiet' },
      'With a solver: ',
      el('code', {}, `${head.command} ${setting}`),
      ...(candidate.kept === undefined
        ? []
        : [', and ', el('code', {}, '--keep-rest'), ' for everything else as planned']),
    ),
  ];
}
