/** What a reader makes of one text. */
import type { Statement } from './tree.js';

/** `reason` is a short printable sentence without anything of the statement's data. */
export type ReadResult =
  | { readonly ok: true; readonly statement: Statement }
  | { readonly ok: false; readonly reason: string };
