import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { browserPath, noBrowser } from '../browser.js';
import { fixtures, shardwright } from './surroundings.js';

const shop = path.join(fixtures, 'shop');
const doc = ['doc', shop, '--plan', path.join(shop, 'shardplan.json')];
const folder = mkdtempSync(path.join(tmpdir(), 'doc-test-'));
const file = (name: string): string => path.join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

it('prints markdown, nothing else on stdout, and the same twice', async () => {
  const { exitCode, stdout, stderr } = await shardwright(doc);
  expect(exitCode).toBe(0);
  expect(stdout.startsWith('# Sharding design\n')).toBe(true);
  expect(stderr).toContain('note:');
  expect((await shardwright(doc)).stdout).toBe(stdout);
  expect((await shardwright([...doc, '--quiet'])).stderr).toBe('');
});

it('--json prints the analysis under the plan', async () => {
  const { stdout } = await shardwright([...doc, '--json']);
  const analysis = JSON.parse(stdout) as { kind: string; shards: number };
  expect([analysis.kind, analysis.shards]).toEqual(['analysis', 16]);
});

it.each([
  ['--memo', '# Sharding: decision memo'],
  ['--triage', '# Sharding: triage'],
])('%s is a document of its own', async (flag, title) => {
  expect((await shardwright([...doc, flag])).stdout.startsWith(`${title}\n`)).toBe(true);
  expect((await shardwright([...doc, flag, '--html'])).stdout).toContain(`>${title.slice(2)}</h1>`);
});

describe('--check', () => {
  const out = file('design.md');
  const check = () => shardwright([...doc, '--out', out, '--check']);

  it('fails when the file is not there', async () => {
    const { exitCode, stdout } = await check();
    expect(exitCode).toBe(1);
    expect(stdout).toContain('out of date: it is not there');
  });

  it('passes on what was written, and names the first section that differs', async () => {
    expect((await shardwright([...doc, '--out', out])).exitCode).toBe(0);
    expect(await check()).toMatchObject({ exitCode: 0, stdout: `${out} is up to date\n` });
    writeFileSync(out, readFileSync(out, 'utf8').replace('9,012', '9,013'));
    const { exitCode, stdout } = await check();
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/out of date: it differs first at line \d+, in "2\. The workload as measured"/);
  });
});

describe('what cannot be done is said', () => {
  it.each([
    [['doc', shop], 'doc needs the plan'],
    [[...doc, '--check'], '--check needs the file'],
    [[...doc, '--pdf'], '--pdf needs a file'],
    [[...doc, '--memo', '--triage'], '--memo and --triage contradict each other'],
    [[...doc, '--html', '--json'], '--html and --json contradict each other'],
    [[...doc, '--pdf', '--out', file('a.pdf')], 'a PDF is printed by a browser, and none was found'],
    [[...doc, '--out', folder], 'cannot be written'],
    [['doc', shop, '--plan', path.join(shop, 'stats.csv')], 'is not valid JSON'],
    [['doc', shop, '--plan', path.join(fixtures, 'refused', 'newer.json')], 'newer'],
  ])('%#', async (argv, message) => {
    const { exitCode, stdout, stderr } = await shardwright(argv as string[], { env: { PATH: '' } });
    expect(stderr).toContain(message);
    expect(stderr).toContain('hint:');
    expect([exitCode, stdout]).toEqual([2, '']);
  });
});

it.skipIf(browserPath === undefined)(`--pdf prints through a browser (else: ${noBrowser})`, async () => {
  const out = file('memo.pdf');
  const env = { PATH: path.dirname(browserPath as string) };
  expect((await shardwright([...doc, '--memo', '--pdf', '--out', out], { env })).exitCode).toBe(0);
  expect(readFileSync(out).subarray(0, 5).toString()).toBe('%PDF-');
});
