/** Room in a picture: parts turned to lie flat, discs that do not cover each other, parts that lie side by side. */

import type { TableName } from '../model/index.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A place with the room that it takes. */
export interface Disc extends Point {
  readonly table: TableName;
  readonly radius: number;
}

const ROUNDS = 80;
const GAP = 4;
/** Pictures are wider than high. */
const FLATNESS = 1.5;
const BETWEEN_PARTS = 40;

/** Turned so that the longest direction lies level. Assumes that the middle is at 0. */
export function turnedFlat(discs: readonly Disc[]): readonly Disc[] {
  let [xx, xy, yy] = [0, 0, 0];
  for (const { x, y } of discs) {
    xx += x * x;
    xy += x * y;
    yy += y * y;
  }
  const angle = Math.atan2(2 * xy, xx - yy) / 2;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return discs.map((disc) => ({
    ...disc,
    x: disc.x * cos + disc.y * sin,
    y: disc.y * cos - disc.x * sin,
  }));
}

/** Pushes discs that cover each other apart, each half of the way, until none does or the rounds are over. */
export function moveApart(discs: readonly Disc[]): readonly Disc[] {
  const at = discs.map((disc) => ({ ...disc }));
  for (let round = 0; round < ROUNDS; round += 1) {
    let isCovered = false;
    for (const [i, one] of at.entries()) {
      for (let j = i + 1; j < at.length; j += 1) {
        const other = at[j] as (typeof at)[number];
        const needed = one.radius + other.radius + GAP;
        const [dx, dy] = [other.x - one.x, other.y - one.y];
        if (Math.abs(dx) >= needed || Math.abs(dy) >= needed) continue;
        const distance = Math.hypot(dx, dy);
        if (distance >= needed) continue;
        const push = (needed - distance) / 2;
        // Two discs at one place part sideways.
        const [ux, uy] = distance > 1e-6 ? [dx / distance, dy / distance] : [1, 0];
        one.x -= ux * push;
        one.y -= uy * push;
        other.x += ux * push;
        other.y += uy * push;
        isCovered = true;
      }
    }
    if (!isCovered) break;
  }
  return at;
}

/** The first part in the middle, each next one where it first fits on the way outwards. */
export function packed(parts: readonly (readonly Disc[])[]): readonly Disc[] {
  const taken: Disc[] = [];
  // Where one part did not fit, another as large seldom does: the search goes on where it ended.
  const reached = new Map<number, number>();
  for (const part of parts) {
    const { discs, step } = firstFit(centred(part), taken, reached.get(part.length) ?? 0);
    reached.set(part.length, step);
    taken.push(...discs);
  }
  return taken;
}

/** With the middle of the box that holds all at 0. */
function centred(discs: readonly Disc[]): readonly Disc[] {
  const middle = (values: readonly number[]): number => (Math.min(...values) + Math.max(...values)) / 2;
  const [x, y] = [middle(discs.map((disc) => disc.x)), middle(discs.map((disc) => disc.y))];
  return moved(discs, { x: -x, y: -y });
}

interface Fit {
  readonly discs: readonly Disc[];
  readonly step: number;
}

function firstFit(part: readonly Disc[], taken: readonly Disc[], from: number): Fit {
  for (let step = from; ; step += 1) {
    const angle = step * 0.35;
    const reach = 3 * angle;
    const there = moved(part, { x: FLATNESS * reach * Math.cos(angle), y: reach * Math.sin(angle) });
    if (there.every((disc) => taken.every((other) => isApart(disc, other)))) return { discs: there, step };
  }
}

function moved(discs: readonly Disc[], by: Point): readonly Disc[] {
  return discs.map((disc) => ({ ...disc, x: disc.x + by.x, y: disc.y + by.y }));
}

function isApart(a: Disc, b: Disc): boolean {
  return Math.hypot(a.x - b.x, a.y - b.y) >= a.radius + b.radius + BETWEEN_PARTS;
}
