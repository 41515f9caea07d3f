/** Pictures as SVG without a browser: Graphviz draws what has edges, and a timeline is a few bars. */

import type { Diagram } from './diagram.js';
import { dotOf } from './dot.js';
import { daysOf, type Timeline } from './timeline.js';

/** Loads Graphviz, which is a megabyte, only when something is drawn. */
export async function diagramSvg(diagram: Diagram): Promise<string> {
  const { Graphviz } = await import('@hpcc-js/wasm-graphviz');
  const drawn = (await Graphviz.load()).dot(dotOf(diagram));
  return drawn.slice(drawn.indexOf('<svg'));
}

const ROW = 22;
const NAMES = 90;
const WIDTH = 640;

export function timelineSvg({ title, start, phases }: Timeline): string {
  const whole = Math.max(
    1,
    phases.reduce((sum, { days }) => sum + days, 0),
  );
  const x = (day: number): number => Math.round(NAMES + (day / whole) * (WIDTH - NAMES - 90));
  const dates = start === undefined ? undefined : daysOf(start, phases);
  let day = 0;
  const rows = phases.flatMap(({ name, days }, at) => {
    const [from, to] = [day, day + days];
    day = to;
    const y = 30 + at * ROW;
    const when =
      dates === undefined ? `day ${from + 1}${days > 1 ? ` to ${to}` : ''}` : `from ${dates[at] ?? ''}`;
    return [
      `<text x="${NAMES - 8}" y="${y + 14}" text-anchor="end">${escaped(name)}</text>`,
      `<rect x="${x(from)}" y="${y + 3}" width="${Math.max(3, x(to) - x(from))}" height="${ROW - 6}" rx="3" fill="#93c5fd" stroke="#6b7280"/>`,
      `<text x="${x(to) + 6}" y="${y + 14}" fill="#4b5563">${when}</text>`,
    ];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${36 + phases.length * ROW}" font-family="Helvetica, Arial, sans-serif" font-size="11">
<text x="${NAMES}" y="18" font-weight="bold">${escaped(title)}</text>
${rows.join('\n')}
</svg>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
