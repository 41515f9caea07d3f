/** Sections as GitHub's markdown, with numbers, a table of contents and Mermaid for the pictures. */

import { mermaidFlowchart } from '../diagrams/mermaid.js';
import { mermaidGantt } from '../diagrams/timeline.js';
import { cell } from '../markdown-words.js';
import type { Block, Column, Picture, Section } from './blocks.js';

export interface Document {
  readonly title: string;
  /** Stands before the contents. */
  readonly preface: readonly Block[];
  readonly sections: readonly Section[];
  /** Short documents go without. */
  readonly contents: boolean;
}

/** `draw`: what stands for a picture; Mermaid's text unless something else is given. */
export function markdownOf(
  { title, preface, sections, contents }: Document,
  draw: (picture: Picture) => string = (picture) => fenced('mermaid', mermaidOf(picture)),
): string {
  const printed = sections.filter(({ blocks }) => blocks.length > 0);
  return `${[
    `# ${title}`,
    ...preface.map((block) => blockText(block, draw)),
    ...(contents ? [contentsOf(printed)] : []),
    ...printed.flatMap((section, at) => [
      `## ${numbered(section, at)}`,
      ...section.blocks.map((block) => blockText(block, draw)),
    ]),
  ].join('\n\n')}\n`;
}

/** Titles of sections with their numbers, as they are printed. */
function numbered({ title }: Section, at: number): string {
  return `${at + 1}. ${title}`;
}

function contentsOf(sections: readonly Section[]): string {
  return sections
    .map((section, at) => `${at + 1}. [${section.title}](#${anchorOf(numbered(section, at))})`)
    .join('\n');
}

/** As GitHub makes them. */
export function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

function blockText(block: Block, draw: (picture: Picture) => string): string {
  switch (block.kind) {
    case 'heading':
      return `### ${block.text}`;
    case 'paragraph':
      return block.sentences.join('\n');
    case 'list':
      return block.items.map((item, at) => `${block.ordered ? `${at + 1}.` : '-'} ${item}`).join('\n');
    case 'table':
      return tableText(block.columns, block.rows);
    case 'source':
      return `<sub>${block.text}</sub>`;
    case 'code':
      return fenced(block.language, block.text);
    case 'diagram':
      return `${draw(block.picture)}\n\n<sub>${block.caption}</sub>`;
  }
}

function mermaidOf(picture: Picture): string {
  return picture.kind === 'flowchart' ? mermaidFlowchart(picture.diagram) : mermaidGantt(picture.timeline);
}

function tableText(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows.map(line),
  ].join('\n');
}

function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}
