/** A run of the router's benchmark as text: ratios first, for figures of one machine say little of another. */

import type { RouterBench, RouterBenchRun, RouterBenchWorkload } from '../model/index.js';

export function renderRouterBenchText(bench: RouterBench): string {
  const { mode, shards, clients, seconds, knownDecisionMicros, newDecisionMicros } = bench;
  const lines = [
    `pgbench, ${mode} protocol, ${shards} shards, ${seconds} s each, in turns; throughput with ${clients} clients, latency with one`,
    '',
    ...bench.workloads.flatMap(workloadLines),
    `a decision: ${knownDecisionMicros.toFixed(2)} µs for a known text, ${newDecisionMicros.toFixed(0)} µs for a new one`,
    `a second: ${Math.round(1e6 / knownDecisionMicros)} for known texts, ${Math.round(1e6 / newDecisionMicros)} for new ones`,
  ];
  return `${lines.join('\n')}\n`;
}

function workloadLines({
  name,
  statements,
  direct,
  pgbouncer,
  router,
}: RouterBenchWorkload): readonly string[] {
  const line = (label: string, { perSecond, medianMs }: RouterBenchRun): string =>
    `  ${label.padEnd(10)} ${String(Math.round(perSecond)).padStart(8)} a second   ${medianMs.toFixed(3)} ms`;
  const share = (other: RouterBenchRun): string =>
    `${((100 * router.perSecond) / other.perSecond).toFixed(0)} %`;
  return [
    name,
    line('direct', direct),
    ...(pgbouncer === undefined ? ['  PgBouncer  is not installed'] : [line('PgBouncer', pgbouncer)]),
    line('router', router),
    `  the router does ${share(direct)} of direct${pgbouncer === undefined ? '' : `, ${share(pgbouncer)} of PgBouncer`}; ` +
      `it adds ${((router.medianMs - direct.medianMs) / statements).toFixed(3)} ms to a statement`,
    '',
  ];
}
