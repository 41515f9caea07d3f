// Every rule of the gate has a page, cases in which it speaks and cases in which it must not.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { CheckResult, Finding } from '../../src/model/index.js';
import { ruleIds } from '../../src/model/index.js';
import { cases, runCase } from './run-case.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

const casesOf = (rule: string): readonly string[] =>
  existsSync(path.join(cases, rule)) ? readdirSync(path.join(cases, rule)).sort() : [];

/** As a person would write it down: no path of this machine. */
function shown({ rule, level, message, fix, tables, statement, share, location, known, fails }: Finding) {
  const file = path.basename(location.file);
  return {
    rule,
    level,
    message: message.replaceAll(/\S*\/fixtures\/gate\/(?:\S*\/)?/g, ''),
    fix,
    tables,
    ...(statement === undefined ? {} : { statement: statement.label ?? statement.text }),
    ...(share === undefined ? {} : { share: Number(share.toFixed(4)) }),
    location: `${file}:${location.line}`,
    known,
    fails,
  };
}

function outcome({ findings, waived }: CheckResult) {
  return {
    findings: findings.map(shown),
    waived: waived.map(({ finding, ...rest }) => ({ ...shown(finding), ...rest })),
  };
}

describe.each(ruleIds)('%s', (rule) => {
  it('has a page', () => {
    const page = readFileSync(path.join(root, 'docs', 'rules', `${rule}.md`), 'utf8');
    expect(page).toMatch(new RegExp(`^# ${rule}\n`));
    for (const part of ['## What it means', '## Bad', '## Good', '## How to fix it', '## How to waive it']) {
      expect(page, part).toContain(`\n${part}\n`);
    }
  });

  const speaks: boolean[] = [];

  it.each(casesOf(rule))('%s', async (name) => {
    const folder = path.join(cases, rule, name);
    const found = outcome(await runCase(folder));
    speaks.push(found.findings.some((finding) => finding.rule === rule));
    const text = `${JSON.stringify(found, undefined, 2)}\n`;
    await expect(text).toMatchFileSnapshot(path.join(folder, 'findings.json'));
  });

  it('has cases in which it speaks, and in which it does not', () => {
    expect(new Set(speaks)).toEqual(new Set([true, false]));
  });
});
