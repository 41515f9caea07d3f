import { describe, expect, it } from 'vitest';
import { discoverInputs, openExport, sniffFile } from '../../src/workload/index.js';
import { fixture, portable } from './cases.js';

const everything = fixture('folders', 'everything');

describe('a folder is taken by content', () => {
  it('with what was found and what was skipped', async () => {
    const found = await discoverInputs([everything]);
    await expect(portable(found, everything)).toMatchFileSnapshot(
      fixture('folders', 'everything.expected.json'),
    );
  });

  it('a ps-discovery bundle is export, schema, statistics and manifest', async () => {
    const bundle = fixture('folders', 'bundle');
    await expect(portable(await discoverInputs([bundle]), bundle)).toMatchFileSnapshot(
      fixture('folders', 'bundle.expected.json'),
    );
  });

  it('named files are taken whatever they are called', async () => {
    const found = await discoverInputs([`${everything}/queries.sql`, `${everything}/info.csv`, '-']);
    expect(found.schemas).toHaveLength(1);
    expect(found.exports.map(({ path }) => path)).toEqual([`${everything}/info.csv`, '-']);
  });

  it('standard input is named in words', () => {
    expect(openExport({ path: '-' }).name).toBe('standard input');
  });

  it('a file named beside its folder is read once', async () => {
    const found = await discoverInputs([everything, `${everything}/statements.csv`]);
    expect(found.exports.filter(({ path }) => path.endsWith('statements.csv'))).toHaveLength(1);
  });

  it.each([
    ['statements.csv', { kind: 'export', format: 'csv' }],
    ['pasted.txt', { kind: 'export', format: 'psql-expanded' }],
    ['info.csv', { kind: 'evictions', format: 'csv' }],
    ['sizes.csv', { kind: 'statistics' }],
    ['schema.sql', { kind: 'schema' }],
    ['catalog.json', { kind: 'catalog' }],
    ['manifest.json', { kind: 'manifest' }],
    ['logo.png', { kind: 'unrecognised', why: 'it is not a text file' }],
  ])('%s', async (name, kind) => {
    expect(await sniffFile(`${everything}/${name}`)).toEqual(kind);
  });
});
