/** What the router counts, for Prometheus. No label holds a statement, a value or a user. */

import type { Registry } from 'prom-client';
import type { Decision } from '../model/index.js';

export interface Counters {
  readonly decided: (decision: Decision) => void;
  readonly error: (sqlstate: string) => void;
  readonly connected: () => void;
  readonly turnedAway: (why: 'limit' | 'authentication' | 'protocol' | 'draining') => void;
  readonly serverLost: (place: string) => void;
  readonly reloaded: (outcome: 'done' | 'failed') => void;
}

export interface Gauges {
  readonly clients: () => number;
  readonly busyClients: () => number;
  readonly pools: () => readonly {
    readonly place: string;
    readonly open: number;
    readonly idle: number;
    readonly waiting: number;
  }[];
}

export interface Metrics {
  readonly counters: Counters;
  /** Text in the format of Prometheus. */
  readonly text: () => Promise<string>;
  readonly contentType: string;
}

export async function openMetrics(gauges: Gauges): Promise<Metrics> {
  const { default: prometheus } = await import('prom-client');
  const registry = new prometheus.Registry();
  const counter = (name: string, help: string, labels: readonly string[]) =>
    new prometheus.Counter({
      name: `shardwright_${name}`,
      help,
      labelNames: [...labels],
      registers: [registry],
    });
  const decisions = counter('decisions_total', 'Decisions by kind and verdict.', ['kind', 'verdict']);
  const errors = counter('errors_total', 'Errors that clients were told of, by SQLSTATE.', ['sqlstate']);
  const connections = counter('connections_total', 'Client connections that were let in.', []);
  const refused = counter('connections_refused_total', 'Client connections that were turned away.', ['why']);
  const lost = counter('server_connections_lost_total', 'Attempts to reach a server that failed.', ['place']);
  const reloads = counter('reloads_total', 'Reloads of the map.', ['outcome']);
  addGauges(prometheus, registry, gauges);
  prometheus.collectDefaultMetrics({ register: registry });
  // Statements are many: their counts are added up here and handed over when somebody looks.
  const counts = new Map<Decision['verdict'], Map<Decision['kind'], number>>();
  return {
    counters: {
      decided: ({ kind, verdict }) => {
        const kinds = counts.get(verdict) ?? new Map<Decision['kind'], number>();
        if (kinds.size === 0) counts.set(verdict, kinds);
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      },
      error: (sqlstate) => errors.inc({ sqlstate }),
      connected: () => connections.inc(),
      turnedAway: (why) => refused.inc({ why }),
      serverLost: (place) => lost.inc({ place }),
      reloaded: (outcome) => reloads.inc({ outcome }),
    },
    text: () => {
      for (const [verdict, kinds] of counts) {
        for (const [kind, count] of kinds) decisions.inc({ kind, verdict }, count);
      }
      counts.clear();
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}

function addGauges(
  prometheus: typeof import('prom-client'),
  registry: Registry,
  { clients, busyClients, pools }: Gauges,
): void {
  const registers = [registry];
  new prometheus.Gauge({
    name: 'shardwright_clients',
    help: 'Client connections, by whether a transaction or statement is under way.',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'busy' }, busyClients());
      this.set({ state: 'idle' }, clients() - busyClients());
    },
  });
  new prometheus.Gauge({
    name: 'shardwright_server_connections',
    help: 'Connections to each place, by state; waiting are sessions in line for one.',
    labelNames: ['place', 'state'],
    registers,
    collect() {
      for (const { place, open, idle, waiting } of pools()) {
        this.set({ place, state: 'busy' }, open - idle);
        this.set({ place, state: 'idle' }, idle);
        this.set({ place, state: 'waiting' }, waiting);
      }
    },
  });
}
