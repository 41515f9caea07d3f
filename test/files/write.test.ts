/** Files on disk: whole or as they were. */

import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeFiles } from '../../src/files/index.js';

let folder = '';
const inFolder = (name: string) => path.join(folder, name);
const contentsOf = (name: string) => readFileSync(inFolder(name), 'utf8');

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'write-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function* brokenOff(): Iterable<string> {
  yield 'half ';
  throw new Error('broken off');
}

it('leaves what was there when the writing is broken off', async () => {
  writeFileSync(inFolder('plan.json'), 'before');
  await expect(writeFiles(folder, { 'plan.json': brokenOff() })).rejects.toThrow('broken off');
  expect(readdirSync(folder)).toEqual(['plan.json']);
  expect(contentsOf('plan.json')).toBe('before');
});

it('puts no file there unless all of them stand', async () => {
  writeFileSync(inFolder('a.json'), 'before');
  await expect(writeFiles(folder, { 'a.json': 'after', 'b.json': brokenOff() })).rejects.toThrow();
  expect(readdirSync(folder)).toEqual(['a.json']);
  expect(contentsOf('a.json')).toBe('before');
});

it('keeps the rights of a file, and the link that leads to it', async () => {
  writeFileSync(inFolder('plan.json'), 'before', { mode: 0o600 });
  symlinkSync('plan.json', inFolder('link.json'));
  await writeFiles(folder, { 'link.json': ['af', 'ter'] });
  expect(contentsOf('plan.json')).toBe('after');
  expect(statSync(inFolder('plan.json')).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['link.json', 'plan.json']);
});

it('writes into what is no plain file', async () => {
  await writeFiles('/dev', { null: 'gone' });
  expect(statSync('/dev/null').isFile()).toBe(false);
});

it('makes folders in folders', async () => {
  expect(await writeFiles(inFolder('a/b'), { 'plan.json': 'in' })).toEqual([inFolder('a/b/plan.json')]);
  expect(contentsOf('a/b/plan.json')).toBe('in');
});

it.runIf(existsSync('/proc/self'))('says so where no folder can be made', async () => {
  await expect(writeFiles('/proc/out', { 'plan.json': '' })).rejects.toMatchObject({ code: 'write-failed' });
});
