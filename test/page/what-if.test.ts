/** What the page works out from its own data is what `simulate` says, for every other choice of every table. */

import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { analyzeExports, simulateExports } from '../../src/index.js';
import type { PageCard } from '../../src/model/index.js';
import { changesOf, figuresOf, weightsByVerdict } from '../../src/page/what-if.js';
import { request } from '../pipeline/requests.js';
import { cardIn, headIn, pageOf } from './pages.js';

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

interface Asked {
  readonly folder: string;
  /** Tables whose choices are tried; all without it. */
  readonly only?: readonly string[];
}

const small: Asked = { folder: fixture('cli/shop') };
const real: Asked = { folder: fixture('marketplace'), only: ['feature_flags', 'jobs'] };

it.each([small, real])('of $folder', async ({ folder, only }) => {
  const asked = request([folder], { curve: false });
  const page = pageOf(await analyzeExports({ ...asked, whatIf: true }));
  const head = headIn(page);
  let compared = 0;
  for (const [at, table] of head.tables.entries()) {
    if (only !== undefined && !only.includes(table.name)) continue;
    for (const [candidate, mode] of answersOf(cardIn(page, at))) {
      const outcome = candidate[mode];
      if (outcome === undefined || candidate.set === undefined) continue;
      const changes = changesOf(head.statements, outcome);
      const simulation = await simulateExports(asked, {
        choices: [{ table: table.full, placement: candidate.set }],
        keepRest: mode === 'kept',
      });
      const { score, certificate } = simulation.after.plan;
      const label = `${table.full}=${candidate.set}, ${mode}`;
      const { cost, ...shares } = figuresOf(outcome.cost, weightsByVerdict(head.statements, changes));
      expect(cost, label).toBeCloseTo(certificate.cost, 3);
      for (const [name, share] of Object.entries(shares)) {
        expect(share, `${label}: ${name}`).toBeCloseTo(score[name as keyof typeof score], 9);
      }
      compared += 1;
      // Of plans that cost the same, either may be shown.
      const moved = simulation.tables.filter(({ isSet }) => !isSet).map((one) => one.table);
      if (outcome.moved.map(([one]) => head.tables[one]?.full).join() !== moved.join()) continue;
      expect(changes.map(({ before, after }) => `${before} → ${after}`).sort(), label).toEqual(
        simulation.statements.map(({ before, after }) => `${before.verdict} → ${after.verdict}`).sort(),
      );
    }
  }
  expect(compared).toBeGreaterThan(2);
});

function answersOf({ candidates }: PageCard) {
  return candidates.flatMap((candidate) => [[candidate, 'kept'] as const, [candidate, 'anew'] as const]);
}
