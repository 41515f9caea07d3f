/**
 * The application's traffic, by several clients at once: statements drawn by their calls, each with values that exist. Errors are
 * counted by SQLSTATE; a server that goes away is tried again.
 */

import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import type { LabTraffic } from '../model/index.js';
import { connectTo, type Environment } from '../postgres/index.js';
import type { BoundStatement } from './bindings.js';
import { type Draws, drawsOf } from './random.js';

export interface TrafficRequest {
  readonly dsn: string;
  readonly bound: readonly BoundStatement[];
  readonly clients: number;
  readonly seconds: number;
  /** Completes the address as libpq does. */
  readonly environment?: Environment;
  readonly seed?: string;
  /** Ends it before its time. */
  readonly signal?: AbortSignal;
}

const retryMs = 200;

interface Tally {
  readonly latencies: number[];
  readonly errors: Map<string, number>;
}

/** @throws UserError connection-failed when the server cannot be reached at the start */
export async function runTraffic(request: TrafficRequest): Promise<Omit<LabTraffic, 'unfit'>> {
  const { bound, clients, seconds, seed = 'traffic' } = request;
  const draw = weighted(bound);
  const first = await connectTo(request.dsn, request.environment);
  const tally: Tally = { latencies: [], errors: new Map() };
  const startedAt = performance.now();
  const endsAt = startedAt + 1000 * seconds;
  await Promise.all(
    Array.from({ length: clients }, (_, i) => {
      const draws = drawsOf(`${seed} ${i}`);
      return oneClient(request, i === 0 ? first : undefined, () => draw(draws), endsAt, tally);
    }),
  );
  const took = (performance.now() - startedAt) / 1000;
  const failed = [...tally.errors.values()].reduce((sum, count) => sum + count, 0);
  const sent = tally.latencies.length + failed;
  const latencies = tally.latencies.sort((a, b) => a - b);
  const at = (share: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? 0;
  return {
    clients,
    seconds: took,
    shapes: new Set(bound.map(({ id }) => id)).size,
    sent,
    failed,
    perSecond: sent / took,
    ...(latencies.length === 0
      ? {}
      : { latencyMs: { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) } }),
    errors: [...tally.errors]
      .map(([sqlState, count]) => ({ sqlState, count }))
      .sort((a, b) => b.count - a.count || (a.sqlState < b.sqlState ? -1 : 1)),
  };
}

/** A shape as often as it is called, its values evenly. */
function weighted(bound: readonly BoundStatement[]): (draws: Draws) => BoundStatement {
  const ofShape = new Map<string, number>();
  for (const { id } of bound) ofShape.set(id, (ofShape.get(id) ?? 0) + 1);
  let sum = 0;
  const ends = bound.map(({ id, calls }) => {
    sum += calls / (ofShape.get(id) ?? 1);
    return sum;
  });
  return (draws) => {
    const at = draws.share() * sum;
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] as number) <= at) low = middle + 1;
      else high = middle;
    }
    return bound[low] as BoundStatement;
  };
}

async function oneClient(
  { dsn, environment, signal }: TrafficRequest,
  open: Client | undefined,
  next: () => BoundStatement,
  endsAt: number,
  { latencies, errors }: Tally,
): Promise<void> {
  const fail = (state: string): void => {
    errors.set(state, (errors.get(state) ?? 0) + 1);
  };
  let client = open;
  while (performance.now() < endsAt && signal?.aborted !== true) {
    try {
      client ??= await connectTo(dsn, environment);
    } catch {
      fail('connection');
      await pause(retryMs);
      continue;
    }
    const { text, params } = next();
    const startedAt = performance.now();
    try {
      await client.query(params.length === 0 ? { text } : { text, values: [...params] });
      latencies.push(performance.now() - startedAt);
    } catch (error) {
      const { code = '' } = error as { code?: string };
      const isServers = /^[0-9A-Z]{5}$/.test(code);
      fail(isServers ? code : 'connection');
      // 57P01 and its like: the server has closed the connection.
      if (!isServers || code.startsWith('57P') || code.startsWith('08')) {
        await client.end().catch(() => {});
        client = undefined;
      }
    }
  }
  await client?.end().catch(() => {});
}
