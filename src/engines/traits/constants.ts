/** Constants as traits spell them. */

import type { Expr } from '../../syntax/index.js';

/** `$1`, or a literal's text behind a quote; undefined for anything else. */
export function constantOf(expr: Expr): string | undefined {
  if (expr.kind === 'param') return `$${expr.number}`;
  if (expr.kind === 'literal') return `'${expr.text}`;
  return expr.kind === 'cast' ? constantOf(expr.arg) : undefined;
}
