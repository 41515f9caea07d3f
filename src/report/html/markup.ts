/** HTML put together so that text from outside cannot become markup: what is not Markup is escaped. */

import { createHash } from 'node:crypto';

export interface Markup {
  readonly markup: string;
}

export type Content = string | number | Markup | readonly Content[] | undefined;

/** A template in which every value is escaped, unless it is Markup itself. Undefined is nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return { markup: parts.map((part, at) => part + (at < values.length ? printed(values[at]) : '')).join('') };
}

function printed(content: Content): string {
  if (content === undefined) return '';
  if (typeof content === 'string') return escaped(content);
  if (typeof content === 'number') return String(content);
  return 'markup' in content ? content.markup : content.map(printed).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => entities[sign] as string);
}

/** Data for a script: no `<` is left, so that nothing in it can end the element that it stands in. */
export function dataScript(id: string, value: unknown): string {
  const json = JSON.stringify(value).replaceAll('<', '\\u003c');
  return `<script type="application/json" id="${id}">${json}</script>\n`;
}

/** Code or style of our own, and the source that a content security policy knows it by. */
export function inlined(
  element: 'script' | 'style',
  text: string,
): { readonly markup: string; readonly source: string } {
  if (/<\/|<!--/.test(text.replaceAll(`<\\/`, '')))
    throw new Error(`the page's ${element} would end too early`);
  const hash = createHash('sha256').update(text).digest('base64');
  return { markup: `<${element}>${text}</${element}>`, source: `'sha256-${hash}'` };
}
