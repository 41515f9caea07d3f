/** The card of the table that is looked at: where it is and why, what else it could be, who uses it. */

import { bytes, count, grouped, percent } from '../model/index.js';
import { chooseTable, onChoice } from './choice.js';
import { cardOf, head, statementsOf, textOf } from './data.js';
import { byId, el } from './dom.js';
import { neighboursOf, swatch, tableButton } from './graph-list.js';
import { colourName } from './palette.js';
import { shareOf, verdictMark, verdictOf } from './statements-view.js';

const MOST_NEIGHBOURS = 8;
const MOST_STATEMENTS = 5;
const MOST_CANDIDATES = 8;
/** Of the plan's cost: less cannot be told from nothing at one decimal. */
const ALIKE = 0.0005;

export interface CardActions {
  readonly askWhatIf: (table: number, candidate: number) => void;
  readonly showStatements: (table: number) => void;
}

export function startCard(actions: CardActions): void {
  const card = byId('card');
  let before: Element | null = null;
  onChoice((table) => {
    document.body.classList.toggle('has-card', table !== undefined);
    card.hidden = table === undefined;
    dispatchEvent(new Event('resize'));
    if (table === undefined) {
      card.replaceChildren();
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
      before = null;
      return;
    }
    if (!card.contains(document.activeElement)) before = document.activeElement;
    card.replaceChildren(...content(table, actions));
    card.scrollTop = 0;
    card.querySelector('h2')?.focus({ preventScroll: true });
  });
  card.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') chooseTable(undefined);
  });
}

function content(table: number, actions: CardActions): readonly Node[] {
  const { name, full, calls, callShare, writeShare, singleShardShare, rowCount, totalBytes } = head.tables[
    table
  ] as (typeof head.tables)[number];
  const { placement, reasons, flags, candidates, rejected, constraints } = cardOf(table);
  const others = candidates.map((candidate, at) => ({ candidate, at })).slice(1);
  const neighbours = neighboursOf(table);
  const statements = statementsOf(table);
  return [
    el(
      'header',
      {},
      el('h2', { tabindex: -1, title: full }, swatch(colourName(table)), name),
      el(
        'button',
        {
          type: 'button',
          class: 'quiet-button',
          'aria-label': 'Close the card',
          click: () => chooseTable(undefined),
        },
        '×',
      ),
    ),
    el('p', {}, placement),
    ...paragraphs(reasons),
    figures([
      ['single-shard', singleShardShare === undefined ? '–' : percent(singleShardShare)],
      ['calls', `${count(calls)} (${percent(callShare)})`],
      ['writes', percent(writeShare)],
      ['rows', rowCount === undefined ? '–' : count(rowCount)],
      ['size', totalBytes === undefined ? '–' : bytes(totalBytes)],
    ]),
    ...part(
      'Worth knowing',
      flags.map(([code, message]) => el('li', {}, el('b', {}, code), ` ${message}`)),
    ),
    ...part(
      'What else it could be',
      others.slice(0, MOST_CANDIDATES).map(({ candidate, at }) =>
        el(
          'li',
          {},
          el(
            'button',
            {
              type: 'button',
              class: 'link',
              title: candidate.placement,
              click: () => actions.askWhatIf(table, at),
            },
            candidate.choice,
          ),
          ` ${costText(candidate.flipCost, candidate.reoptimised)}, ${percent(candidate.singleShardShare)} single-shard`,
        ),
      ),
    ),
    ...more(others.length - MOST_CANDIDATES, 'choices, under What if'),
    ...part(
      'Not possible',
      rejected.map(([option, reason]) => el('li', {}, el('b', {}, option), ` ${reason}`)),
    ),
    ...part(
      'Used together with',
      neighbours
        .slice(0, MOST_NEIGHBOURS)
        .map((one) =>
          el(
            'li',
            {},
            tableButton(one.table),
            ` ${count(one.calls)} calls`,
            ...(one.joins.length === 0 ? [] : [el('small', {}, one.joins.slice(0, 2).join(', '))]),
          ),
        ),
    ),
    ...more(neighbours.length - MOST_NEIGHBOURS, 'tables'),
    ...part(
      'Heaviest statements',
      statements
        .slice(0, MOST_STATEMENTS)
        .map((row) =>
          el(
            'li',
            {},
            verdictMark(verdictOf(row)),
            ` ${percent(shareOf(row))} `,
            el('code', { class: 'two-lines' }, textOf(row).text.replace(/\s+/g, ' ').slice(0, 200)),
          ),
        ),
    ),
    ...(statements.length === 0
      ? []
      : [
          el(
            'button',
            { type: 'button', click: () => actions.showStatements(table) },
            `Show all ${grouped(statements.length)} statements`,
          ),
        ]),
    ...part(
      'Constraints that no shard can check',
      constraints.map((message) => el('li', {}, message)),
    ),
  ];
}

export function costText(flipCost: number, reoptimised: boolean): string {
  if (flipCost === 0) return 'costs the same';
  if (head.cost > 0 && Math.abs(flipCost) < ALIKE * head.cost) return 'costs about the same';
  const change = head.cost === 0 ? grouped(Math.abs(flipCost)) : ratio(Math.abs(flipCost) / head.cost);
  return `${reoptimised ? '' : 'at most '}${flipCost > 0 ? '+' : '−'}${change} cost`;
}

/** More than the whole is possible here. */
function ratio(part: number): string {
  return part < 1 ? percent(part) : `${grouped(100 * part)} %`;
}

function paragraphs(texts: readonly string[]): readonly HTMLElement[] {
  return texts.map((text) => el('p', { class: 'quiet' }, text));
}

function figures(rows: readonly (readonly [string, string])[]): HTMLElement {
  return el(
    'dl',
    { class: 'card-figures' },
    ...rows.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))),
  );
}

function part(title: string, items: readonly HTMLElement[]): readonly HTMLElement[] {
  return items.length === 0 ? [] : [el('h3', {}, title), el('ul', {}, ...items)];
}

function more(left: number, what: string): readonly HTMLElement[] {
  return left > 0 ? [el('p', { class: 'quiet' }, `and ${grouped(left)} more ${what}`)] : [];
}
