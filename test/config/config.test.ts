import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Config, emptyConfig, loadConfig, readPlanFile } from '../../src/config/index.js';
import { UserError } from '../../src/model/index.js';

const cases = fileURLToPath(new URL('../../fixtures/config/', import.meta.url));

/** Maps as objects, and no path of this machine. */
function printable(config: Config): unknown {
  const { file, pins, forbid, ...rest } = config;
  return { pins: Object.fromEntries(pins), forbid: Object.fromEntries(forbid), ...rest };
}

async function outcomeOf(folder: string): Promise<unknown> {
  try {
    return printable(await loadConfig({ from: folder }));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, message, hint, line } = error;
    return { code, line, message: message.replaceAll(`${path.relative('.', folder)}${path.sep}`, ''), hint };
  }
}

/** The languages lay the same thing out on other lines. */
function withoutLines(outcome: unknown): unknown {
  const { waivers, ...rest } = outcome as { readonly waivers: readonly { readonly line: number }[] };
  return { ...rest, waivers: waivers.map(({ line: _, ...waiver }) => waiver) };
}

describe('a config', () => {
  it.each(readdirSync(cases))('%s', async (name) => {
    const folder = path.join(cases, name);
    const outcome = `${JSON.stringify(await outcomeOf(folder), undefined, 2)}\n`;
    await expect(outcome).toMatchFileSnapshot(path.join(folder, 'expected.json'));
  });

  it('says the same in every language', async () => {
    const [yaml, toml, json] = await Promise.all(
      ['yaml', 'toml', 'json'].map((language) => outcomeOf(path.join(cases, `everything-${language}`))),
    );
    expect(withoutLines(toml)).toEqual(withoutLines(yaml));
    expect(withoutLines(json)).toEqual(withoutLines(yaml));
  });
});

describe('files on disk', () => {
  let folder: string;
  const inFolder = (...names: readonly string[]) => path.join(folder, ...names);
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'config-test-'));
    mkdirSync(inFolder('deep', 'down'), { recursive: true });
    cpSync(
      path.join(cases, 'everything-toml', 'shardwright.config.toml'),
      inFolder('shardwright.config.toml'),
    );
    writeFileSync(inFolder('empty.yaml'), '\n');
    writeFileSync(inFolder('binary.json'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0]));
    writeFileSync(inFolder('notes.txt'), 'pins');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are found upwards', async () => {
    const found = await loadConfig({ from: inFolder('deep', 'down') });
    expect(found.file).toBe(inFolder('shardwright.config.toml'));
    expect(found.pins.get('public.orders')).toEqual({ placement: 'sharded', key: 'user_id' });
  });

  it('named by hand are taken instead', async () => {
    const file = path.join(cases, 'empty', 'shardwright.config.yaml');
    expect(await loadConfig({ from: folder, file })).toEqual({ ...emptyConfig, file });
  });

  it.each([
    ['missing.yaml', 'file-not-found'],
    ['deep', 'file-unreadable'],
    ['empty.yaml', 'file-empty'],
    ['binary.json', 'not-text'],
    ['notes.txt', 'bad-config'],
  ])('%s is refused', async (name, code) => {
    const refused = loadConfig({ from: folder, file: inFolder(name) });
    await expect(refused).rejects.toMatchObject({ code, file: inFolder(name) });
  });

  it('a plan is refused by the same words', async () => {
    await expect(readPlanFile(inFolder('missing.json'))).rejects.toMatchObject({ code: 'file-not-found' });
    await expect(readPlanFile(inFolder('binary.json'))).rejects.toMatchObject({ code: 'not-text' });
  });
});
