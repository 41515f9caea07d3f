/** Operators that the schema defines: each calls a function, which may read tables, and may make `=` something else. */

import type { Expr } from '../syntax/index.js';
import { type Context, unseen } from './context.js';
import { checkCall, plainCall } from './functions.js';

/** What joins, lists, sorting and keys compare by, mostly without a word in the text. */
const comparisons = ['=', '<>', '<', '<=', '>', '>='];

export function checkOperator(context: Context, expr: Expr): void {
  const symbol = symbolOf(expr);
  if (symbol === undefined || comparisons.includes(symbol)) return;
  for (const name of context.catalog.operators.get(symbol) ?? []) checkCall(context, plainCall(name));
}

/** Facts are drawn from `=` as PostgreSQL has it. Whose overload is meant depends on types that may not be known. */
export function checkOwnComparisons(context: Context): void {
  for (const symbol of comparisons) {
    for (const name of context.catalog.operators.get(symbol) ?? []) {
      const isVouchedFor = [name.join('.'), name.at(-1) ?? ''].some((one) =>
        context.vouchedFunctions.has(one),
      );
      if (!isVouchedFor)
        unseen(context, `the schema gives ${symbol} a meaning of its own, by ${name.join('.')}()`);
    }
  }
}

function symbolOf(expr: Expr): string | undefined {
  if (expr.kind === 'operator') return expr.name;
  return expr.kind === 'quantified' || expr.kind === 'subquery' ? expr.operator : undefined;
}
