import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fixtures, shardwright } from './surroundings.js';

const shop = path.join(fixtures, 'shop');
const folder = mkdtempSync(path.join(tmpdir(), 'shardwright-graph-'));
afterAll(() => rmSync(folder, { recursive: true }));

const graph = (...rest: readonly string[]) => shardwright(['graph', shop, ...rest]);

describe('graph', () => {
  it.each([
    ['mermaid', /^flowchart LR\n/],
    ['dot', /^graph \{\n/],
    ['svg', /^<\?xml/],
    ['gexf', /^<\?xml/],
    ['json', /^\{\n {2}"schemaVersion": 1,\n {2}"kind": "graph"/],
  ])('prints %s, and writes the same', async (format, start) => {
    const { exitCode, stdout } = await graph('--format', format, '--quiet');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(start);
    const file = path.join(folder, `graph.${format}`);
    const written = await graph('--format', format, '--out', file);
    expect([written.exitCode, written.stdout]).toEqual([0, '']);
    expect(written.stderr).toContain(`wrote ${file}`);
    expect(readFileSync(file, 'utf8')).toBe(stdout);
  });

  it('draws a plan that is given, and plans nothing', async () => {
    const given = path.join(folder, 'given.json');
    const text = readFileSync(path.join(shop, 'shardplan.json'), 'utf8');
    const plan = JSON.parse(text);
    for (const table of Object.keys(plan.tables)) plan.tables[table] = { placement: 'unsharded' };
    writeFileSync(given, JSON.stringify(plan));
    const { stdout } = await graph('--plan', given, '--json', '--quiet');
    const placements = JSON.parse(stdout).nodes.map((node: { placement: string }) => node.placement);
    expect(new Set(placements)).toEqual(new Set(['unsharded']));
    expect((await graph('--plan', 'nowhere.json')).exitCode).toBe(2);
  });

  it('says what it leaves out', async () => {
    const { stdout, stderr } = await graph('--top', '2', '--by', 'group');
    expect(stdout.match(/^ +n\d+\[/gm)).toHaveLength(3);
    expect(stderr).toMatch(/^note: left out: 1 table with fewer calls$/m);
  });

  it.each([[['--format', 'png']], [['--top', '0']], [['--by', 'colour']], [['--out', shop]]])(
    'refuses %j',
    async (flags) => {
      const { exitCode, stdout } = await graph(...flags);
      expect([exitCode, stdout]).toEqual([2, '']);
    },
  );
});
