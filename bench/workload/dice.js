// What the generator asks of chance, in the words in which it asks.

import { randomFrom, shuffled } from '../../scripts/marketplace/random.js';

/** The same name gives the same dice. */
export function diceFrom(name) {
  const random = randomFrom(name);
  const below = (n) => Math.floor(random() * n);
  const one = (list) => list[below(list.length)];
  return {
    below,
    one,
    /** From low to high, both included. */
    between: (low, high) => low + below(high - low + 1),
    chance: (share) => random() < share,
    /** Some of a list, in the list's order. */
    some: (list, count) => {
      const taken = new Set(shuffled(list, random).slice(0, count));
      return list.filter((item) => taken.has(item));
    },
    shuffled: (list) => shuffled(list, random),
    /** An index below n; low ones come much more often. */
    popular: (n) => Math.floor(n ** random() - 1),
    /** One of [weight, value] pairs. */
    weighted: (pairs) => {
      const total = pairs.reduce((sum, [weight]) => sum + weight, 0);
      let left = random() * total;
      for (const [weight, value] of pairs) {
        left -= weight;
        if (left < 0) return value;
      }
      return pairs.at(-1)[1];
    },
  };
}
