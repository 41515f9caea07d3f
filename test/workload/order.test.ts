import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWorkload } from '../../src/workload/index.js';
import { fixture, inputOf, withoutPlaces } from './cases.js';

const cases = [
  'one-statement-many-rows/export.csv',
  'set-aside/export.csv',
  'sums-are-exact/export.csv',
  'snapshots-in-one-file/export.csv',
  'several-databases/export.csv',
];

/** Header and records; a record may have a newline inside quotes. */
function records(file: string): [string, string[]] {
  const [header = '', ...rows] =
    readFileSync(fixture('reads', file), 'utf8').match(/(?:"[^"]*"|[^"\n])+\n/g) ?? [];
  return [header, rows];
}

describe('the order of rows changes nothing', () => {
  it.each(cases)('%s', async (file) => {
    const [header, rows] = records(file);
    const read = async (shuffled: readonly string[]): Promise<unknown> =>
      withoutPlaces(await readWorkload([inputOf(header + shuffled.join(''))], { sum: false }));
    const expected = await read(rows);
    const shuffles = fc.shuffledSubarray(rows, { minLength: rows.length });
    await fc.assert(
      fc.asyncProperty(shuffles, async (shuffled) => {
        expect(await read(shuffled)).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it('nor does the order of columns', async () => {
    const one = await readWorkload([inputOf('query,calls,total_exec_time\nSELECT a FROM t,5,1.5\n')], {
      sum: false,
    });
    const other = await readWorkload([inputOf('total_exec_time,Calls,QUERY\n1.5,5,SELECT a FROM t\n')], {
      sum: false,
    });
    expect(other).toEqual(one);
  });
});
