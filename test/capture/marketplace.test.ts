/** The marketplace, live: one day of its traffic on a real server, captured, planned, hidden, planned again and translated back. */

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// @ts-expect-error scripts are plain JavaScript
import { connectClients } from '../../scripts/marketplace/clients.js';
// @ts-expect-error scripts are plain JavaScript
import { openMarketplace } from '../../scripts/marketplace/marketplace-database.js';
// @ts-expect-error scripts are plain JavaScript
import { trafficOf } from '../../scripts/marketplace/traffic.js';
import { pseudonymsOf } from '../../src/capture/anonymize/pseudonyms.js';
import {
  anonymize,
  type Captured,
  captureServer,
  pseudonymsFor,
  translate,
  writeCapture,
  writeKeyFile,
} from '../../src/capture/index.js';
import { parseKey } from '../../src/contract/index.js';
import { shardwright } from '../cli/surroundings.js';
import { dsnOf, run } from './server.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const tool = { name: 'shardwright', version: '0.0.0' };

let scratch: string;
let marketplace: { readonly stop: () => Promise<void> };
let captured: Captured;
const inScratch = (name: string): string => path.join(scratch, name);
const jsonAt = async (file: string) => JSON.parse(await readFile(file, 'utf8'));

async function planOf(exports: string, name: string, ...flags: readonly string[]) {
  const plan = inScratch(name);
  const { exitCode, stderr } = await shardwright(['analyze', exports, '--no-curve', '--out', plan, ...flags]);
  expect(exitCode, stderr).toBe(0);
  return readFile(path.join(plan, 'shardplan.json'), 'utf8');
}

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'marketplace-'));
  const opened = await openMarketplace();
  marketplace = opened;
  const clients = await connectClients(opened.settingsFor, () => {});
  const { first, mixed, night } = trafficOf(1, 'marketplace 1');
  await clients.oneByOne(first);
  await clients.atOnce(mixed);
  await clients.oneByOne(night);
  await clients.close();
  const dsn = dsnOf(opened.settingsFor('marketplace_app'), 'marketplace');
  await run(dsn, 'ANALYZE');
  captured = await captureServer({ dsn, environment: {}, allDatabases: false, withBuiltins: true });
}, 180_000);
afterAll(async () => {
  await marketplace?.stop();
  await rm(scratch, { recursive: true, force: true });
});

describe('the marketplace, captured', () => {
  it('has the committed plan', async () => {
    await writeCapture(inScratch('plain'), captured, tool);
    const production = path.join(root, 'fixtures', 'marketplace', 'stats.csv');
    const plan = await planOf(inScratch('plain'), 'as-committed', '--stats', production);
    const committed = await jsonAt(path.join(root, 'reports', 'marketplace', 'shardplan.json'));
    expect(JSON.parse(plan).tables).toEqual(committed.tables);
  });

  it('has the same plan when every name is hidden, and none is in any file', async () => {
    const [folder, keyFile] = [inScratch('hidden'), inScratch('hidden.key.json')];
    // Ties are broken by name: the key is always the same one, so that the run is.
    await writeKeyFile(keyFile, pseudonymsOf(Buffer.alloc(32, 1)), tool);
    const pseudonyms = await pseudonymsFor(keyFile, folder);
    const hidden = await anonymize(captured, pseudonyms);
    await writeKeyFile(keyFile, pseudonyms, tool);
    const files = await writeCapture(folder, hidden, tool);
    expect(hidden.anonymized?.dropped).toEqual({});
    for (const file of files) expect(namesIn(await readFile(file, 'utf8')), file).toEqual([]);
    const key = parseKey(await readFile(keyFile, 'utf8'), keyFile);
    const back = translate(await planOf(folder, 'hidden-plan'), key);
    expect(back.unknown).toEqual([]);
    expect(withoutSolver(back.text)).toEqual(withoutSolver(await planOf(inScratch('plain'), 'plain-plan')));
  });

  it('hides the same names the same way the next time, and mixes no keys', async () => {
    const folder = inScratch('hidden');
    const again = await anonymize(captured, await pseudonymsFor(inScratch('hidden.key.json'), folder));
    await writeCapture(folder, again, tool);
    expect(await readdir(folder)).toHaveLength(5);
    const other = await anonymize(captured, await pseudonymsFor(inScratch('other.json'), folder));
    await expect(writeCapture(folder, other, tool)).rejects.toMatchObject({ code: 'would-overwrite' });
    await expect(writeCapture(folder, captured, tool)).rejects.toMatchObject({ code: 'would-overwrite' });
    await expect(pseudonymsFor(path.join(folder, 'key.json'), folder)).rejects.toMatchObject({
      code: 'bad-option',
    });
  });
});

/** Which of its ways the solver found the proof by may depend on the order of names. */
function withoutSolver(plan: string): unknown {
  const { certificate, ...rest } = JSON.parse(plan);
  expect(Object.keys(rest.tables).length).toBeGreaterThan(30);
  return { ...rest, certificate: { ...certificate, solver: '' } };
}

/** Words of the files' own making that the marketplace happens to use for columns. */
const ownWords = new Set(['name', 'kind', 'query', 'body', 'base', 'rules', 'captured_at']);

/** Names, literals and comments of the source that are in a text. */
function namesIn(text: string): readonly string[] {
  const words = new Set(text.toLowerCase().match(/[\w$]+/g));
  const { tables, views, functions, types, sequences } = captured.catalog;
  const names = [
    ...[...tables, ...views, ...functions, ...types, ...sequences].map(({ name }) => name),
    ...tables.flatMap((table) =>
      [table.columns, table.constraints, table.indexes, table.triggers].flat().map(({ name }) => name),
    ),
    ...views.flatMap(({ columns }) => columns),
    'marketplace',
  ];
  const source = [
    ...captured.statements.rows.map(({ query }) => query ?? ''),
    JSON.stringify(captured.catalog),
  ].join('\n');
  const literals = [...source.matchAll(/'([^'\n]{2,40})'/g)].map(([, literal = '']) => `'${literal}'`);
  const comments = [...source.matchAll(/\/\*(?!, \.\.\.)(.*?)\*\//g)].map(([, comment = '']) =>
    comment.trim(),
  );
  expect(names.length).toBeGreaterThan(300);
  expect(literals.length).toBeGreaterThan(20);
  expect(comments.length).toBeGreaterThan(5);
  return [
    ...names.filter((name) => words.has(name) && !ownWords.has(name)),
    ...[...literals, ...comments].filter((part) => text.includes(part)),
  ];
}
