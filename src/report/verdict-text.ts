/** One statement's verdict as text. The statement itself is not repeated: it may hold values. */

import { type ExplainedStatement, isOnOneDatabase } from '../model/index.js';
import { type Page, pageOf, type TextOptions } from './page.js';
import { clean, wrap } from './words.js';

export function renderVerdictText(explained: ExplainedStatement, options: TextOptions): string {
  const page = pageOf(options, explained.verdict.tables);
  const { id, verdict, shards, fix } = explained;
  const paint = isOnOneDatabase(verdict.verdict) ? page.paint.green : page.paint.yellow;
  const { key, pairs } = verdict;
  const lines = [
    `${clean(id)}  ${paint(verdict.verdict)}`,
    ...field(page, 'tables', verdict.tables.map(page.nameOf).join(', ')),
    ...field(page, 'key', key === undefined ? '' : `${clean(key.param)} in the group ${clean(key.group)}`),
    ...field(page, 'shards', shards?.join(', ') ?? ''),
    ...field(page, 'if', pairs?.map(([a, b]) => `${clean(a)} = ${clean(b)}`).join(', ') ?? ''),
    ...verdict.because.flatMap((reason, at) => field(page, at === 0 ? 'because' : '', clean(reason))),
    ...field(page, 'fix', fix === undefined ? '' : clean(fix.text)),
    ...field(page, 'instead', clean(fix?.rewritten ?? '')),
  ];
  return `${lines.join('\n')}\n`;
}

function field(page: Page, name: string, text: string): readonly string[] {
  return text === '' ? [] : wrap(text, page.width, `  ${name.padEnd(9)}`);
}
