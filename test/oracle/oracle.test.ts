/** A slice of the oracle: verdicts of random statements held against a real PostgreSQL; and the oracle itself is not blind. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// @ts-expect-error scripts are plain JavaScript
import { loadProject } from '../../scripts/oracle/judge.js';
// @ts-expect-error scripts are plain JavaScript
import { runOracle } from '../../scripts/oracle/oracle.js';
// @ts-expect-error scripts are plain JavaScript
import { makeSummary } from '../../scripts/oracle/summary.js';
import * as catalog from '../../src/catalog/index.js';
import { startPostgres } from '../../src/lab/index.js';
import * as routability from '../../src/routability/index.js';
import * as sql from '../../src/sql/index.js';
import * as syntax from '../../src/syntax/index.js';
import * as topology from '../../src/topology/index.js';

const rooms = { catalog, routability, sql, syntax, topology };
const settings = { seed: 'slice', statements: 2000, schemas: 20, shards: 4, workers: 2, shrinks: 1 };

let server: { readonly stop: () => Promise<void> };
beforeAll(async () => {
  server = await startPostgres({ jit: 'off', max_locks_per_transaction: 256, autovacuum: 'off' });
});
afterAll(() => server?.stop());

const projectWith = (changed: Partial<typeof rooms>) =>
  loadProject(async (room: keyof typeof rooms) => ({ ...rooms, ...changed })[room]);

describe('the oracle', () => {
  it('finds no wrong verdict', async () => {
    const summary = makeSummary();
    const failures = await runOracle(settings, server, await projectWith({}), summary.add);
    expect(failures).toEqual([]);
    const { counts, verdicts } = summary;
    expect(verdicts.get('single-shard').right).toBeGreaterThan(800);
    expect(verdicts.get('scatter').right).toBeGreaterThan(100);
    expect(counts.withRows).toBeGreaterThan(400);
    expect(counts.pinnedSingle / counts.pinned).toBeGreaterThan(0.95);
  });

  it('finds verdicts that are wrong, and makes them small', async () => {
    // Whatever crosses shards is said to scatter.
    const classifyStatement: typeof routability.classifyStatement = (query, placements) => {
      const verdict = routability.classifyStatement(query, placements);
      return verdict.verdict === 'cross-shard' ? { ...verdict, verdict: 'scatter' } : verdict;
    };
    const project = await projectWith({ routability: { ...routability, classifyStatement } });
    const few = { ...settings, statements: 300, schemas: 10, stop: true, workers: 1 };
    const failures = await runOracle(few, server, project, () => {});
    expect(failures).toHaveLength(1);
    const [{ finding, small }] = failures;
    expect(finding.verdict).toBe('scatter');
    expect(small.sql.length).toBeLessThanOrEqual(finding.sql.length);
    expect(small.schema.split('\n').length).toBeLessThanOrEqual(3);
  });
});
