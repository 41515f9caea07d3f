import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePlan } from '../../src/contract/index.js';
import { fixtures, shardwright } from './surroundings.js';

const shop = path.join(fixtures, 'shop');
const escapeCode = '\u001b';

describe('analyze', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'analyze-test-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('prints coverage, plan and score, without an escape code in a pipe', async () => {
    const { exitCode, stdout, stderr } = await shardwright(['analyze', shop]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^COVERAGE\n/);
    expect(stdout).toMatch(/^ {2}orders +sharded +user_id /m);
    expect(stdout).toMatch(/^ {2}categories +global/m);
    expect(stdout).toContain('export.csv:9');
    expect(stdout).not.toContain(escapeCode);
    expect(stderr).toMatch(/^note: .*shardplan\.json was skipped/);
  });

  it('says how long solving took when everything is asked for', async () => {
    const { stderr } = await shardwright(['analyze', shop, '--verbose']);
    expect(stderr).toMatch(/^solved in \d+\.\d\d s$/m);
    expect((await shardwright(['analyze', shop])).stderr).not.toContain('solved in');
  });

  it('prints JSON and nothing else on stdout', async () => {
    const { exitCode, stdout, stderr } = await shardwright([
      'analyze',
      shop,
      '--json',
      '--quiet',
      '--shards',
      '4',
    ]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, kind: 'analysis', shards: 4 });
  });

  it('writes its files, a plan that can be read among them', async () => {
    const out = path.join(folder, 'new', 'plan');
    const { exitCode, stderr } = await shardwright(['analyze', shop, '--out', out]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain(path.join(out, 'shardplan.json'));
    expect(readdirSync(out).sort()).toEqual([
      'analysis.json',
      'certificate.json',
      'report.html',
      'shardplan.json',
    ]);
    const plan = parsePlan(readFileSync(path.join(out, 'shardplan.json'), 'utf8'), 'shardplan.json');
    expect(plan.tables.get('public.categories')).toEqual({ placement: 'global' });
  });

  it('writes the report for a browser alone, or prints it', async () => {
    const file = path.join(folder, 'alone.html');
    const { exitCode, stdout } = await shardwright(['analyze', shop, '--html-out', file, '--format', 'html']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^<!doctype html>/);
    expect(readFileSync(file, 'utf8')).toBe(stdout);
    const refused = await shardwright(['analyze', shop, '--json', '--format', 'html']);
    expect([refused.exitCode, refused.stdout]).toEqual([2, '']);
  });

  it('says where it cannot write', async () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    const { exitCode, stderr } = await shardwright([
      'analyze',
      shop,
      '--quiet',
      '--out',
      path.join(file, 'x'),
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: .* cannot be written \(E\w+\)\n {2}at .*\n {2}hint: /);
  });

  it('says so before it reads anything', async () => {
    const file = path.join(folder, 'in-the-way');
    writeFileSync(file, '');
    const refused = async (out: string) => {
      const { exitCode, stderr } = await shardwright(['analyze', 'no-such-export.csv', '--out', out]);
      return `${exitCode} ${stderr.split('\n')[0]}`;
    };
    expect(await refused(path.join(file, 'x'))).toMatch(/^2 error: .*in-the-way.x cannot be written/);
    expect(await refused(file)).toMatch(/^2 error: .*in-the-way cannot be written \(ENOTDIR\)/);
    mkdirSync(path.join(folder, 'taken', 'analysis.json'), { recursive: true });
    expect(await refused(path.join(folder, 'taken'))).toMatch(
      /^2 error: .*analysis\.json cannot be written \(EISDIR\)/,
    );
    expect(await refused('-')).toBe('2 error: --out takes a folder, and - is none');
    const fresh = path.join(folder, 'fresh');
    expect(await refused(fresh)).toMatch(/^2 error: There is no file/);
    expect(existsSync(fresh)).toBe(false);
  });

  it('names what it skipped when nothing is left', async () => {
    const empty = path.join(folder, 'no-export');
    mkdirSync(empty);
    writeFileSync(path.join(empty, 'notes.md'), 'nothing');
    const { exitCode, stderr } = await shardwright(['analyze', empty]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`note: ${path.join(empty, 'notes.md')} was skipped`);
    expect(stderr).toContain(`error: There is no export to analyse in ${empty}. Skipped: `);
    expect((await shardwright(['analyze', empty, '--quiet'])).stderr).not.toContain('note:');
  });

  it.each([
    ['on a terminal', {}, [], true],
    ['but not under NO_COLOR', { NO_COLOR: '1' }, [], false],
    ['but not with --no-color', {}, ['--no-color'], false],
    ['but not with NO_COLOR and FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, [], false],
    ['but not on a dumb one', { TERM: 'dumb' }, [], false],
  ])('has colours %s', async (_, env, flags, isColoured) => {
    const { stdout, stderr } = await shardwright(['analyze', shop, ...flags], { env, terminal: true });
    expect(stdout.includes(escapeCode)).toBe(isColoured);
    expect(stderr).not.toContain(escapeCode);
  });

  it.each([
    ['on a terminal', {}, [], true, true],
    ['not in a pipe', {}, [], false, false],
    ['not in CI', { CI: 'true' }, [], true, false],
    ['not with --no-progress', {}, ['--no-progress'], true, false],
    ['not with --quiet before the command', {}, ['--quiet'], true, false],
  ])('shows progress %s', async (_, env, flags, terminal, isShown) => {
    const { stderr } = await shardwright(
      [...flags.filter((flag) => flag === '--quiet'), 'analyze', shop, ...flags],
      {
        env,
        terminal,
      },
    );
    expect(stderr.includes('\r')).toBe(isShown);
  });
});
