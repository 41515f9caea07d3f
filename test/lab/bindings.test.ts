/** The marketplace's statements with values from the marketplace's rows: they run, and find something. */

import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bindStatements, type Lab, loadLab, readTraffic, startLab } from '../../src/lab/index.js';
import { connectTo } from '../../src/postgres/index.js';

const marketplace = fileURLToPath(new URL('../../fixtures/marketplace', import.meta.url));

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ shards: 0, database: 'marketplace' });
  const { monolith, role } = lab;
  await loadLab({ monolith, role, shards: [] }, { inputs: [marketplace], placements: new Map(), scale: 0.5 });
});
afterAll(() => lab?.stop());

test('nearly every statement runs with values of its own', async () => {
  const { statements, reader } = await readTraffic([marketplace]);
  const request = { dsn: lab.monolith.dsn, statements, reader, perStatement: 10 };
  const { bound, unfit } = await bindStatements(request);
  const running = bound.filter(({ sqlState }) => sqlState === undefined);
  expect(new Set(running.map(({ id }) => id)).size).toBeGreaterThan(0.95 * statements.length);
  expect(running.length).toBeGreaterThan(2000);
  expect(unfit.length).toBeLessThan(0.05 * statements.length);
  const few = { ...request, statements: statements.slice(0, 20), perStatement: 2 };
  expect(await bindStatements(few)).toEqual(await bindStatements(few));

  const client = await connectTo(lab.monolith.dsn);
  const reads = running.filter(({ isWrite, text }) => !isWrite && /^\s*(?:select|with)/i.test(text));
  let finding = 0;
  for (const { text, params } of reads) {
    const { rows } = await client.query({ text, values: [...params], rowMode: 'array' });
    if (rows.flat().some((value) => value !== null && value !== '0')) finding += 1;
  }
  await client.end();
  expect(finding).toBeGreaterThan(0.75 * reads.length);
});
