import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/model/index.js';
import { discoverInputs, readWorkload } from '../../src/workload/index.js';
import { casesOf, filesOf, fixture, optionsOf, portable, workloadOf } from './cases.js';

async function refusal(reading: Promise<unknown>): Promise<UserError> {
  const thrown = await reading.then(
    () => new Error('nothing was refused'),
    (error: unknown) => error,
  );
  if (thrown instanceof UserError) return thrown;
  throw thrown;
}

describe('input that cannot be used is refused in words', () => {
  it.each(casesOf('refuses'))('$name', async ({ folder, expected }) => {
    const { code, message, hint, line } = await refusal(workloadOf(filesOf(folder), optionsOf(folder)));
    expect(message + hint).not.toMatch(/hunter/);
    await expect(portable({ code, message, hint, line }, folder)).toMatchFileSnapshot(expected);
  });

  it('a file that is not there', async () => {
    const { code, file } = await refusal(discoverInputs(['no-such-file.csv']));
    expect({ code, file }).toEqual({ code: 'file-not-found', file: 'no-such-file.csv' });
  });

  it('a folder without an export', async () => {
    const { exports, skipped } = await discoverInputs([fixture('folders', 'everything', 'old')]);
    expect({ exports, skipped: skipped.length }).toEqual({ exports: [], skipped: 1 });
    expect((await refusal(readWorkload([], { sum: false }))).code).toBe('nothing-to-analyse');
  });

  it('a named file that a folder would have skipped', async () => {
    const { code } = await refusal(discoverInputs([fixture('folders', 'everything', 'README.md')]));
    expect(code).toBe('unknown-format');
  });
});
