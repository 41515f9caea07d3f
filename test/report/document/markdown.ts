/** A document taken apart again, as its readers see it. */

export interface Fence {
  readonly language: string;
  readonly text: string;
}

export function fencesOf(markdown: string): readonly Fence[] {
  return [...markdown.matchAll(/^(`{3,})(\w+)\n([\s\S]*?)\n\1$/gm)].map(([, , language = '', text = '']) => ({
    language,
    text,
  }));
}

/** What is left when code of all kinds is taken out, line by line. */
export function proseOf(markdown: string): readonly string[] {
  return markdown
    .replace(/^(`{3,})\w+\n[\s\S]*?\n\1$/gm, '')
    .replace(/(`+)(?:(?!\1)[\s\S])*?\1/g, '')
    .split('\n');
}

/** Cells of a row; a bar that is written `\|` is none. */
export function cellsOf(row: string): readonly string[] {
  return row.split(/(?<!\\)\|/).slice(1, -1);
}
