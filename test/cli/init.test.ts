import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askIntent, type Prompts } from '../../src/cli/init-questions.js';
import { configTemplate, parseConfig } from '../../src/config/index.js';
import { fixtures, shardwright } from './surroundings.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'init-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const config = () => path.join(folder, 'shardwright.config.yaml');
const init = (...flags: readonly string[]) => shardwright(['init', '--out', config(), ...flags]);

/** Prose keeps its #: a blank and a letter follow it. */
function uncommented(text: string): string {
  return text.replaceAll(/^#(?! \S)/gm, '');
}

describe('the config to begin with', () => {
  it('wants nothing, and says what could be wanted', () => {
    const text = configTemplate({ tables: [] });
    const { pins, forbid, budgets, waivers } = parseConfig(text, 'c.yaml');
    expect([pins.size, forbid.size, Object.keys(budgets), waivers]).toEqual([0, 0, [], []]);
    const all = parseConfig(uncommented(text), 'c.yaml');
    expect(all.pins.size).toBe(1);
    expect(all.budgets).toEqual({
      globalBytes: 2 ** 30,
      addedKeys: 0,
      unshardedTimeShare: 0.1,
      unshardedWriteShare: 0.05,
      maxCrossShard: 0.05,
    });
    expect(all.waivers).toHaveLength(1);
    expect(all.assume.functions).toEqual(['app.is_holiday']);
    expect(all.assume.rls).toBe(true);
    expect(all.costs.crossShard).toBe(40);
  });

  it('takes answers, and names of any spelling', () => {
    const tables = [{ name: 'app.Order: "Items"', pin: 'true' }];
    const text = configTemplate({ tables, maxCrossShardPercent: 2.5, mayAddKeys: false, assumeRls: true });
    const { budgets, assume } = parseConfig(text, 'c.yaml');
    expect([budgets, assume.rls]).toEqual([{ maxCrossShard: 0.025, addedKeys: 0 }, true]);
    const { pins } = parseConfig(uncommented(text), 'c.yaml');
    expect([...pins.keys()]).toEqual(['app.Order: "Items"']);
  });
});

describe('init', () => {
  it('writes a file and no second one', async () => {
    expect(await init()).toMatchObject({ exitCode: 0, stdout: '' });
    const first = await readFile(config(), 'utf8');
    await writeFile(config(), `${first}# mine\n`);
    const again = await init();
    expect([again.exitCode, again.stderr]).toEqual([2, expect.stringContaining('--force')]);
    expect(await readFile(config(), 'utf8')).toContain('# mine');
    expect((await init('--force')).exitCode).toBe(0);
    expect(await readFile(config(), 'utf8')).toBe(first);
    expect(await readdir(folder)).toEqual(['shardwright.config.yaml']);
  });

  it('suggests what the plan of an export says', async () => {
    const shop = path.join(fixtures, 'shop');
    const { exitCode, stderr } = await init(
      path.join(shop, 'export.csv'),
      '--schema',
      path.join(shop, 'schema.sql'),
    );
    expect(exitCode, stderr).toBe(0);
    expect(await readFile(config(), 'utf8')).toMatch(/^# {2}public\.orders: \w+$/m);
  });
});

describe('the questions', () => {
  const cancelled = Symbol('cancelled');
  const prompts = (share: unknown, ...confirmed: readonly unknown[]): Prompts => {
    const answers = [...confirmed];
    return {
      intro: () => {},
      outro: () => {},
      cancel: () => {},
      isCancel: (answer: unknown): answer is symbol => answer === cancelled,
      text: async () => share as string,
      confirm: async () => answers.shift() as boolean,
    } as Prompts;
  };

  it.each([
    [[' 5 %', true, false], { maxCrossShardPercent: 5, mayAddKeys: true, assumeRls: false }],
    [[undefined, false, true], { mayAddKeys: false, assumeRls: true }],
  ])('%j', async ([share, ...rest], expected) => {
    expect(await askIntent(prompts(share, ...rest))).toEqual(expected);
  });

  it('write nothing when somebody breaks off', async () => {
    await expect(askIntent(prompts('5%', cancelled))).rejects.toMatchObject({ exitCode: 2 });
  });
});
