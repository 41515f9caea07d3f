/** What a real Citus did with statements, where that data is at hand, held against what its rules say of them. */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deployment } from '../../src/engines/index.js';
import type { Placement } from '../../src/model/index.js';
import { initialMap } from '../../src/topology/index.js';
import { inputOf } from './deployments.js';

const file = new URL('../../../shared/corpora/citus_observed.json', import.meta.url);

interface Case {
  readonly sql: string;
  readonly citus: string;
}

describe.runIf(existsSync(file))('statements that Citus was seen to run', async () => {
  if (!existsSync(file)) return;
  const observed = JSON.parse(readFileSync(file, 'utf8'));
  const plan = new Map(Object.entries(observed.plan as Record<string, Placement>));
  const cases = observed.cases as readonly Case[];
  const input = await inputOf(
    observed.schema,
    plan,
    cases.map(({ sql }) => sql),
    initialMap(8),
  );
  const byText = new Map(deployment('citus', input).statements.map((one) => [one.text, one]));

  it.each(cases)('$sql', ({ sql, citus }) => {
    const { outcome, rule } = byText.get(sql) ?? { outcome: 'none', rule: '' };
    const said = `${outcome} ${rule}; Citus: ${citus}`;
    if (citus.startsWith('refused')) expect(['refused', 'with-settings'], said).toContain(outcome);
    else expect(outcome, said).not.toBe('refused');
    if (rule === 'router') expect(citus, said).toMatch(/^(?:one shard|local)/);
  });
});
