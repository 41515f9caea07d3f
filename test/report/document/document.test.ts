/** The documents of the marketplace and of awkward plans: traceable, parsed by who reads them, the same every time. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  documentExports,
  emptyConfig,
  readPlanFile,
  renderAnalysisJson,
  renderDocument,
  renderDocumentHtml,
} from '../../../src/index.js';
import { type DocumentedPlan, verdictKinds } from '../../../src/model/index.js';
import { staleFrom } from '../../../src/report/document/freshness.js';
import { phases } from '../../../src/report/document/phases.js';
import { loadReader, splitStatements } from '../../../src/syntax/index.js';
import { browserPath, noBrowser, parseMermaid } from '../../browser.js';
import { request } from '../../pipeline/requests.js';
import { cellsOf, fencesOf, proseOf } from './markdown.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

const intent = {
  title: 'The marketplace, sharded',
  owner: 'Storage',
  start: '2031-03-03',
  phases: [{ phase: 'backfill', days: 12, owner: 'Storage' }],
  cores: 64,
  copyBytesPerSecond: 100 * 1024 ** 2,
  nodeCost: { perMonth: 900, currency: 'EUR' },
  standbys: 1,
} as const;

async function documented(folder: string, plan: string, more = {}): Promise<DocumentedPlan> {
  const config = { ...emptyConfig, ...more };
  return documentExports(request([`${root}${folder}`], { config }), await readPlanFile(`${root}${plan}`));
}

describe('of the marketplace', () => {
  let plain: DocumentedPlan;
  let design: string;
  let triage: string;
  let memo: string;
  beforeAll(async () => {
    plain = await documented('fixtures/marketplace', 'reports/marketplace/shardplan.json');
    [design, memo, triage] = [
      renderDocument(plain, 'design'),
      renderDocument(plain, 'memo'),
      renderDocument(plain, 'triage'),
    ];
  });

  it('every number moves with the analysis, counts its entries, or is a constant of the protocol', () => {
    for (const kind of ['design', 'memo', 'triage'] as const) {
      expect(strangers(plain, kind)).toEqual([]);
    }
  });

  it('an invented number would be found', () => {
    const invented = renderDocument(plain, 'memo').replace('3 TB to copy', '7.25 TB to copy');
    expect(
      strangersIn(
        plain,
        invented,
        renderDocument(moved(plain), 'memo').replace(/[\d.]+ TB to copy/, '7.25 TB to copy'),
      ),
    ).toEqual(['7.25']);
  });

  it.skipIf(browserPath === undefined)(`mermaid reads every picture (else: ${noBrowser})`, async () => {
    const dated = renderDocument({ ...plain, intent }, 'design');
    const pictures = [design, dated].flatMap((text) =>
      fencesOf(text).filter(({ language }) => language === 'mermaid'),
    );
    expect(pictures.length).toBe(6);
    expect(await parseMermaid(pictures.map(({ text }) => text))).toEqual(pictures.map(() => undefined));
  });

  it('PostgreSQL reads what is to be run', async () => {
    const reader = await loadReader('libpg-query');
    const texts = [triage, memo, design].flatMap((text) =>
      fencesOf(text).flatMap(({ language, text: one }) => (language === 'sql' ? [one] : [])),
    );
    const statements = texts
      .filter((text) => !text.includes('/* … */'))
      .flatMap((text) => splitStatements(text.replaceAll(':this_shard', '0')).map((one) => one.text));
    const unread = statements.filter((text) => !reader.read(text).ok);
    expect(statements.length).toBeGreaterThan(150);
    expect(unread).toEqual([]);
  });

  it('says who owns a statement, and the dates and prices that the config has', () => {
    const wanted = renderDocument({ ...plain, intent }, 'design');
    expect(design).toContain('controller `seller/inbox`');
    expect(design).not.toMatch(/20[3-9]\d-/);
    const tagged = plain.analysis.statements.map((one) => ({
      ...one,
      tags: { traceparent: 'secret-of-a-request', route: '/orders' },
    }));
    const analysis = { ...plain.analysis, statements: tagged };
    for (const kind of ['design', 'memo', 'triage'] as const) {
      expect(renderDocument({ ...plain, analysis }, kind)).not.toContain('secret-of-a-request');
    }
    expect(renderDocument({ ...plain, analysis }, 'memo')).toContain('route `/orders`');
    expect(wanted).toContain('| Backfill | 2031-03-06 | Storage |');
    expect(wanted).toContain('| Verify | 2031-03-18 |');
    // 17 servers and a standby of each.
    expect(wanted).toContain('30,600 EUR a month');
    expect(wanted).toContain('# The marketplace, sharded\n');
  });

  it('the erasure reaches what refers to the key, and what is only called like it', () => {
    const erasure = /### Erasing one key of `users.id`[\s\S]*?### Erasing/.exec(design)?.[0] ?? '';
    expect(erasure).toContain('| `shops` | `owner_id` | `users` |');
    expect(erasure).toContain('`search_log.user_id`');
    expect(erasure).toContain('`users_by_email`');
    expect(erasure).not.toContain('`shops_by_slug`');
    expect(erasure.indexOf('DELETE FROM refunds')).toBeLessThan(erasure.indexOf('DELETE FROM payments'));
    expect(erasure.indexOf('DELETE FROM payments')).toBeLessThan(erasure.indexOf('DELETE FROM orders'));
  });

  it('tables have as many cells as columns, sections have something in them', () => {
    for (const text of [design, memo, triage]) {
      expect(raggedRows(text)).toEqual([]);
      expect(emptySections(text)).toEqual([]);
    }
  });

  it('the page needs nothing else, and is the same every time', async () => {
    const [page, again] = [
      await renderDocumentHtml(plain, 'design'),
      await renderDocumentHtml(plain, 'design'),
    ];
    expect(again).toBe(page);
    expect(page).not.toMatch(/<(?:script|link|img|iframe)\b|\bsrc=|url\(/);
    expect(page.match(/<svg/g)).toHaveLength(3);
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(targets.length).toBeGreaterThan(15);
    expect(targets.filter((id) => !page.includes(`id="${id}"`))).toEqual([]);
  });
});

describe('of a tiny workload', () => {
  it('is short and says so', async () => {
    const shop = await documented('fixtures/cli/shop', 'fixtures/cli/shop/shardplan.json');
    const text = renderDocument(shop, 'design');
    expect(text).toContain('the workload is tiny: 6 statement shapes');
    expect(text).not.toContain('Proposed');
    expect(text).not.toContain('section Shard or not');
    expect(text).toContain('(1 export)');
    expect(text.split('\n').length).toBeLessThan(260);
    expect(text).not.toContain('Unsharded tables\n');
    expect(renderDocument(shop, 'memo')).toContain('**Nothing is proposed: the workload is tiny');
    expect(emptySections(text)).toEqual([]);
  });
});

describe('of exports without a statement of any table', () => {
  const header = 'query,calls,total_exec_time,rows\n';
  it.each([
    ['no row', header, false],
    ['a command', `${header}BEGIN,7,1,0\n`, true],
  ])('says that nothing was measured: %s', async (_, text, isCounted) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'shardwright-doc-'));
    await writeFile(path.join(folder, 'export.csv'), text);
    const schema = [`${root}fixtures/cli/shop/schema.sql`];
    const empty = await documentExports(
      request([folder], { schema }),
      await readPlanFile(`${root}fixtures/cli/shop/shardplan.json`),
    ).finally(() => rm(folder, { recursive: true }));
    for (const kind of ['design', 'memo'] as const) {
      const made = renderDocument(empty, kind);
      expect(made).toContain('nothing is judged and nothing is proposed');
      expect(made).not.toContain('100 %\n');
      expect(made).not.toMatch(/Proposed|proven|NaN/);
      expect(made.includes('utility commands')).toBe(isCounted);
      expect(made.split('\n').length).toBeLessThan(40);
      expect(emptySections(made)).toEqual([]);
    }
    expect(renderDocument(empty, 'triage')).not.toContain('NaN');
  });
});

describe('with names that mean something to markdown', () => {
  it('nothing of them is markup', async () => {
    const plan = await documented('fixtures/document/awkward', 'fixtures/document/awkward/shardplan.json');
    for (const kind of ['design', 'memo', 'triage'] as const) {
      const text = renderDocument(plan, kind);
      expect(raggedRows(text)).toEqual([]);
      const page = await renderDocumentHtml(plan, kind);
      expect(page).not.toMatch(/<(?:script|b|img)\b/);
    }
  });
});

describe('with names that go on in another line', () => {
  it('no name leaves a comment of the SQL to be pasted', async () => {
    const plan = await documented('fixtures/document/lines', 'fixtures/document/lines/shardplan.json');
    for (const kind of ['design', 'triage'] as const) {
      const loose = fencesOf(renderDocument(plan, kind)).filter(({ text }) =>
        splitOutside(text).some((line) => /^DROP TABLE/.test(line)),
      );
      expect(loose).toEqual([]);
    }
    expect(renderDocument(plan, 'design')).toContain('-- sharded by e DROP TABLE users; --');
  });
});

/** Lines of SQL outside of quoted names. */
function splitOutside(text: string): readonly string[] {
  return text.replace(/"[^"]*"/g, 'name').split('\n');
}

describe('a committed document', () => {
  it('is out of date from the first section that differs', () => {
    const made = '# T\n\n## 1. One\n\na\n\n## 2. Two\n\nb\n';
    expect(staleFrom(made, made)).toBeUndefined();
    expect(staleFrom(made.replaceAll('\n', '\r\n'), made)).toBeUndefined();
    expect(staleFrom(made.replace('b', 'c'), made)).toEqual({ line: 9, section: '2. Two' });
    expect(staleFrom(made.replace('## 1. One', '## 1. Won'), made)).toEqual({ line: 3, section: '1. One' });
    expect(staleFrom(`${made}more\n`, made)?.section).toBe('2. Two');
    expect(staleFrom('', made)).toEqual({ line: 1, section: 'T' });
  });
});

// ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * The same evidence with every figure made larger, each by a factor of its own, so that ratios move as well. Shards are
 * counted in many places and stay one number. What lengths and texts say stays.
 */
function moved(plan: DocumentedPlan): DocumentedPlan {
  return {
    ...plan,
    buckets: plan.buckets * 1.5,
    analysis: enlarged(plan.analysis, '') as DocumentedPlan['analysis'],
  };
}

function enlarged(value: unknown, at: string): unknown {
  if (typeof value === 'number') return value * (at.endsWith('.shards') ? 1.5 : factorOf(at));
  if (value instanceof Map)
    return new Map([...value].map(([key, one]) => [key, enlarged(one, `${at}.${key}`)]));
  if (Array.isArray(value)) return value.map((one, index) => enlarged(one, `${at}.${index}`));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      key === 'source' || key === 'community' || key === 'rank' ? one : enlarged(one, `${at}.${key}`),
    ]),
  );
}

/** From 1.2 to 1.7, by the place of the figure. */
function factorOf(at: string): number {
  let hash = 7;
  for (const letter of at) hash = (hash * 31 + letter.charCodeAt(0)) % 10_007;
  return 1.2 + hash / 20_014;
}

function strangers(plan: DocumentedPlan, kind: 'design' | 'memo' | 'triage'): readonly string[] {
  return strangersIn(plan, renderDocument(plan, kind), renderDocument(moved(plan), kind));
}

/** Numbers that stand still when all figures move, and that nothing explains. */
function strangersIn(plan: DocumentedPlan, text: string, other: string): readonly string[] {
  const [before, after] = [proseOf(text), proseOf(other)];
  expect(after.length).toBe(before.length);
  const known = new Set([...countsIn(plan), ...protocol, ...saidIn(plan)]);
  return before.flatMap((line, at) => {
    const [own, theirs] = [numbersOf(withoutPlace(line)), numbersOf(withoutPlace(after[at] ?? ''))];
    return own.filter(
      (number, place) =>
        number === theirs[place] && Number(number.replaceAll(',', '')) !== 0 && !known.has(number),
    );
  });
}

/** Numbers of sections, of list items and of rows are no figures. */
function withoutPlace(line: string): string {
  return line.replace(/^(?:#+ )?(?:\*\*)?\d+\. .*$|^\| \d+ \|/, (found) =>
    found.replace(/\d+/, '').replace(/\(#[^)]*\)/, ''),
  );
}

function numbersOf(text: string): readonly string[] {
  return text.match(/(?<![\w.])\d[\d,]*(?:\.\d+)?(?!\w)/g)?.map((one) => one.replace(/,$/, '')) ?? [];
}

/** Numbers in names, sentences and times of the analysis. */
function saidIn({ analysis }: DocumentedPlan): readonly string[] {
  const json = JSON.parse(renderAnalysisJson(analysis, { name: '', version: '' }));
  return numbersOf(JSON.stringify(textsOf(json)).replace(/[T:Z-]/g, ' '));
}

function textsOf(value: unknown): readonly unknown[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** How many entries a list has, all together and by each of their words: tables by placement, constraints by kind. */
function countsIn({ analysis, constraints, catalog }: DocumentedPlan): ReadonlySet<string> {
  const counts = new Set<string>();
  const add = (number: number): void => {
    counts.add(number.toLocaleString('en-US'));
  };
  const visit = (value: unknown): void => {
    if (value instanceof Map) {
      visit([...value.values()]);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      add(value.length);
      const words = new Map<string, number>();
      for (const one of value)
        for (const word of new Set(wordsOf(one))) words.set(word, (words.get(word) ?? 0) + 1);
      for (const number of words.values()) {
        add(number);
        add(value.length - number);
      }
    }
    Object.values(value).forEach(visit);
  };
  visit(analysis);
  const onOne = ['tableless', 'single-shard', 'global-read', 'unsharded'];
  const crossing = analysis.statements.filter(({ verdict }) => !onOne.includes(verdict.verdict));
  add(crossing.length);
  for (const kind of verdictKinds)
    add(analysis.statements.filter(({ verdict }) => verdict.verdict === kind).length);
  const groupOf = (table: string) => {
    const placement = analysis.plan.tables.get(table);
    return placement?.placement === 'sharded' ? placement.group : undefined;
  };
  for (const group of new Set([...analysis.plan.tables.keys()].map(groupOf))) {
    add(
      analysis.graph.edges.filter(
        ({ source, target, predicates }) =>
          predicates.length > 0 && groupOf(source) === group && groupOf(target) === group,
      ).length,
    );
  }
  add(crossing.filter(({ tags }) => Object.keys(tags).length === 0).length);
  visit(constraints);
  visit([...catalog.tables.values()]);
  return counts;
}

function wordsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.values(value).flatMap(wordsOf)
    : [];
}

/** Thresholds of the migration and what identifiers are made of. */
const protocol: readonly string[] = [
  ...phases.flatMap(({ what, exit }) => [what, ...exit].flatMap(numbersOf)),
  String(phases.length),
  // Seconds of a day; bits and bytes of ids; all of something, and nearly all runs.
  ...['86,400', '63', '8', '16', '100', '95'],
];

function raggedRows(markdown: string): readonly string[] {
  const lines = markdown.split('\n');
  let columns = 0;
  return lines.flatMap((line, at) => {
    if (!line.startsWith('| ')) return [];
    if (!lines[at - 1]?.startsWith('| ')) columns = cellsOf(line).length;
    return cellsOf(line).length === columns ? [] : [line];
  });
}

function emptySections(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^(#{2,3} .+)\n+(?=#{1,2} |$(?![\s\S]))/gm)].map(([, title = '']) => title);
}
