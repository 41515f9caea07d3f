import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { routerBenchSchema } from '../../src/contract/router-bench.js';

const hasPgbench = spawnSync('pgbench', ['--version'], { stdio: 'ignore' }).status === 0;
const bench = (...flags: readonly string[]) =>
  spawnSync(process.execPath, ['bin/shardwright.js', 'route', 'bench', ...flags], { encoding: 'utf8' });

describe('route bench', () => {
  it.skipIf(!hasPgbench)('compares the ways in one run, and leaves nothing behind', () => {
    const { status, stdout, stderr } = bench('--seconds', '1', '--clients', '2', '--json');
    expect(stderr).toContain('tpcb-like: router');
    expect(status).toBe(0);
    const { workloads } = routerBenchSchema.parse(JSON.parse(stdout));
    expect(workloads.map(({ name }) => name)).toEqual(['select-only', 'tpcb-like']);
    for (const { router } of workloads) expect(router.perSecond).toBeGreaterThan(0);
  });

  it.each([
    ['--clients', '0'],
    ['--mode', 'fast'],
  ])('refuses %s %s', (...flags) => {
    const { status, stderr } = bench(...flags);
    expect(status).toBe(2);
    expect(stderr).toContain('hint:');
  });
});
