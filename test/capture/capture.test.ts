/** Captures of a real server: the catalog is the one that its DDL makes, files are added and not overwritten, secrets stay. */

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureServer, writeCapture } from '../../src/capture/index.js';
import { readSchema } from '../../src/catalog/index.js';
import { parseCatalog, renderCatalogJson } from '../../src/contract/index.js';
import type { Catalog } from '../../src/model/index.js';
import { discoverInputs, openExport, readWorkload } from '../../src/workload/index.js';
import { catalogJson } from '../catalog/catalog-json.js';
import { shardwright } from '../cli/surroundings.js';
import { dsnOf, run, type Server, serverWith } from './server.js';

const everything = await readFile(new URL('../../fixtures/capture/everything.sql', import.meta.url), 'utf8');
const tool = { name: 'shardwright', version: '0.0.0' };

let server: Server;
let scratch: string;
const request = (database: string, role: Pick<Server, 'user' | 'password'> = server) => ({
  dsn: dsnOf({ ...server, ...role }, database),
  environment: {},
  allDatabases: false,
});

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'capture-'));
  server = await serverWith({ 'pg_stat_statements.track': 'all' });
  await run(dsnOf(server, 'postgres'), 'CREATE DATABASE everything', 'CREATE DATABASE bare');
  await run(
    dsnOf(server, 'everything'),
    'CREATE EXTENSION pg_stat_statements',
    everything,
    `INSERT INTO app.tenants (name, mood) SELECT 'secret ' || n, 'happy' FROM generate_series(1, 200) n`,
    'ANALYZE app.tenants',
    'SELECT pg_stat_statements_reset()',
    'SELECT name FROM app.tenants WHERE id = 7',
    'SELECT name FROM app.tenants WHERE id = 8',
    `COPY (SELECT name FROM app.tenants WHERE id = 471147114 AND name = 'secret of Anna') TO PROGRAM 'true'`,
    `DO $$ BEGIN PERFORM 'secret'; END $$`,
    `CREATE ROLE guest LOGIN PASSWORD 'a:b@c'`,
    'GRANT CREATE ON SCHEMA public TO guest',
  );
});
afterAll(async () => {
  await server?.stop();
  await rm(scratch, { recursive: true, force: true });
});

function withoutPlaces(catalog: Catalog): string {
  return catalogJson(catalog).replaceAll(/"source": \{[^}]*\}/g, '"source": {}');
}

/** Layout of SQL is the server's. */
function withoutLayout(text: string): string {
  return text.replaceAll(/(?:\\n|\s)+/g, ' ');
}

describe('a captured catalog', () => {
  it('says what the DDL says', async () => {
    const { catalog } = await captureServer(request('everything'));
    const text = renderCatalogJson(catalog, tool);
    const fromDdl = await readSchema([{ file: 'schema.sql', text: everything }]);
    const captured = await readSchema([{ file: 'catalog.json', text }]);
    expect(captured.unreadable).toEqual([]);
    expect(withoutLayout(withoutPlaces(captured))).toBe(withoutLayout(withoutPlaces(fromDdl)));
  });

  it('has each table on its line', async () => {
    const { catalog } = await captureServer(request('everything'));
    const text = renderCatalogJson(catalog, tool);
    const { tables, views } = await readSchema([{ file: 'catalog.json', text }]);
    const lines = text.split('\n');
    for (const [name, { source }] of [...tables, ...views]) {
      const bare = name.slice(name.indexOf('.') + 1);
      expect(lines[source?.line ?? 0]).toContain(`"name": ${JSON.stringify(bare)}`);
    }
  });

  it('is refused when it is not one', () => {
    expect(() => parseCatalog('{"schemaVersion": 1}', 'catalog.json')).toThrow('is not a catalog');
    expect(() => parseCatalog('{"schemaVersion": 2}', 'catalog.json')).toThrow('schemaVersion');
    expect(() => parseCatalog('{', 'catalog.json')).toThrow('not valid JSON');
  });
});

describe('a capture', () => {
  it('is written whole, and again as one more snapshot', async () => {
    const folder = path.join(scratch, 'twice');
    const first = await captureServer(request('everything'));
    await writeCapture(folder, first, tool);
    await run(dsnOf(server, 'everything'), 'SELECT name FROM app.tenants WHERE id = 9');
    await writeCapture(folder, await captureServer(request('everything')), tool);
    const names = await readdir(folder);
    expect(names.map((name) => name.replace(/-[\dTZ]{16}/, ''))).toEqual(
      expect.arrayContaining(['catalog.json', 'manifest.json', 'stats.csv', 'statements.csv']),
    );
    expect(names).toHaveLength(5);
    const found = await discoverInputs([folder]);
    expect(found.skipped).toEqual([]);
    const workload = await readWorkload(found.exports.map(openExport), { sum: false });
    const own = workload.statements.find(({ text }) => text.startsWith('SELECT name FROM app.tenants'));
    // The counters began within the window, so the first snapshot counts as well.
    expect(own?.counters.calls).toBe(3);
    expect(workload.evictions).toBe(0);
  });

  it('holds no value of a row', async () => {
    const folder = path.join(scratch, 'values');
    for (const file of await writeCapture(folder, await captureServer(request('everything')), tool)) {
      expect(await readFile(file, 'utf8')).not.toMatch(/secret|Anna|471147114|a:b@c/);
    }
    const statistics = await readFile(path.join(folder, 'stats.csv'), 'utf8');
    expect(statistics).toMatch(/^app\.tenants,,200,\d+,,,$/m);
    expect(statistics).toMatch(/^app\.tenants,mood,,,1,0,1$/m);
    expect(statistics).toContain('Odd Schema."Order.Items"'.replaceAll('"', '""'));
  });

  it('touches no folder of others', async () => {
    const folder = await mkdtemp(path.join(scratch, 'others-'));
    await writeFile(path.join(folder, 'thesis.txt'), 'mine');
    const captured = await captureServer(request('everything'));
    await expect(writeCapture(folder, captured, tool)).rejects.toMatchObject({ code: 'would-overwrite' });
    expect(await readdir(folder)).toEqual(['thesis.txt']);
    const other = path.join(scratch, 'renamed');
    await writeCapture(other, captured, tool);
    const renamed = { ...captured, facts: { ...captured.facts, database: 'another' } };
    await expect(writeCapture(other, renamed, tool)).rejects.toMatchObject({ code: 'would-overwrite' });
  });

  it('says what a role without privileges misses', async () => {
    const guest = { user: 'guest', password: 'a:b@c' };
    const captured = await captureServer(request('everything', guest));
    expect(captured.statements.masked).toBeGreaterThan(0);
    expect(captured.catalog.tables.length).toBeGreaterThan(5);
    expect(captured.statistics.notes.join()).toContain('pg_stats hides the columns of');
    const folder = path.join(scratch, 'guest');
    await writeCapture(folder, captured, tool);
    expect(await readFile(path.join(folder, 'manifest.json'), 'utf8')).toMatch(
      /"the texts? of \d+ statements? (is|are) hidden from this role: GRANT pg_read_all_stats/,
    );
  });
});

describe('what goes wrong', () => {
  it.each([
    ['a wrong password', { password: 'hunter2' }, 'everything', 'connection-failed', 'PGPASSWORD'],
    ['no such database', {}, 'nowhere', 'connection-failed', 'Name the database'],
    ['no extension', {}, 'bare', 'not-allowed', 'CREATE EXTENSION'],
    ['no server', { port: 1 }, 'everything', 'connection-failed', 'Is the server running'],
  ])('%s', async (_what, changed, database, code, hint) => {
    const dsn = dsnOf({ ...server, ...changed }, database);
    const failure = captureServer({ dsn, environment: {}, allDatabases: false });
    await expect(failure).rejects.toMatchObject({ code, hint: expect.stringContaining(hint) });
    const error: Error = await failure.catch((thrown) => thrown);
    expect(JSON.stringify([error.message, error])).not.toMatch(/hunter2|a:b@c/);
    expect(error.message).not.toContain(server.password);
  });
});

describe('the doctor at a server', () => {
  const examined = async (database: string, role?: Pick<Server, 'user' | 'password'>) => {
    const { exitCode, stdout, stderr } = await shardwright([
      'doctor',
      '--json',
      '--dsn',
      request(database, role).dsn,
    ]);
    expect(stderr).toBe('');
    const { subject, checks } = JSON.parse(stdout);
    const statuses: [string, string][] = checks.map((check: { id: string; status: string }) => [
      check.id,
      check.status,
    ]);
    return { exitCode, subject, status: Object.fromEntries(statuses) };
  };

  it('sees settings, log, statistics and what a capture would be good for', async () => {
    const { exitCode, subject, status } = await examined('everything');
    expect(subject).toMatch(/^everything on PostgreSQL 18/);
    expect(status).toMatchObject({
      extension: 'ok',
      track: 'ok',
      privileges: 'ok',
      log: 'warn',
      'io-timing': 'warn',
      'row-security': 'warn',
      schema: 'ok',
      window: 'fail',
    });
    expect(exitCode).toBe(1);
  });

  it('sees what a guest may not', async () => {
    const { status } = await examined('everything', { user: 'guest', password: 'a:b@c' });
    expect(status.privileges).toBe('warn');
    expect(['warn', 'fail']).toContain(status.masked);
  });

  it('says that the extension is missing instead of failing', async () => {
    const { exitCode, status } = await examined('bare');
    expect([exitCode, status.extension]).toEqual([1, 'fail']);
  });

  it('has nothing to say of an empty list but that', async () => {
    await run(dsnOf(server, 'bare'), 'CREATE SCHEMA own', 'CREATE EXTENSION pg_stat_statements SCHEMA own');
    await run(dsnOf(server, 'bare'), 'SELECT own.pg_stat_statements_reset()');
    const { exitCode, status } = await examined('bare');
    expect([exitCode, status.extension, status.coverage]).toEqual([1, 'ok', 'fail']);
  });
});
