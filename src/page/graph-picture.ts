/** The graph as a drawing without WebGL: for print, and for browsers that cannot draw it otherwise. */

import { byCodeUnit } from '../model/index.js';
import { head } from './data.js';
import { svg } from './dom.js';
import { colourName } from './palette.js';

const WIDTH = 1200;
const MARGIN = 40;
/** For the name of what lies at the right. */
const NAME_MARGIN = 170;
const MOST_LABELS = 60;
/** Where tables lie close, names would hide each other. */
const MANY_TABLES = 300;
const MOST_LABELS_OF_MANY = 12;
const MOST_EDGES = 4000;

export function graphPicture(): SVGElement {
  const { nodes, x, y, reads, writes, from, to, calls } = head.graph;
  const at = (value: number): number => MARGIN + (value / Math.max(1, ...x)) * (WIDTH - MARGIN - NAME_MARGIN);
  const points = new Map(
    nodes.map((table, place) => [table, { x: at(x[place] as number), y: at(y[place] as number) }]),
  );
  const most = Math.max(1, ...calls);
  const edges = calls
    .map((_, edge) => edge)
    .sort((a, b) => (calls[b] as number) - (calls[a] as number))
    .slice(0, MOST_EDGES)
    .map((edge) => {
      const [a, b] = [points.get(from[edge] as number), points.get(to[edge] as number)];
      const line = svg('line', { x1: a?.x, y1: a?.y, x2: b?.x, y2: b?.y });
      line.style.strokeWidth = `${0.5 + 4 * Math.sqrt((calls[edge] as number) / most)}`;
      return line;
    });
  const traffic = nodes.map((_, place) => (reads[place] as number) + (writes[place] as number));
  const busiest = nodes
    .map((table, place) => ({ table, calls: traffic[place] as number }))
    .sort((a, b) => b.calls - a.calls || byCodeUnit(nameOf(a.table), nameOf(b.table)));
  const top = Math.max(1, busiest[0]?.calls ?? 1);
  const radius = (of: number): number => (nodes.length > MANY_TABLES ? 2 : 4) + 14 * Math.sqrt(of / top);
  return svg(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${Math.round(at(Math.max(1, ...y)) + MARGIN)}`,
      class: 'picture',
      role: 'img',
      'aria-label': 'Graph of tables that are used together',
    },
    svg('g', { class: 'edges' }, ...edges),
    ...busiest.map(({ table, calls: of }) => {
      const dot = svg('circle', { cx: points.get(table)?.x, cy: points.get(table)?.y, r: radius(of) });
      dot.style.fill = `var(${colourName(table)})`;
      return dot;
    }),
    ...busiest
      .slice(0, nodes.length > MANY_TABLES ? MOST_LABELS_OF_MANY : MOST_LABELS)
      .map(({ table, calls: of }) =>
        svg(
          'text',
          { x: (points.get(table)?.x ?? 0) + radius(of) + 3, y: (points.get(table)?.y ?? 0) + 4 },
          nameOf(table),
        ),
      ),
  );
}

function nameOf(table: number): string {
  return head.tables[table]?.name ?? '';
}
