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
