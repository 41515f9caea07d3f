/** What the analysis rests on and what it cannot see. */

import type { AnalysisResult, Note } from '../model/index.js';
import { firstOf, type Page, type Section } from './page.js';
import { clean, place, wrap } from './words.js';

const MOST_NOTES = 15;

/** Files that were skipped are named when they are, not in the result. */
export function notesSection(page: Page, { notes }: AnalysisResult): Section | undefined {
  const shown = notes.filter(({ code }) => code !== 'file-skipped');
  if (shown.length === 0) return undefined;
  return {
    title: 'NOTES',
    lines: firstOf(page, shown, MOST_NOTES, (note) => wrap(noteText(note), page.width, '  - ')),
  };
}

function noteText({ message, source }: Note): string {
  return source === undefined ? clean(message) : `${place(source)}: ${clean(message)}`;
}
