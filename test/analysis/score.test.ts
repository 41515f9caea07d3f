import { expect, test } from 'vitest';
import { scoreOf } from '../../src/analysis/index.js';
import type { VerdictKind } from '../../src/model/index.js';

function score(...kinds: readonly VerdictKind[]) {
  return scoreOf(kinds.map((verdict) => ({ weight: 1, verdict: { verdict } })));
}

test('of nothing, or of unsharded statements alone, nothing crosses and nothing is unknown', () => {
  const perfect = { singleShardShare: 1, oneDatabaseShare: 1, conditionalShare: 0, unknownShare: 0 };
  expect(score()).toEqual(perfect);
  expect(score('unsharded', 'tableless')).toEqual(perfect);
});

test('unsharded statements count for one database only, tableless ones for nothing', () => {
  expect(score('single-shard', 'global-read', 'conditional', 'unknown', 'unsharded', 'tableless')).toEqual({
    singleShardShare: 2 / 4,
    oneDatabaseShare: 3 / 5,
    conditionalShare: 1 / 4,
    unknownShare: 1 / 4,
  });
});
