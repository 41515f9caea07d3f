/** report.html as a browser has it: it loads, draws, filters, answers, and can be walked by keys. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyzeExports } from '../../src/index.js';
import type { AnalysisResult } from '../../src/model/index.js';
import { browserPath, inBrowser, noBrowser } from '../browser.js';
import { request } from '../pipeline/requests.js';
import { sample } from '../report/sample.js';
import { bigAnalysis } from './big.js';
import { pageOf } from './pages.js';

const marketplace = fileURLToPath(new URL('../../fixtures/marketplace', import.meta.url));
const rows = (view: string) => `#${view} tbody tr[data-row]`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'shardwright-page-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Opens the page of a result. Whatever it complains of or asks for is a failure. */
async function opened(result: AnalysisResult, work: (page: Page) => Promise<void>): Promise<void> {
  const file = path.join(folder, 'report.html');
  await writeFile(file, pageOf(result));
  const unwanted: string[] = [];
  await inBrowser(async (page) => {
    page.on('console', (message) => {
      // The processor that stands in for a graphics card says that it is slow.
      if (!message.text().includes('GL Driver Message'))
        unwanted.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => unwanted.push(String(error)));
    page.on('dialog', (dialog) => unwanted.push(`dialog: ${dialog.message()}`));
    page.on('request', (asked) => {
      if (asked.url() !== pathToFileURL(file).href) unwanted.push(`request: ${asked.url()}`);
    });
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector('html[data-ready]', { timeout: 30_000 });
    await work(page);
  });
  expect(unwanted).toEqual([]);
}

/** How many pixels of the graph are of another colour than its paper. */
async function drawnPixels(page: Page): Promise<number> {
  await page.evaluate('document.getElementById("graph").scrollIntoView()');
  await page.waitForTimeout(300);
  const picture = (await page.locator('#graph-canvas').screenshot()).toString('base64');
  const other = await page.context().newPage();
  const count = await other.evaluate<number>(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${picture}';
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
    canvas.drawImage(image, 0, 0);
    const { data } = canvas.getImageData(0, 0, image.width, image.height);
    let drawn = 0;
    for (let at = 0; at < data.length; at += 4)
      if (Math.abs(data[at] - data[0]) + Math.abs(data[at + 1] - data[1]) + Math.abs(data[at + 2] - data[2]) > 60) drawn += 1;
    return drawn;
  })()`);
  await other.close();
  return count;
}

describe.skipIf(browserPath === undefined)(`in a browser (else: ${noBrowser})`, () => {
  it('shows the marketplace: graph, filters, proofs and what-if', async () => {
    const result = await analyzeExports(request([marketplace], { whatIf: true, curve: false }));
    await opened(result, async (page) => {
      expect(await page.locator('#graph-canvas canvas').count()).toBeGreaterThan(3);
      expect(await drawnPixels(page)).toBeGreaterThan(3000);
      expect(await page.locator(rows('tables-view')).count()).toBe(32);

      await page.getByLabel('Filter tables by name or key').fill('shop_id');
      await expect.poll(() => page.locator(rows('tables-view')).count()).toBe(5);
      await page.getByLabel('Search in statements').fill('provider_ref');
      await expect
        .poll(() => page.locator(`${rows('statements-view')} code`).allTextContents())
        .toEqual(expect.arrayContaining([expect.stringContaining('provider_ref')]));
      await page.getByLabel('Search in statements').fill('');
      await page.locator('.chips button', { hasText: 'scatter' }).click();
      const verdicts = await page.locator(`${rows('statements-view')} .verdict`).allTextContents();
      expect(new Set(verdicts)).toEqual(new Set(['scatter']));
      await page.locator(rows('statements-view')).first().click();
      expect(await page.locator('.proof-body').textContent()).toMatch(/because\s*no constant for users\.id/);

      await page.locator('#what-if-table').selectOption({ label: 'outbox (user_id)' });
      await page.locator('#what-if [role=radio]', { hasText: 'unsharded' }).click();
      expect(await page.locator('#what-if').textContent()).toContain('may break a budget');
      await page.locator('#what-if-table').selectOption({ label: 'carts (user_id)' });
      await page.getByRole('radio', { name: /^global/ }).click();
      const cost = await page
        .locator('[data-figure="cost"]')
        .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-value')));
      const carts = result.tables.find(({ name }) => name === 'public.carts');
      const global = carts?.candidates.find(({ placement }) => placement.placement === 'global');
      expect(cost.map(Number)).toEqual([
        result.plan.certificate.cost,
        result.plan.certificate.cost + (global?.flipCostAlone ?? 0),
        global?.costIfChosen,
      ]);
    });
  });

  it('can be walked by keys, in light and dark', async () => {
    await opened(sample, async (page) => {
      const focused = () => page.evaluate<string>('document.activeElement.innerText');
      await page.keyboard.press('Tab');
      expect(await focused()).toBe('Skip to the content');
      await page.locator(rows('tables-view')).first().focus();
      await page.keyboard.press('ArrowDown');
      const second = await focused();
      expect(second).toMatch(/^users|^order_items/);
      await page.keyboard.press('Enter');
      expect(await page.locator('#card h2').textContent()).toBe(second.split('\t')[0]?.trim());
      await page.keyboard.press('Escape');
      expect(await page.locator('#card').isVisible()).toBe(false);
      expect(await focused()).toBe(second);
      const paper = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      const before = await paper();
      await page.locator('#theme').press('Enter');
      expect(await paper()).not.toBe(before);
    });
  });

  it('takes any name for a name', async () => {
    const name = 'public.</script><img src=x onerror=alert(1)><!--';
    const [table, ...tables] = sample.tables;
    const [statement, ...statements] = sample.statements;
    const hostile = {
      ...sample,
      plan: { ...sample.plan, tables: new Map([[name, table?.placement], ...sample.plan.tables]) },
      tables: [{ ...table, name }, ...tables],
      statements: [
        {
          ...statement,
          text: `SELECT '</script><script>alert(2)</script>'`,
          verdict: { ...statement?.verdict, tables: [name] },
        },
        ...statements,
      ],
      graph: { nodes: [{ table: name, reads: 5, writes: 5, community: 0 }], edges: [] },
      notes: [{ code: 'x', message: '<img src=x onerror=alert(3)>' }],
    } as unknown as AnalysisResult;
    await opened(hostile, async (page) => {
      expect(await page.locator('img').count()).toBe(0);
      await page.locator(rows('tables-view'), { hasText: 'onerror' }).click();
      expect(await page.locator('#card h2').textContent()).toContain('<img src=x onerror=alert(1)><!--');
      await page.locator('#graph-list summary').click();
      expect(await page.locator('img').count()).toBe(0);
    });
  });

  it('bears 1,200 tables and 50,000 statements', async () => {
    await opened(bigAnalysis(1200, 50_000), async (page) => {
      expect(await drawnPixels(page)).toBeGreaterThan(3000);
      await page.getByLabel('Search in statements').fill('kind_49999 ');
      await expect.poll(() => page.locator(rows('statements-view')).count()).toBe(1);
      expect(await page.locator(rows('tables-view')).count()).toBe(50);
      await page.locator('#tables-view').getByRole('button', { name: 'Next' }).click();
      expect(await page.locator('#tables-view .status').textContent()).toBe('51 to 100 of 1,200');
    });
  });
});

it('is the same page for the same analysis, and carries nothing that is not for showing', () => {
  const page = pageOf(sample);
  expect(page).toBe(pageOf(sample));
  expect(page).not.toMatch(/4711|secret-of-a-request/);
  expect(page).not.toMatch(/\b(?:src|href)="(?!#)/);
});
