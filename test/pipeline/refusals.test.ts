/** Inputs that would give a plan which looks right and is not: refused in words. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyzeExports, emptyConfig, explainer } from '../../src/index.js';
import { request } from './requests.js';

const files = {
  'bare.csv': 'query,calls\nSELECT * FROM orders WHERE user_id = $1,10\n',
  'idle.csv': 'query,calls,total_exec_time,rows\nSELECT * FROM orders WHERE user_id = $1,10,0,0\n',
  'full.csv': 'query,calls,total_exec_time,rows\nSELECT * FROM orders WHERE user_id = $1,10,5,10\n',
  'stats.csv': 'table,column,row_count\norders,,10\n',
  'comments.sql': '-- nothing here yet\n',
  'prose.sql': 'Dear reader, this is no SQL.\n',
  'schema.txt': 'CREATE TABLE orders (id int PRIMARY KEY, user_id int);\n',
};

describe('refused', () => {
  let folder: string;
  const at = (name: keyof typeof files) => path.join(folder, name);
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'refusals-test-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['bare.csv', 'time'],
    ['bare.csv', 'rows'],
    ['idle.csv', 'time'],
    ['idle.csv', 'rows'],
  ] as const)('%s weighed by %s', async (name, weight) => {
    await expect(analyzeExports(request([at(name)], { weight }))).rejects.toMatchObject({
      code: 'bad-option',
      message: expect.stringContaining(`--weight ${weight}`),
    });
  });

  it('one export of two without times', async () => {
    const both = request([at('full.csv'), at('bare.csv')], { weight: 'time', sum: true });
    await expect(analyzeExports(both)).rejects.toMatchObject({ code: 'bad-option' });
  });

  it.each(['full.csv', 'stats.csv', 'comments.sql', 'prose.sql'] as const)('%s as a schema', async (name) => {
    const refusal = {
      code: 'bad-input',
      file: at(name),
      message: expect.stringContaining('is not a schema'),
    };
    const analysis = analyzeExports(request([at('full.csv')], { schema: [at(name)] }));
    await expect(analysis).rejects.toMatchObject(refusal);
    const explaining = explainer({
      plan: { tables: new Map() },
      schema: [at(name)],
      config: emptyConfig,
      reader: 'libpg-query',
    });
    await expect(explaining).rejects.toMatchObject(refusal);
  });
});

describe('taken', () => {
  it('says whether the export has times, and that exports were added', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'taken-test-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    const at = (name: keyof typeof files) => path.join(folder, name);
    try {
      const bare = await analyzeExports(request([at('bare.csv')], { schema: [at('schema.txt')] }));
      expect(bare.coverage.timesKnown).toBe(false);
      expect(bare.window.summed).toBeUndefined();
      const added = await analyzeExports(request([at('full.csv'), at('idle.csv')], { sum: true }));
      expect(added.coverage.timesKnown).toBe(true);
      expect(added.window).toMatchObject({ snapshots: 2, summed: true });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
