/** What a reader makes of one text. */
import type { Statement } from './tree.js';

/**
 * `reason` is a short printable sentence without anything of the statement's data. Statements of one likeness differ in
 * nothing but the plain columns that they begin by selecting; most have none.
 */
export type ReadResult =
  | { readonly ok: true; readonly statement: Statement; readonly likeness?: string }
  | { readonly ok: false; readonly reason: string };
