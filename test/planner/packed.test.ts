import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packed, unpacked } from '../../src/planner/certificate/packed.js';

describe('packed numbers', () => {
  it('come out as they went in, up to the last safe integer, 0 as one byte', () => {
    const edges = [0, 1, -1, 63, 64, -64, 8191, 8192, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
    const through = (numbers: readonly number[]): readonly number[] => {
      const next = unpacked(packed(numbers));
      return numbers.map(() => next());
    };
    expect(through(edges)).toEqual(edges);
    expect(packed([0, 0, 0])).toHaveLength(3);
    fc.assert(
      fc.property(fc.array(fc.maxSafeInteger()), (numbers) => {
        // A sign of nothing is lost.
        expect(through(numbers)).toEqual(numbers.map((number) => number + 0));
      }),
      { numRuns: 200, seed: 5 },
    );
  });
});
