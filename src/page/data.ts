/** The data of the page, read from its elements: the head at once, cards and texts when they are first looked at. */

import type { PageCard, PageHead, PageText } from '../model/index.js';

export const head = parsed<PageHead>('head');

const cards = new Map<number, PageCard>();
const texts = new Map<number, readonly PageText[]>();

export function cardOf(table: number): PageCard {
  return remembered(cards, table, () => parsed<PageCard>(`card-${table}`));
}

export function textOf(statement: number): PageText {
  const part = Math.floor(statement / head.textsEach);
  const all = remembered(texts, part, () => parsed<readonly PageText[]>(`texts-${part}`));
  return all[statement % head.textsEach] as PageText;
}

/** Statements that name the table, the heaviest first. */
export function statementsOf(table: number): readonly number[] {
  return head.statements.tables.flatMap((tables, at) => (tables.includes(table) ? [at] : []));
}

export function callsOf(statement: number): number {
  return (head.statements.calls ?? head.statements.weight)[statement] as number;
}

export const wholeWeight = head.statements.weight.reduce((sum, one) => sum + one, 0);

function parsed<T>(id: string): T {
  return JSON.parse(document.getElementById(id)?.textContent ?? 'null') as T;
}

function remembered<T>(known: Map<number, T>, at: number, read: () => T): T {
  const found = known.get(at) ?? read();
  known.set(at, found);
  return found;
}
