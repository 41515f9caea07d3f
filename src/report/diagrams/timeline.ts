/** Phases one after the other: with dates where a start is set, else in days from the first one. */

import { clean } from '../words.js';

export interface Timeline {
  readonly title: string;
  /** YYYY-MM-DD. */
  readonly start?: string;
  readonly phases: readonly TimedPhase[];
}

export interface TimedPhase {
  readonly name: string;
  readonly days: number;
}

/** Any first of January will do where only the number of the day is shown. */
const SOME_NEW_YEAR = '2001-01-01';

export function mermaidGantt({ title, start, phases }: Timeline): string {
  const axis = start === undefined ? 'day %-j' : '%Y-%m-%d';
  const first = start ?? SOME_NEW_YEAR;
  return `${[
    'gantt',
    `  title ${ganttText(title)}`,
    '  dateFormat YYYY-MM-DD',
    `  axisFormat ${axis}`,
    ...phases.map(
      ({ name, days }, at) =>
        `  ${ganttText(name)} :p${at}, ${at === 0 ? first : `after p${at - 1}`}, ${days}d`,
    ),
  ].join('\n')}\n`;
}

/** A colon ends a task's name, and so do semicolons and hashes. */
function ganttText(text: string): string {
  return clean(text).replace(/[:;#%]/g, ' ');
}

/** The day on which each phase begins, and the one after the last. YYYY-MM-DD. */
export function daysOf(start: string, phases: readonly TimedPhase[]): readonly string[] {
  let day = 0;
  const ends = phases.map(({ days }) => {
    day += days;
    return dayAfter(start, day);
  });
  return [start, ...ends];
}

function dayAfter(start: string, days: number): string {
  const at = new Date(`${start}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}
