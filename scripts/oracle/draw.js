// Seeded choices for generators: one name gives the same choices on every machine.
import { randomFrom } from '../marketplace/random.js';

/**
 * @typedef {{
 *   chance: (share: number) => boolean,
 *   below: (count: number) => number,
 *   pick: <T>(list: readonly T[]) => T,
 *   weighted: <T>(choices: readonly (readonly [number, T])[]) => T,
 * }} Draw
 */

/** @param {string} name @returns {Draw} */
export function drawFrom(name) {
  const random = randomFrom(name);
  const below = (count) => Math.floor(random() * count);
  return {
    below,
    chance: (share) => random() < share,
    pick: (list) => list[below(list.length)],
    weighted: (choices) => {
      let left = random() * choices.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, choice] of choices) {
        left -= weight;
        if (left < 0) return choice;
      }
      return choices[0][1];
    },
  };
}
