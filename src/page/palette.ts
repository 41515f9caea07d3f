/** Colours of the graph, as the style has them for the theme that is on. */

import { head } from './data.js';

/** Groups with a colour of their own; the others share one. */
export const COLOURED_GROUPS = 8;

export interface Palette {
  readonly tableColour: (table: number) => string;
  readonly edge: string;
  readonly edgeStrong: string;
  readonly faded: string;
  readonly ink: string;
  readonly surface: string;
  readonly line: string;
}

/** The name of the style's variable that a table is painted with. */
export function colourName(table: number): string {
  const { placement, group = COLOURED_GROUPS } = head.tables[table] as (typeof head.tables)[number];
  if (placement !== 'sharded') return `--${placement}`;
  return group < COLOURED_GROUPS ? `--group-${group}` : '--group-other';
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string): string => style.getPropertyValue(name).trim();
  const known = new Map<string, string>();
  const colour = (name: string): string => {
    const found = known.get(name) ?? value(name);
    known.set(name, found);
    return found;
  };
  return {
    tableColour: (table) => colour(colourName(table)),
    edge: value('--edge'),
    edgeStrong: value('--edge-strong'),
    faded: value('--faded'),
    ink: value('--ink'),
    surface: value('--surface'),
    line: value('--line'),
  };
}
