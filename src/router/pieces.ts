/** What a gathered read is put together from: hidden columns of the parts, and names of columns in the combining query. */

import type { Expr, SelectCore, SelectStatement } from '../syntax/index.js';
import type { Clauses } from './clauses.js';

/** A statement, and what is gathered of it. */
export interface Source {
  readonly statement: SelectStatement;
  readonly text: string;
  readonly clauses: Clauses;
  readonly pieces: Pieces;
  /** Might a table of the statement have a column of this name? */
  readonly isInputColumn: (name: string) => boolean;
}

/** Names of the parts' columns in the combining query, by position from 0. */
export interface Columns {
  readonly output: (at: number) => { readonly name: string; readonly type: string };
  readonly hidden: (at: number) => { readonly name: string; readonly type: string };
  readonly outputs: number;
}

export type Printed = (columns: Columns) => string;

/** What is gathered of a statement, piece by piece. */
export interface Pieces {
  /** Texts and trees of the hidden columns. */
  readonly hidden: { readonly text: string; readonly expr?: Expr }[];
}

export function hide(pieces: Pieces, text: string, expr?: Expr): number {
  return pieces.hidden.push({ text, ...(expr === undefined ? {} : { expr }) }) - 1;
}

export interface CannotGather {
  readonly reason: string;
  readonly fix: string;
}

export function cannot(reason: string, fix: string): CannotGather {
  return { reason, fix };
}

export const unclear = cannot(
  'its clauses could not be told apart in the text',
  'write it plainer: name the columns, and order and group by positions',
);

export function isSame(left: Expr | undefined, right: Expr | undefined): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** The outputs of a query as they are told apart by name and position; undefined with a star or for a set operation. */
export function plainOutputs({ body }: SelectStatement): SelectCore['output'] | undefined {
  if (body.kind !== 'core') return undefined;
  return body.output.some(({ expr }) => expr.kind === 'star') ? undefined : body.output;
}

/** `expr AS name` → `expr`. The name is the last token; whoever uses the rest reads it again. */
export function withoutAlias(item: string): string | undefined {
  return /^(.*\S)\s+as\s+(?:"(?:[^"]|"")*"|[\w$\u0080-\uffff]+)$/is.exec(item)?.[1];
}
