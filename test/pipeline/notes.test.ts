/** What the analysis says of its own doubts: each case is a folder of inputs; notes that every analysis has are left out. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { analyzeExports, emptyConfig } from '../../src/index.js';
import type { Note } from '../../src/model/index.js';
import { request } from './requests.js';

const cases = fileURLToPath(new URL('../../fixtures/notes/', import.meta.url));
const always = new Set(['no-transactions', 'evictions-unknown', 'file-skipped']);

describe('notes', () => {
  it.each(readdirSync(cases))('%s', async (name) => {
    const folder = path.join(cases, name);
    const { notes } = await analyzeExports(request([folder], { config: configOf(folder) }));
    const said = notes.filter(({ code }) => !always.has(code)).map((note) => portable(note, folder));
    const text = `${JSON.stringify(said, undefined, 2)}\n`;
    await expect(text).toMatchFileSnapshot(path.join(folder, 'expected.json'));
  });
});

function configOf(folder: string) {
  const file = path.join(folder, 'options.json');
  const { functions = [] } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  return { ...emptyConfig, assume: { functions, rls: false } };
}

function portable({ code, message, source }: Note, folder: string) {
  return { code, message, source: source && { ...source, file: path.relative(folder, source.file) } };
}
