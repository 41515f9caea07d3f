/** `route map`: the map, where a key lives, what moves. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { fixtures, shardwright } from './surroundings.js';

const plan = path.join(fixtures, 'shop', 'shardplan.json');
const home = mkdtempSync(path.join(tmpdir(), 'shardwright-map-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const map = (...argv: readonly string[]) => shardwright(['route', 'map', ...argv]);
async function written(name: string, ...argv: readonly string[]): Promise<string> {
  const file = path.join(home, name);
  writeFileSync(file, (await map(...argv, '--json')).stdout);
  return file;
}

describe('a key', () => {
  it('lives where the server’s own hash partition has it', async () => {
    const { stdout } = await map('--plan', plan, '--shards', '4', '--key', '42', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'location', group: 'users', key: '42', shard: 2 });
  });

  it('that is pinned says so', async () => {
    const file = await written('map.json', '--shards', '4');
    const pinned = { ...JSON.parse((await map('--map', file, '--json')).stdout) };
    pinned.pins = [{ group: 'users', key: '42', shard: 1 }];
    writeFileSync(file, JSON.stringify(pinned));
    const { stdout } = await map('--plan', plan, '--map', file, '--key', 'users=42');
    expect(stdout).toMatch(/^users = 42 is on shard 1\n(?:.*\n)*.*pins this key/);
  });

  it('is of a group as reports name it, or as the plan does', async () => {
    const marketplace = fileURLToPath(new URL('../../reports/marketplace/shardplan.json', import.meta.url));
    const short = await map('--plan', marketplace, '--key', 'users.id=42');
    expect(short.stdout).toContain('public.users.id = 42 is on shard 2');
    expect(await map('--plan', marketplace, '--key', 'public.users.id=42')).toEqual(short);
  });

  it.each([
    ['x', /no bigint, the type of the keys of users/],
    ['9223372036854775808', /no bigint/],
  ])('%s is refused, and not repeated', async (key, message) => {
    const { stderr, exitCode } = await map('--plan', plan, '--key', key);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe('another number of shards', () => {
  it('keeps the buckets, and says what moves from the map before', async () => {
    const [four, six] = [await written('4.json', '--shards', '4'), path.join(home, '6.json')];
    writeFileSync(six, (await map('--map', four, '--to', '6', '--json')).stdout);
    const moves = JSON.parse((await map('--map', six, '--diff', four, '--json')).stdout);
    expect(moves).toMatchObject({ kind: 'map-moves', buckets: 1024, moved: 340 });
  });

  it('is not compared with a map of other buckets', async () => {
    const four = await written('4.json', '--shards', '4');
    const { stderr, exitCode } = await map('--shards', '6', '--diff', four);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/1024 and 1536 buckets/)]);
  });
});

it.each([
  ['owners', (whole: { owners: number[] }) => whole.owners.pop()],
  ['shard 9', (whole: { owners: number[] }) => whole.owners.splice(0, 1, 9)],
  ['hash', (whole: { hash: string }) => Object.assign(whole, { hash: 'crc32' })],
])('a map that contradicts itself in its %s is refused with its name', async (what, break_) => {
  const file = await written('broken.json', '--shards', '4');
  const whole = JSON.parse((await map('--map', file, '--json')).stdout);
  break_(whole);
  writeFileSync(file, JSON.stringify(whole));
  const { stderr, exitCode } = await map('--map', file);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`${file} is not a shard map: `);
  expect(stderr).toContain(what);
});

it('owners may be written as runs', async () => {
  const file = path.join(home, 'runs.json');
  const runs = [
    [0, 3],
    [1, 5],
  ];
  const head = { schemaVersion: 1, kind: 'map', hash: 'postgres-partition' };
  writeFileSync(file, JSON.stringify({ ...head, shards: 2, buckets: 8, owners: runs }));
  expect((await map('--map', file)).stdout).toMatch(/shard 0: 3 buckets.*\n.*shard 1: 5 buckets/);
});
