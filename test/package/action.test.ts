/** The GitHub action: its steps as a runner would take them, with a stand-in for GitHub's own command line tool. */

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../../', import.meta.url));
const shop = path.join(root, 'fixtures/cli/shop');
const home = mkdtempSync(path.join(tmpdir(), 'shardwright-action-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

function check(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const output = path.join(mkdtempSync(path.join(home, 'run-')), 'output');
  execFileSync('bash', [path.join(root, 'scripts/action/check.sh')], {
    cwd: root,
    stdio: 'ignore',
    env: {
      ...process.env,
      SHARDWRIGHT: path.join(root, 'bin/shardwright.js'),
      GITHUB_OUTPUT: output,
      RUNNER_TEMP: home,
      PLAN: path.join(shop, 'shardplan.json'),
      SCHEMA: '',
      ...env,
    },
  });
  return Object.fromEntries(
    readFileSync(output, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split('=') as [string, string]),
  );
}

describe('the check', () => {
  it('leaves every report and the exit code to the steps after it', () => {
    const outputs = check({ PATHS: shop, MAX_CROSS_SHARD: '0%', ARGUMENTS: '--no-baseline' });
    expect(outputs).toMatchObject({ 'exit-code': '1', passed: 'false' });
    expect(JSON.parse(readFileSync(outputs.json ?? '', 'utf8')).kind).toBe('check');
    expect(JSON.parse(readFileSync(outputs.sarif ?? '', 'utf8')).version).toBe('2.1.0');
    expect(readFileSync(outputs.comment ?? '', 'utf8')).toMatch(/^<!-- shardwright check -->\n/);
  });

  it('of inputs that cannot be read leaves no report, and exit code 2', () => {
    const outputs = check({ PATHS: 'missing.csv' });
    expect(outputs).toEqual({ 'exit-code': '2', passed: 'false' });
  });

  it('takes what people give as arguments, never as shell', () => {
    const trap = path.join(home, 'trap');
    check({ PATHS: `${shop} $(touch${'\t'}${trap})`, ARGUMENTS: `; touch ${trap}` });
    expect(() => readFileSync(trap)).toThrow();
  });
});

describe('the comment', () => {
  const gh = path.join(home, 'gh');
  const calls = path.join(home, 'calls');
  writeFileSync(
    gh,
    `#!/bin/sh\necho "$*" >>"${calls}"\ncase "$*" in *--paginate*) echo "$KNOWN";; *) cat >/dev/null;; esac\n`,
  );
  chmodSync(gh, 0o755);
  const comment = path.join(home, 'comment.md');
  writeFileSync(comment, '<!-- shardwright check -->\nfine\n');

  it.each([
    ['is made when there is none', '', /--method POST repos\/o\/r\/issues\/7\/comments /],
    ['takes the place of the one before', '42', /--method PATCH repos\/o\/r\/issues\/comments\/42 /],
  ])('%s', (_, known, call) => {
    rmSync(calls, { force: true });
    execFileSync('bash', [path.join(root, 'scripts/action/comment.sh')], {
      stdio: 'ignore',
      env: {
        ...process.env,
        PATH: `${home}:${process.env.PATH}`,
        KNOWN: known,
        COMMENT: comment,
        REPOSITORY: 'o/r',
        NUMBER: '7',
      },
    });
    expect(readFileSync(calls, 'utf8')).toMatch(call);
  });
});

it('the action’s file names scripts that are there, and hands no input to a shell', () => {
  const { runs } = parse(readFileSync(path.join(root, 'action.yml'), 'utf8'));
  for (const { run } of runs.steps as readonly { readonly run?: string }[]) {
    expect(run ?? '').not.toContain('${{');
    const script = /scripts\/action\/[a-z]+\.sh/.exec(run ?? '')?.[0];
    if (script !== undefined) readFileSync(path.join(root, script));
  }
});
