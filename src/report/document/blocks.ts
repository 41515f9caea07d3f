/** What a document is made of before it is markdown: sections of blocks. A section without blocks is not printed. */

import type { Diagram } from '../diagrams/diagram.js';
import type { Timeline } from '../diagrams/timeline.js';

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** Texts are markdown: what comes from outside went through `plain` or `code`. */
export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly sentences: readonly string[] }
  | { readonly kind: 'list'; readonly items: readonly string[]; readonly ordered: boolean }
  | {
      readonly kind: 'table';
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly string[])[];
    }
  /** Where the figures above come from. */
  | { readonly kind: 'source'; readonly text: string }
  | { readonly kind: 'code'; readonly language: 'sql' | 'yaml' | 'text'; readonly text: string }
  | { readonly kind: 'diagram'; readonly picture: Picture; readonly caption: string };

export type Picture =
  | { readonly kind: 'flowchart'; readonly diagram: Diagram }
  | { readonly kind: 'timeline'; readonly timeline: Timeline };

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

export const heading = (text: string): Block => ({ kind: 'heading', text });

/** A sentence a line, so that a change of one is a change of one line. */
export function say(...sentences: readonly (string | undefined)[]): Block {
  return { kind: 'paragraph', sentences: sentences.filter((one) => one !== undefined) };
}

export function bullets(items: readonly string[]): readonly Block[] {
  return items.length === 0 ? [] : [{ kind: 'list', items, ordered: false }];
}

export function steps(items: readonly string[]): readonly Block[] {
  return items.length === 0 ? [] : [{ kind: 'list', items, ordered: true }];
}

/** Titles that begin with `>` are of figures, which stand to the right. */
export function table(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  source: string,
): readonly Block[] {
  if (rows.length === 0) return [];
  const columns = titles.map(
    (title): Column =>
      title.startsWith('>') ? { title: title.slice(1), align: 'right' } : { title, align: 'left' },
  );
  return [{ kind: 'table', columns, rows }, from(source)];
}

export function from(source: string): Block {
  return { kind: 'source', text: `Source: ${source}` };
}

/** `analysis.json` and a field of it. */
export function field(...names: readonly string[]): string {
  return `\`analysis.json\` → ${names.map((name) => `\`${name}\``).join(', ')}`;
}

export const sql = (text: string): Block => ({ kind: 'code', language: 'sql', text });
