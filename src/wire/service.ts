/** A router with its pools, its door and its metrics, started and stopped as one. */

import { randomBytes } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { type Inspection, inspectionOf } from '../fitness/index.js';
import { type ShardMap, UserError } from '../model/index.js';
import { type Address, waysToConnect } from '../postgres/index.js';
import type { Router } from '../router/index.js';
import { canonicalKeyValue, keyFamilyOf, shardOf } from '../topology/index.js';
import type { Greeted } from './connect-backend.js';
import { asker } from './exchanges.js';
import { type Metrics, openMetrics } from './metrics.js';
import { type MetricsServer, serveMetrics } from './metrics-server.js';
import { Complained, type Pool, type PoolLimits, poolOf, unfitState } from './pool.js';
import { type ServerLimits, serve, type WireServer } from './server.js';
import { noSettings } from './settings.js';
import type { Shared } from './state.js';
import type { Users } from './users.js';

export interface WireOptions {
  readonly router: Router;
  readonly shards: readonly Address[];
  readonly unsharded: Address | undefined;
  readonly listen: { readonly host: string; readonly port: number };
  readonly metricsListen: { readonly host: string; readonly port: number } | undefined;
  readonly door: DoorOptions;
  readonly pool: PoolLimits;
  readonly limits: ServerLimits;
  readonly mergeBytes: number;
  readonly drainMs: number;
  /** One line about what happens to the router itself; no statement and no value is in it. */
  readonly say: (line: string) => void;
  readonly onBug: (error: unknown) => void;
}

export interface DoorOptions {
  readonly tls: TlsFiles | undefined;
  readonly requireTls: boolean;
  /** Undefined: everybody is let in. */
  readonly users: Users | undefined;
}

/** Contents, not names. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

export interface RunningRouter {
  readonly port: number;
  readonly metricsPort: number | undefined;
  readonly useMap: (map: ShardMap) => void;
  readonly useDoor: (door: DoorOptions) => void;
  readonly reloadFailed: () => void;
  /** Transactions may finish first, for as long as was said. */
  readonly stop: () => Promise<void>;
}

/** @throws UserError when shards and map do not fit, when no server answers, or when the port is taken */
export async function startRouter(options: WireOptions): Promise<RunningRouter> {
  refuseOtherCount(options.router.map(), options.shards.length);
  const state = {
    door: openDoor(options.door),
    users: options.door.users,
    parameters: new Map<string, string>(),
  };
  let wire: WireServer | undefined;
  const pools: Pool[] = [];
  const metrics = await openMetrics({
    clients: () => wire?.clients() ?? 0,
    busyClients: () => wire?.busyClients() ?? 0,
    pools: () => pools.map((pool) => ({ place: pool.name, ...pool.counts() })),
  });
  const inspection = inspectionOf({
    router: options.router,
    shards: options.shards.length,
    nameOf: (place) => pools[place]?.name ?? '',
    changed: () => {
      options.say('servers are set otherwise than before: their connections are opened anew');
      for (const pool of pools) pool.renew();
    },
  });
  pools.push(...(await openPools(options, metrics, inspection, state.parameters)));
  const shared = sharedOf(options, pools, metrics, inspection);
  try {
    await greetServers(pools);
    wire = await listen(options, () =>
      serve({
        ...options.listen,
        shared,
        limits: options.limits,
        door: {
          tls: () => state.door,
          requireTls: options.door.requireTls,
          users: () => state.users,
          secret: randomBytes(32),
        },
        parameters: () => state.parameters,
        onBug: options.onBug,
      }),
    );
  } catch (error) {
    for (const pool of pools) pool.close();
    throw error;
  }
  const served = wire;
  const health = { isDraining: false };
  const monitor = await openMonitor(options, metrics, pools, health);
  return {
    port: served.port,
    metricsPort: monitor?.port,
    useMap: (map) => {
      refuseOtherCount(map, options.shards.length);
      options.router.useMap(map);
      metrics.counters.reloaded('done');
    },
    useDoor: (door) => {
      state.door = openDoor(door);
      state.users = door.users;
    },
    reloadFailed: () => metrics.counters.reloaded('failed'),
    stop: async () => {
      health.isDraining = true;
      await served.drain(options.drainMs);
      for (const pool of pools) pool.close();
      await monitor?.close();
    },
  };
}

function refuseOtherCount({ shards }: ShardMap, given: number): void {
  if (shards === given) return;
  throw new UserError(
    'bad-option',
    `the map has ${shards} shards, and ${given} were given`,
    'Give --shard-dsn once for each shard, in their order.',
  );
}

function openDoor({ tls }: DoorOptions): SecureContext | undefined {
  if (tls === undefined) return undefined;
  try {
    return createSecureContext({ ...tls, minVersion: 'TLSv1.2' });
  } catch {
    throw new UserError(
      'bad-input',
      'the certificate and its key cannot be used',
      'Give both as PEM, and as a pair.',
    );
  }
}

async function openPools(
  options: WireOptions,
  { counters }: Metrics,
  inspection: Inspection,
  parameters: Map<string, string>,
): Promise<readonly Pool[]> {
  const places = [
    ...options.shards.map((address, i) => ({ name: `shard ${i}`, address })),
    ...(options.unsharded === undefined
      ? []
      : [{ name: 'the unsharded database', address: options.unsharded }]),
  ];
  return Promise.all(
    places.map(async ({ name, address }, place) =>
      poolOf({
        place,
        name,
        endpoint: { address, ways: await waysToConnect(address) },
        limits: options.pool,
        unfit: async (backend, greeting) => {
          const version = greeting.parameters.get('server_version') ?? '';
          const reason = await inspection.unfit(place, asker(backend), version);
          if (reason === undefined && parameters.size === 0) tellClients(parameters, greeting);
          return reason;
        },
        failed: (reason) => {
          counters.serverLost(name);
          options.say(`${name} is not available: ${reason}`);
        },
      }),
    ),
  );
}

/** They are about the router's own connection. */
const notForClients = new Set(['session_authorization', 'is_superuser', 'application_name']);

function tellClients(parameters: Map<string, string>, greeting: Greeted): void {
  for (const [name, value] of greeting.parameters) if (!notForClients.has(name)) parameters.set(name, value);
}

function sharedOf(
  { router, shards, unsharded, mergeBytes }: WireOptions,
  pools: readonly Pool[],
  { counters }: Metrics,
  { defaults }: Inspection,
): Shared {
  const names = new Map<string, string>();
  const inferredTypes = new Map<string, readonly number[]>();
  let lastName = 0;
  let characters = 0;
  let turn = 0;
  const forgetNames = (): void => {
    names.clear();
    inferredTypes.clear();
    characters = 0;
  };
  return {
    shape: router.shape,
    pools,
    unsharded: unsharded === undefined ? undefined : shards.length,
    home: 0,
    shards: shards.length,
    counters,
    mergeBytes,
    defaults,
    nameOf: (text, types, variant) => {
      const key = `${types.join(',')}\0${variant}\0${text}`;
      const known = names.get(key);
      if (known !== undefined) return known;
      // Names are never used again, so forgetting them costs one Parse.
      if (names.size >= mostNames || characters >= mostCharacters) forgetNames();
      characters += key.length;
      lastName += 1;
      const name = `s${lastName}`;
      names.set(key, name);
      return name;
    },
    forgetNames,
    inferredTypes,
    turn: () => turn++,
    placeOfKey: (group, type, text) => {
      const map = router.map();
      if (text === null) return shardOf(map, group, null);
      const family = keyFamilyOf(type);
      const value = family === undefined ? undefined : canonicalKeyValue(family, type, text);
      return value === undefined ? undefined : shardOf(map, group, value);
    },
  };
}

/** Names are kept by their texts. */
const mostNames = 20_000;
const mostCharacters = 16_000_000;

/**
 * Clients are told what a server says of itself, so one has to answer; the others may come later. One that answers and is not
 * fit is a mistake in what was given, and is said at once. The first shard is asked first: the others are measured by it.
 */
async function greetServers([first, ...others]: readonly Pool[]): Promise<void> {
  const failures: unknown[] = [];
  const greet = async (pool: Pool): Promise<void> => {
    try {
      pool.giveBack(await pool.wait(noSettings));
    } catch (error) {
      failures.push(error);
    }
  };
  if (first !== undefined) await greet(first);
  await Promise.all(others.map(greet));
  const said = failures.map((error) => (error instanceof Complained ? error.complaint : undefined));
  const unfit = said.find((complaint) => complaint?.sqlstate === unfitState);
  if (unfit !== undefined) throw new UserError('bad-option', unfit.message, unfit.hint ?? '');
  if (failures.length <= others.length) return;
  throw new UserError(
    'connection-failed',
    `no server can be used: ${said[0]?.message ?? 'no answer'}`,
    'Check --shard-dsn, PGPASSWORD and the servers.',
  );
}

async function listen<T>({ listen: { host, port } }: WireOptions, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    throw cannotListen(error, host, port, '--listen');
  }
}

function cannotListen(error: unknown, host: string, port: number, option: string): unknown {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (!['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND'].includes(code)) return error;
  return new UserError(
    'bad-option',
    `${option} ${host}:${port} cannot be listened on (${code})`,
    'Give another host or port.',
  );
}

async function openMonitor(
  { metricsListen }: WireOptions,
  metrics: Metrics,
  pools: readonly Pool[],
  health: { readonly isDraining: boolean },
): Promise<MetricsServer | undefined> {
  if (metricsListen === undefined) return undefined;
  const { host, port } = metricsListen;
  try {
    return await serveMetrics({
      host,
      port,
      metrics,
      health: () => ({
        isDraining: health.isDraining,
        places: pools.map((pool) => ({ place: pool.name, ...pool.counts() })),
      }),
    });
  } catch (error) {
    throw cannotListen(error, host, port, '--metrics-listen');
  }
}
