import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { shardwright } from './surroundings.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const marketplace = `${root}fixtures/marketplace`;
const plan = `${root}reports/marketplace/shardplan.json`;

describe('check', () => {
  it('passes the marketplace under its own plan', async () => {
    const { exitCode, stdout } = await shardwright(['check', marketplace, '--plan', plan, '--quiet']);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('The check passed.')]);
  });

  it('needs a plan', async () => {
    const { exitCode, stderr } = await shardwright(['check', marketplace]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('check needs the plan')]);
  });
});
