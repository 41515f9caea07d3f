/** The committed sample outputs are what the tool makes today: `npm run reports` makes them again. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import {
  analyzeExports,
  checkExports,
  documentExports,
  graphMermaid,
  graphSvg,
  readBaselineFile,
  readPlanFile,
  renderAnalysisText,
  renderBaselineJson,
  renderCheckMarkdown,
  renderCheckSarif,
  renderCheckText,
  renderDocument,
  renderPlanJson,
  staleFrom,
} from '../../src/index.js';
import { pageOf } from '../page/pages.js';
import { request } from './requests.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (name: string) => readFileSync(`${root}${name}`, 'utf8');

it('reports/marketplace is up to date', async () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const here = process.cwd();
  // Paths in the report are as they were given: relative to the project.
  process.chdir(root);
  const result = await analyzeExports(request(['fixtures/marketplace'], { whatIf: true })).finally(() =>
    process.chdir(here),
  );
  expect(renderAnalysisText(result, { width: 80, color: false, verbose: false })).toBe(
    read('reports/marketplace/analysis.txt'),
  );
  // Not with toBe: half a megabyte of differences helps nobody.
  expect(pageOf(result, version) === read('reports/marketplace/report.html'), 'report.html is as made').toBe(
    true,
  );
  const drawn = { top: 60, by: 'community' } as const;
  expect(graphMermaid(result, drawn).text).toBe(read('reports/marketplace/graph.mmd'));
  expect((await graphSvg(result, drawn)).text).toBe(read('reports/marketplace/graph.svg'));
  expect(renderPlanJson(result.plan, { name: 'shardwright', version })).toBe(
    read('reports/marketplace/shardplan.json'),
  );
});

it('reports/marketplace/baseline.json is what check takes for known', async () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const file = `${root}reports/marketplace/shardplan.json`;
  const question = {
    plan: { ...(await readPlanFile(file)), file },
    newBaseline: 'baseline.json',
    isTraffic: true,
    tolerance: 0.01,
    failOn: [],
    newOnly: false,
    today: '2030-01-01',
  };
  const { result, baseline } = await checkExports(request([`${root}fixtures/marketplace`]), question);
  expect(result.findings.filter(({ known }) => !known)).toEqual([]);
  expect(baseline && renderBaselineJson(baseline, { name: 'shardwright', version })).toBe(
    read('reports/marketplace/baseline.json'),
  );
});

it.each(['design', 'memo', 'triage'] as const)('reports/marketplace/%s.md is up to date', async (kind) => {
  const here = process.cwd();
  process.chdir(root);
  const plan = await readPlanFile('reports/marketplace/shardplan.json');
  const documented = await documentExports(request(['fixtures/marketplace']), plan).finally(() =>
    process.chdir(here),
  );
  // Not with toBe: two hundred kilobytes of differences help nobody.
  expect(staleFrom(read(`reports/marketplace/${kind}.md`), renderDocument(documented, kind))).toBeUndefined();
});

it('the readme shows lines of the report, in order', () => {
  const report = read('reports/marketplace/analysis.txt').split('\n');
  const excerpt = /```\n(COVERAGE\n[\s\S]*?)```/.exec(read('README.md'))?.[1]?.trimEnd().split('\n') ?? [];
  let at = 0;
  let isCut = true;
  for (const line of excerpt) {
    if (line.trim() === '…') {
      isCut = true;
      continue;
    }
    const found = report.indexOf(line, at);
    expect(found, line).toBeGreaterThanOrEqual(at);
    if (!isCut) expect(found, `not marked as cut before: ${line}`).toBe(at);
    at = found + 1;
    isCut = false;
  }
  expect(at).toBeGreaterThan(0);
});

it('reports/marketplace/pull-request is what check says of the queries that a pull request adds', async () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const folder = 'reports/marketplace';
  const files = [`${folder}/shardplan.json`, `${folder}/baseline.json`] as const;
  const here = process.cwd();
  process.chdir(root);
  const question = {
    plan: { ...(await readPlanFile(files[0])), file: files[0] },
    baseline: { ...(await readBaselineFile(files[1])), file: files[1] },
    isTraffic: true,
    tolerance: 0.01,
    failOn: [],
    newOnly: true,
    today: '2030-01-01',
  };
  const asked = request(['fixtures/pull-request'], { schema: ['fixtures/marketplace/schema.sql'] });
  const { result } = await checkExports(asked, question).finally(() => process.chdir(here));
  const sample = (name: string) => read(`${folder}/pull-request/${name}`);
  expect(renderCheckText(result, { width: 80, color: false })).toBe(sample('check.txt'));
  expect(renderCheckMarkdown(result)).toBe(sample('comment.md'));
  expect(renderCheckSarif(result, { name: 'shardwright', version })).toBe(sample('check.sarif'));
});
