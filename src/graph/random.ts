/** A stream of numbers that is the same in every run: 32-bit xorshift (G. Marsaglia, "Xorshift RNGs", 2003). */

/** Numbers from 0 up to, but not, 1. The seed must not be 0. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
