import { describe, expect, it } from 'vitest';
import { casesOf, filesOf, optionsOf, portable, workloadOf } from './cases.js';

describe('an export becomes a workload', () => {
  it.each(casesOf('reads'))('$name', async ({ folder, expected }) => {
    const workload = await workloadOf(filesOf(folder), optionsOf(folder));
    await expect(portable(workload, folder)).toMatchFileSnapshot(expected);
  });
});
