import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { digest } from '../../src/workload/texts.js';

it.each(['', 'select 1', 'ä€😀', 'cut \ud83d', '\udc00\0', 'x'.repeat(100_000)])(
  'ids are the same in every version of Node: %#',
  (text) => {
    expect(digest(text)).toBe(createHash('sha256').update(text).digest('hex'));
  },
);
