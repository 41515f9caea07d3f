/** Words that the messages of several rules share. */

import { percent, type VerdictKind } from '../model/index.js';
import { type GateContext, type Shape, shareOfShape } from './context.js';
import type { GateStatement } from './input.js';

/** `A new statement`, or `A new statement (GetUser)` when it has a name. */
export function titleOf({ label }: GateStatement, noun: string): string {
  return label === undefined ? noun : `${noun} (${label})`;
}

/** ` with 2.0 % of the calls`; nothing for what nobody has counted. */
export function shareText(context: GateContext, shape: Shape): string {
  const { share } = shareOfShape(context, shape);
  const of = context.weight === 'calls' ? 'the calls' : `the ${context.weight}`;
  return share === undefined ? '' : ` with ${percent(share)} of ${of}`;
}

/** `: no constant for orders.user_id`. */
export function becauseOf({ verdict }: GateStatement): string {
  return verdict.because.length === 0 ? '' : `: ${verdict.because.join('; ')}`;
}

/** `GetUser at queries.sql:4 (scatter, 2.0 %), …`: enough of a statement to find it. */
export function namesOfShapes(context: GateContext, shapes: readonly Shape[]): string {
  return shapes
    .map((shape) => {
      const { face } = shape;
      const { file, line } = face.source;
      const { share } = shareOfShape(context, shape);
      const name = face.label === undefined ? '' : `${face.label} at `;
      const much = share === undefined ? '' : `, ${percent(share)}`;
      return `${name}${file}:${line} (${face.verdict.verdict}${much})`;
    })
    .join(', ');
}

/** What a statement does, by its verdict. */
export const needs: Readonly<Record<VerdictKind, string>> = {
  tableless: 'needs no shard',
  'single-shard': 'needs one shard',
  'global-read': 'needs any shard',
  unsharded: 'needs the unsharded database',
  conditional: 'needs one shard only if the application passes equal values',
  'multi-shard': 'needs several shards',
  scatter: 'needs every shard',
  'global-write': 'writes every copy of a global table in one atomic commit',
  'cross-shard': 'brings rows of different shards together',
  'cross-database': 'needs the shards and the unsharded database at once',
  unroutable: 'cannot be sent to any shard as it is',
  unknown: 'cannot be judged',
};
