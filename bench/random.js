/**
 * Numbers from a seed: the same seed gives the same numbers on every machine.
 *
 * @typedef {{
 *   real: () => number,
 *   below: (count: number) => number,
 *   happens: (share: number) => boolean,
 *   spread: () => number,
 * }} Dice
 */

/**
 * @param {number} seed a whole number
 * @returns {Dice} real: in 0…1; below: whole numbers; happens: true with this probability; spread: log-normal around 1
 */
export function diceOf(seed) {
  let state = seed >>> 0;
  const real = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    real,
    below: (count) => Math.floor(real() * count),
    happens: (share) => real() < share,
    spread: () => Math.exp(2 * (real() + real() + real() + real() - 2)),
  };
}
