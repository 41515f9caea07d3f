/** The committed sample outputs are what the tool makes today: `npm run reports` makes them again. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { analyzeExports, renderAnalysisText, renderPlanJson } from '../../src/index.js';
import { request } from './requests.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (name: string) => readFileSync(`${root}${name}`, 'utf8');

it('reports/marketplace is up to date', async () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const here = process.cwd();
  // Paths in the report are as they were given: relative to the project.
  process.chdir(root);
  const result = await analyzeExports(request(['fixtures/marketplace'])).finally(() => process.chdir(here));
  expect(renderAnalysisText(result, { width: 80, color: false, verbose: false })).toBe(
    read('reports/marketplace/analysis.txt'),
  );
  expect(renderPlanJson(result.plan, { name: 'shardwright', version })).toBe(
    read('reports/marketplace/shardplan.json'),
  );
});
