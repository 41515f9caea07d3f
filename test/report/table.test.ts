/** Tables of the terminal: what gives way to the width, and what does not. */

import { describe, expect, it } from 'vitest';
import { pageOf } from '../../src/report/page.js';
import { renderTable } from '../../src/report/table.js';

const rows = [
  { name: 'billing_asset_histories', said: 'one flag, and another flag' },
  { name: 'billing_claim_histories', said: '' },
];

function table(width: number): readonly string[] {
  return renderTable(
    pageOf({ width, color: false }, []),
    [
      { title: 'table', text: ({ name }) => name, fit: 'cut' },
      { title: 'says', text: ({ said }) => said, fit: 'wrap' },
    ],
    rows,
  );
}

describe('a table too wide for its place', () => {
  it('cuts names only as far as they stay apart', () => {
    const names = table(32).flatMap((line) => /^ {2}(billing\S*)/.exec(line)?.[1] ?? []);
    expect(names).toEqual(['billing_a…istories', 'billing_c…istories']);
  });

  it('keeps its width where there is no room for that', () => {
    for (const line of table(26)) expect(line.length).toBeLessThanOrEqual(26);
  });
});
