import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printJson, printJsonInPieces } from '../../src/contract/json.js';

describe('JSON in pieces', () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  const fields = fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.oneof(value, fc.constant(undefined))), {
    minLength: 1,
  });

  it('is the text of the whole, byte for byte', () => {
    fc.assert(
      fc.property(fields, fc.array(value), (entries, items) => {
        const whole = { first: 1, ...Object.fromEntries(entries), items };
        const listed = { ...whole, items: () => items };
        expect([...printJsonInPieces(listed)].join('')).toBe(printJson(whole));
      }),
    );
  });

  it('makes the items of a list when their turn comes', () => {
    let made = 0;
    function* items() {
      for (; made < 10_000; made += 1) yield `item ${made} of a list\nthat is long`;
    }
    const pieces = printJsonInPieces({ items });
    pieces.next();
    expect(made).toBeLessThan(5000);
    expect([...pieces].length).toBeGreaterThan(2);
    expect(made).toBe(10_000);
  });
});
