/** What a plan takes of a budget, in the budget's own unit. */

import { type BudgetUse, bytes, percent } from '../model/index.js';
import { grouped } from './numbers.js';

export function takenOf({ unit, used, limit }: BudgetUse): string {
  return `${figureOf(unit, used)} taken, ${figureOf(unit, limit)} allowed`;
}

function figureOf(unit: BudgetUse['unit'], value: number): string {
  switch (unit) {
    case 'bytes':
      return bytes(value);
    case 'share':
      return percent(value);
    case 'columns':
      return grouped(value);
  }
}
