/** A case of fixtures/gate: files of its folder, those of fixtures/gate where it has none, a baseline from `before/`. */

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig, readPlanFile } from '../../src/config/index.js';
import { checkExports, type GateQuestion } from '../../src/index.js';

export const cases = fileURLToPath(new URL('../../fixtures/gate/', import.meta.url));

export async function runCase(folder: string) {
  const before = path.join(folder, 'before');
  const baseline = existsSync(before)
    ? (await run([before, folder], { newBaseline: 'baseline.json' })).baseline
    : undefined;
  return (await run([folder], baseline === undefined ? {} : { baseline })).result;
}

/** Files are looked for in the folders, in order, and then beside all cases. */
async function run(folders: readonly string[], more: Partial<GateQuestion>) {
  const found = (name: string): string | undefined =>
    folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
  const file = (name: string): string => found(name) ?? path.join(cases, name);
  const config = found('shardwright.config.yaml');
  const options = found('options.json');
  const stats = found('stats.csv');
  const plan = file('shardplan.json');
  return checkExports(
    {
      exports: [found('queries.sql') ?? file('export.csv')],
      schema: [file('schema.sql')],
      stats: stats === undefined ? [] : [stats],
      sum: false,
      weight: 'calls',
      shards: 16,
      config: await loadConfig({ from: cases, ...(config === undefined ? {} : { file: config }) }),
      reader: 'libpg-query',
      crossCheck: false,
      assumeRls: false,
    },
    {
      plan: { ...(await readPlanFile(plan)), file: plan },
      isTraffic: true,
      tolerance: 0.01,
      failOn: [],
      newOnly: false,
      today: '2030-01-01',
      ...(options === undefined ? {} : JSON.parse(readFileSync(options, 'utf8'))),
      ...more,
    },
  );
}
