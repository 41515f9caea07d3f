import { describe, expect, it } from 'vitest';
import type { AnalysisResult } from '../../src/model/index.js';
import { renderAnalysisText, renderVerdictText } from '../../src/report/index.js';
import { sample } from './sample.js';

const golden = (name: string) => new URL(`../../fixtures/report/analysis/${name}`, import.meta.url).pathname;
const plain = { width: 80, color: false };
const escapeCode = '\u001b';

describe('an analysis as text', () => {
  it.each([72, 80, 120])('%i columns wide', async (width) => {
    const text = renderAnalysisText(sample, { width, color: false });
    await expect(text).toMatchFileSnapshot(golden(`${width}.txt`));
    // Paths and names are never broken, and nothing else is wider than the page.
    expect(text.split('\n').filter((line) => line.length > width)).toEqual([]);
  });

  it('in colours says the same', () => {
    const coloured = renderAnalysisText(sample, { width: 80, color: true });
    expect(coloured).toContain(`${escapeCode}[1mCOVERAGE`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes are what is taken away
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(renderAnalysisText(sample, plain));
  });

  it('without colours holds no escape code, whatever the export holds', () => {
    expect(renderAnalysisText(sample, plain)).not.toContain(escapeCode);
  });

  it('without key constants', () => {
    expect(renderAnalysisText(sample, { ...plain, verbose: true })).not.toContain('4711');
  });

  it('leaves nothing out when verbose', () => {
    const [first] = sample.constraints;
    if (first === undefined) throw new Error('the sample has no constraint');
    const many = { ...sample, constraints: Array.from({ length: 30 }, () => first) };
    expect(renderAnalysisText(many, plain)).toContain('… and 25 more');
    expect(renderAnalysisText(many, { ...plain, verbose: true })).not.toContain('more (--verbose');
  });

  it.each([
    ['optimal', 'No plan under these rules and costs is cheaper: proven.'],
    ['bounded', 'At most 0.3 % cheaper exists'],
    ['heuristic', 'Nothing is proven'],
  ] as const)('%s in words', (status, words) => {
    expect(renderAnalysisText(withCertificate(status), plain)).toContain(words);
  });
});

describe('what else the text says, or not', () => {
  const wide = (result: AnalysisResult): string =>
    renderAnalysisText(result, { width: 300, color: false, verbose: true });
  const text = wide(sample);

  it('names a table with its schema where another one bears its name', () => {
    expect(text).toContain('public.orders  ');
    expect(text).toContain('tables named in them: public.orders\n');
    expect(text).toContain('just as cheap another way: users\n');
  });

  it('says which tables of unknown size the score relies on', () => {
    expect(text).toContain('assumes that categories is small enough to copy');
    const tables = sample.tables.map((table) => ({ ...table, totalBytes: 8192 }));
    expect(wide({ ...sample, tables })).not.toContain('small enough to copy');
  });

  it('keeps tables that nothing touches out of the plan’s rows', () => {
    expect(text).toContain('not in the workload, so their placement is your choice: sales.orders\n');
    expect(text).not.toMatch(/sales\.orders +global/);
  });

  it('names costs and the budgets that decided something', () => {
    expect(text).toContain('A call costs: single-shard 1, ');
    expect(text).toContain(
      'Kept out by a budget, time of the unsharded database (8.1 % taken, 10.0 % allowed): public.orders (would save 0.9 % of the cost), ',
    );
    expect(text).toContain(
      'A budget could not be kept, writes of the unsharded database (7.0 % taken, 5.0 % allowed), by billing.settings: no other placement fits.',
    );
    expect(text).not.toContain('bytes of global tables');
  });

  it('marks what is cheaper but was not taken', () => {
    expect(text).toMatch(/public\.orders +user_id +99\.1 % +global +100 % +−0\.2 % \*/);
    expect(text).toContain('*: cheaper, but it would break a budget or saves less than its charge');
  });

  it('says once what was assumed of several keys', () => {
    expect(text).toContain('public.orders.user_id, users.id (assumption): its number of distinct values');
    expect(text.match(/taken to be enough/g)).toHaveLength(1);
  });

  it('says what a table that is often not single-shard could not be sharded by', () => {
    expect(text).toContain(
      'archive (40.0 %): not by warehouse_id: it is null in 2.0 % of the rows; not global: 90.0 % of its calls write',
    );
  });

  it('shows no times when the export has none', () => {
    const timeless = wide({ ...sample, coverage: { ...sample.coverage, timesKnown: false } });
    expect(timeless).toContain('1.04 M calls, times of execution not in the export');
    expect(timeless).not.toContain('% time');
    expect(text).toContain('% time');
  });

  it('rounds bounds outwards', () => {
    const part = { statements: 1, calls: 820_000_000, totalExecMs: 0 };
    const bounded = wide({ ...sample, coverage: { ...sample.coverage, masked: part } });
    // 0.07 % at the least, 99.97 % at the most.
    expect(bounded).toContain('between 0 % and 100 %,');
  });
});

function withCertificate(status: 'optimal' | 'bounded' | 'heuristic'): AnalysisResult {
  return { ...sample, plan: { ...sample.plan, certificate: { ...sample.plan.certificate, status } } };
}

describe('the single-shard share lies between two bounds', () => {
  it('with what was masked and cut counted as crossing, then as single', () => {
    // 600,000 of 820,000, of which 8,000 are cut, and 20,000 masked beside them.
    expect(renderAnalysisText(sample, { width: 200, color: false })).toContain(
      'between 71.4 % and 74.8 %, all that could not be read',
    );
  });

  it('when all could be read, it is exact', () => {
    const nothing = { statements: 0, calls: 0, totalExecMs: 0 };
    const coverage = { ...sample.coverage, masked: nothing, truncated: nothing, evicted: 0 };
    const statements = sample.statements.filter(({ verdict }) => verdict.blocker !== 'unreadable');
    expect(renderAnalysisText({ ...sample, coverage, statements }, plain)).toContain(
      'exact: every statement',
    );
  });
});

describe('a verdict as text', () => {
  it('says what is known, and no value', () => {
    const [single] = sample.statements;
    if (single === undefined) throw new Error('the sample has no statement');
    const text = renderVerdictText({ id: 'q7', verdict: single.verdict, shards: [11] }, plain);
    expect(text).toBe(
      [
        'q7  single-shard',
        '  tables   orders',
        '  key      $1 in the group public.users.id',
        '  shards   11',
        '  because  orders.user_id = $1',
        '',
      ].join('\n'),
    );
  });

  it('says what to do', () => {
    const conditional = sample.statements[2];
    if (conditional?.fix === undefined) throw new Error('the sample has no conditional statement');
    const text = renderVerdictText({ id: '1', verdict: conditional.verdict, fix: conditional.fix }, plain);
    expect(text).toContain('if       $1 = $2');
    expect(text).toContain('fix      pass the key once');
  });
});
