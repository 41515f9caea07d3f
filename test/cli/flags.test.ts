/** The flags of an analysis are those of every command that reads an export. */

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fixtures, shardwright } from './surroundings.js';

const inRepository = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const shop = path.join(fixtures, 'shop');
const plan = path.join(shop, 'shardplan.json');
const log = inRepository('fixtures/log');
const commands = {
  analyze: ['analyze', shop],
  check: ['check', shop, '--plan', plan, '--exit-zero'],
  doc: ['doc', shop, '--plan', plan],
  graph: ['graph', shop],
  explain: ['explain', 'orders', shop],
  simulate: ['simulate', shop, '--set', 'orders=global'],
  'verify-plan': [
    'verify-plan',
    inRepository('fixtures/marketplace'),
    '--plan',
    inRepository('reports/marketplace/shardplan.json'),
  ],
  doctor: ['doctor', shop],
} as const;

describe.each(Object.entries(commands))('%s', (_name, argv) => {
  it('knows every flag', async () => {
    const { stdout } = await shardwright([argv[0], '--help']);
    const flags =
      'schema stats config database log sum solve-seconds assume-rls json weight shards format out quiet verbose no-color no-progress reader cross-check';
    expect(flags.split(' ').filter((flag) => !stdout.includes(`--${flag} `))).toEqual([]);
  });

  it('compares the readers', async () => {
    const { stderr, exitCode } = await shardwright([...argv, '--cross-check']);
    expect([0, 1]).toContain(exitCode);
    expect(stderr).toMatch(/note: \d+ statements read by both readers, .* 0 read differently/);
  });

  it('reads a log, or says that it does not', async () => {
    const { stderr, exitCode } = await shardwright([...argv, '--log', path.join(log, 'none.csv')]);
    if (exitCode === 2) expect(stderr).toMatch(/none\.csv/);
    else expect(stderr).toContain('note: --log was not read');
  });
});
