/** Seeded randomness: the same name gives the same draws on every machine and in every run. */

import { createHash } from 'node:crypto';

export interface Draws {
  /** From 0 up to, not including, 1. */
  readonly share: () => number;
  /** A whole number from 0 up to, not including, `limit`. */
  readonly below: (limit: number) => number;
  readonly pick: <T>(list: readonly [T, ...T[]] | readonly T[]) => T;
  /** Like pick, but the first are drawn far more often: some users are busier than others. */
  readonly pickSkewed: <T>(list: readonly T[]) => T;
}

/** Mulberry32, seeded by a name. */
export function drawsOf(name: string): Draws {
  let state = createHash('sha256').update(name).digest().readUInt32LE(0);
  const share = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(share() * limit);
  return {
    share,
    below,
    pick: (list) => list[below(list.length)] as (typeof list)[number],
    pickSkewed: (list) => list[Math.floor(list.length * share() ** 1.6)] as (typeof list)[number],
  };
}

/** Fisher and Yates: a new list, the old one untouched. */
export function shuffled<T>(list: readonly T[], { below }: Draws): readonly T[] {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i -= 1) {
    const j = below(i + 1);
    [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
  }
  return copy;
}
