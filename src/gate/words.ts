/** Words that the messages of several rules share. */

import { percent } from '../model/index.js';
import type { GateContext, Shape } from './context.js';
import type { GateStatement } from './input.js';

/** `A new statement`, or `A new statement (GetUser)` when it has a name. */
export function titleOf({ label }: GateStatement, noun: string): string {
  return label === undefined ? noun : `${noun} (${label})`;
}

/** ` with 2.0 % of the weight`; nothing where weights are no traffic. */
export function shareText({ isMeasured, shareOf, weight }: GateContext, shape: Shape): string {
  if (!isMeasured) return '';
  const of = weight === 'calls' ? 'the calls' : `the ${weight}`;
  return ` with ${percent(shareOf(shape.weight))} of ${of}`;
}

/** `: no constant for orders.user_id`. */
export function becauseOf({ verdict }: GateStatement): string {
  return verdict.because.length === 0 ? '' : `: ${verdict.because.join('; ')}`;
}

/** `GetUser at queries.sql:4 (scatter, 2.0 %), …`: enough of a statement to find it. */
export function namesOfShapes({ isMeasured, shareOf }: GateContext, shapes: readonly Shape[]): string {
  return shapes
    .map(({ face, weight }) => {
      const { file, line } = face.source;
      const name = face.label === undefined ? '' : `${face.label} at `;
      const much = isMeasured ? `, ${percent(shareOf(weight))}` : '';
      return `${name}${file}:${line} (${face.verdict.verdict}${much})`;
    })
    .join(', ');
}
