import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { publishedSchemas } from '../../src/contract/index.js';
import { fixtures, shardwright } from './surroundings.js';

const marketplace = path.join(fixtures, '..', 'marketplace');

describe('doctor', () => {
  it('says what is wrong before what is fine', async () => {
    const { exitCode, stdout } = await shardwright(['doctor', marketplace]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /warn masked:[\s\S]*→ GRANT pg_read_all_stats[\s\S]*ok +window: the counters cover 7 days/,
    );
    expect(stdout).toContain('Good enough to plan from;');
  });

  it('prints JSON that its schema holds for', async () => {
    const { stdout } = await shardwright(['doctor', marketplace, '--json']);
    const found = JSON.parse(stdout);
    expect(
      new Ajv2020({ strict: false }).validate(publishedSchemas().get('doctor.json') ?? false, found),
    ).toBe(true);
    expect(found).toMatchObject({ kind: 'doctor', source: 'export', summary: { fail: 0 } });
  });

  it('exits with 1 when a check fails, and with 2 when there is nothing to check', async () => {
    const { exitCode, stdout } = await shardwright(['doctor', path.join(fixtures, 'no-application.csv')]);
    expect([exitCode, /fail coverage: no statement of the application/.test(stdout)]).toEqual([1, true]);
    expect((await shardwright(['doctor'])).exitCode).toBe(2);
    expect((await shardwright(['doctor', marketplace, '--dsn', 'host=h'])).exitCode).toBe(2);
  });
});
